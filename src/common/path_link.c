/* SPDX-License-Identifier: ISC */
#include "path_link.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "path_place.h"

bool
path_link_leads_to(int directory, const char *name, const char *target)
{
	char found[PATH_MAX];
	ssize_t length = readlinkat(directory, name, found, sizeof found);

	return length >= 0 && (size_t)length == strlen(target)
	    && memcmp(found, target, (size_t)length) == 0;
}

static bool
leads_to(const struct path_place *place, const char *target)
{
	return path_link_leads_to(place->directory, place->name, target);
}

/* Another user could turn a link of his own elsewhere. */
static int
accept_existing(const struct path_place *place, const char *target, const char **reason)
{
	struct stat status;

	errno = EEXIST;
	if (fstatat(place->directory, place->name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return -1;
	*reason = "the link belongs to another user";
	if (S_ISLNK(status.st_mode) && status.st_uid != 0 && status.st_uid != geteuid())
		return -1;
	*reason = "what exists there is not a symbolic link to the path";
	if (!leads_to(place, target))
		return -1;
	*reason = NULL;
	return 0;
}

/* A link that cannot be recognized later is removed at once. */
static int
note(const struct path_place *place, struct made_link *made)
{
	struct stat status;
	int error;

	if (fstatat(place->directory, place->name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
		made->id = file_id_of(&status);
		return 0;
	}
	error = errno;
	if (leads_to(place, made->target))
		unlinkat(place->directory, place->name, 0);
	made->path = NULL;
	errno = error;
	return -1;
}

static int
make(const struct path_place *place, const char *target, struct made_link *made,
    const char **reason)
{
	int status;

	if (symlinkat(target, place->directory, place->name) == 0) {
		*made = (struct made_link) { .path = place->path, .target = target };
		return note(place, made);
	}
	if (errno != EEXIST)
		return -1;
	status = accept_existing(place, target, reason);
	errno = EEXIST;
	return status;
}

int
path_link_make(const char *path, const char *target, struct made_link *made,
    const char **reason)
{
	struct path_place place;
	int status;

	*reason = NULL;
	if (path_place_open(&place, path) != 0)
		return -1;
	status = make(&place, target, made, reason);
	path_place_close(&place);
	return status;
}

/* Who can put something else there meanwhile can remove it too. */
void
path_link_remove(const struct made_link *made)
{
	struct path_place place;
	struct stat status;
	int error = errno;

	if (made->path && path_place_open(&place, made->path) == 0) {
		if (fstatat(place.directory, place.name, &status, AT_SYMLINK_NOFOLLOW) == 0
		    && file_id_is(&made->id, &status) && leads_to(&place, made->target))
			unlinkat(place.directory, place.name, 0);
		path_place_close(&place);
	}
	errno = error;
}
