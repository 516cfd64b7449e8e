/* SPDX-License-Identifier: ISC */
/* Opening a request's socket, and closing it with the path that was made for it. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"
#include "objects.h"
#include "perform.h"
#include "plan.h"
#include "request_check.h"

static void
forget_made(struct bindchain_request *object)
{
	free(object->made_text);
	object->made_text = NULL;
	object->made.path = NULL;
}

/* TEXT is a copy of the path, or NULL. */
static void
remember_made(struct bindchain_request *object, const struct made_path *made, char *text)
{
	forget_made(object);
	if (!made->path) {
		free(text);
		return;
	}
	object->made = *made;
	object->made.path = object->made_text = text;
}

/*
 * As long as the working directory stays as it is, PATH will do.  Where objects have no
 * descriptors, it is asked by an address whether a socket is in use, and a longer path is
 * none.
 */
static char *
copy_absolute(const char *path)
{
	char directory[PATH_MAX];
	size_t size;
	char *text;

	if (path[0] == '/' || !getcwd(directory, sizeof directory) || directory[0] != '/')
		return strdup(path);
	size = strlen(directory) + strlen(path) + 2;
	if (size - 1 > address_path_max && !path_calls.find_opens)
		return strdup(path);
	text = malloc(size);
	if (text)
		snprintf(text, size, "%s/%s", directory, path);
	return text;
}

/* Allocated before anything is opened, so that afterwards nothing fails. */
static int
copy_path(const struct request *request, char **text, struct bindchain_failure *failure)
{
	*text = request->path ? copy_absolute(request->path) : NULL;
	if (*text || !request->path)
		return 0;
	failure_set(failure, BINDCHAIN_ALLOCATE, errno);
	return -1;
}

int
bindchain_open(struct bindchain_request *object, struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;
	struct made_path made;
	struct plan plan;
	int descriptor;
	char *text;

	if (!failure)
		failure = &unwanted;
	if (!object)
		return argument_refuse(failure, "request", "must not be NULL");
	if (request_check(&object->request, failure) != 0
	    || plan_make(&plan, &object->request, failure) != 0
	    || copy_path(&object->request, &text, failure) != 0)
		return -1;
	descriptor = perform(&plan, &made, failure);
	if (descriptor < 0)
		free(text);
	else
		remember_made(object, &made, text);
	return descriptor;
}

const char *
bindchain_made_path(const struct bindchain_request *object)
{
	return object ? object->made.path : NULL;
}

static int
fail(struct bindchain_failure *failure, enum bindchain_operation operation, const char *call)
{
	failure_set(failure, operation, errno);
	failure->subject = call;
	return -1;
}

/* DESCRIPTOR must refer to what the path was made for. */
static int
check_descriptor(const struct made_path *made, int descriptor, struct bindchain_failure *failure)
{
	struct stat status;

	if (fstat(descriptor, &status) != 0)
		return fail(failure, BINDCHAIN_CLEAR_PATH, "fstat");
	if (file_id_is(&made->id, &status))
		return 0;
	return argument_refuse(failure, "descriptor", "must be of the request's last socket");
}

/* A directory that is gone has taken the path with it. */
static int
remove_made(const struct made_path *made, int descriptor, struct bindchain_failure *failure)
{
	struct path_place place;
	const char *call;

	if (check_descriptor(made, descriptor, failure) != 0)
		return -1;
	if (path_place_open(&place, made->path) != 0)
		return errno == ENOENT || errno == ENOTDIR ? 0
		    : fail(failure, BINDCHAIN_CLEAR_PATH, "open");
	made_path_remove(made, &place, descriptor, &call);
	if (call)
		fail(failure, BINDCHAIN_CLEAR_PATH, call);
	path_place_close(&place);
	return call ? -1 : 0;
}

int
bindchain_close(struct bindchain_request *object, int descriptor,
    struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;

	if (!failure)
		failure = &unwanted;
	if (!object)
		return argument_refuse(failure, "request", "must not be NULL");
	if (object->made.path && remove_made(&object->made, descriptor, failure) != 0)
		return -1;
	forget_made(object);
	return close(descriptor) == 0 ? 0 : fail(failure, BINDCHAIN_CLOSE, NULL);
}
