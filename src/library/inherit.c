/* SPDX-License-Identifier: ISC */
/* Inherited sockets as an object. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"
#include "inherited.h"
#include "listen_fds.h"
#include "receive.h"
#include "request_check.h"
#include "socket_check.h"

struct bindchain_inherited {
	struct inherited inherited;
};

/* ---- failures ---- */

static int
fail(struct bindchain_failure *failure, enum bindchain_operation operation, int error,
    const char *subject)
{
	failure_set(failure, operation, error);
	failure->subject = subject;
	return -1;
}

static int
refuse(struct bindchain_failure *failure, const char *subject, const char *reason)
{
	failure_set(failure, BINDCHAIN_RECEIVE, 0);
	failure->subject = subject;
	failure->reason = reason;
	return -1;
}

static int
refuse_closed(struct bindchain_failure *failure, const char *subject, int descriptor)
{
	fail(failure, BINDCHAIN_RECEIVE, EBADF, subject);
	failure->descriptor = descriptor;
	return -1;
}

/* The variable that tells of the sockets. */
static const char *
variable_of(const struct inherited_from *from)
{
	if (from->convention == INHERITED_BY_VARIABLES)
		return from->variables->variables[0].name;
	return from->convention == INHERITED_BY_UPSTART ? "UPSTART_FDS" : "LISTEN_FDS";
}

static int
refuse_malformed(struct bindchain_failure *failure, const struct inherited_from *from)
{
	return refuse(failure, variable_of(from),
	    from->convention == INHERITED_BY_VARIABLES ? "malformed"
	    : from->convention == INHERITED_BY_UPSTART ? "not a descriptor"
	                                               : "not a number of descriptors");
}

static int
refuse_launchd(struct bindchain_failure *failure)
{
	fail(failure, BINDCHAIN_UNSUPPORTED, 0, "launchd");
	failure->reason = "it is a part of macOS";
	return -1;
}

/* With errno. */
static int
refuse_process(struct bindchain_failure *failure)
{
	if (errno != ENOTSUP)
		return fail(failure, BINDCHAIN_RECEIVE, errno, "process");
	fail(failure, BINDCHAIN_UNSUPPORTED, 0, "sockets of another process");
	failure->reason = "it has no call like pidfd_getfd(2)";
	return -1;
}

/* ---- taking ---- */

/* launchd says so with ESRCH: launch_activate_socket(3). */
static bool
means_none(const struct inherited *inherited, enum inherited_problem problem)
{
	return problem == INHERITED_UNSET || problem == INHERITED_BY_OTHER
	    || (problem == INHERITED_MALFORMED && !inherited->is_for_us)
	    || (problem == INHERITED_UNACTIVATED && errno == ESRCH);
}

/* With the problem of inherited_take(), if there is one.  Returns 0 if there may be sockets. */
static int
tell(const struct inherited *inherited, const struct inherited_from *from,
    enum inherited_problem problem, struct bindchain_failure *failure)
{
	if (problem == INHERITED_WELL || means_none(inherited, problem))
		return 0;
	switch (problem) {
	case INHERITED_MALFORMED:
		return refuse_malformed(failure, from);
	case INHERITED_TWICE:
		return refuse(failure, variable_of(from), "a descriptor appears twice");
	case INHERITED_CONTRADICTORY:
		return refuse(failure, variable_of(from), "does not agree with the other variables");
	case INHERITED_CLOSED:
		return refuse_closed(failure, variable_of(from), inherited->closed);
	case INHERITED_NO_LAUNCHD:
		return refuse_launchd(failure);
	case INHERITED_UNACTIVATED:
		return fail(failure, BINDCHAIN_RECEIVE, errno, "launchd");
	case INHERITED_NAMELESS:
		return from->convention == INHERITED_BY_PROCESS
		    ? refuse(failure, "process", "it has no such socket")
		    : refuse(failure, "launchd", "the job has no sockets of that name");
	case INHERITED_OWN_PROCESS:
		return refuse(failure, "process", "not the ID of another process");
	case INHERITED_UNTAKEN:
		return refuse_process(failure);
	default:
		return fail(failure, BINDCHAIN_ALLOCATE, ENOMEM, NULL);
	}
}

static bool
is_socket(int descriptor)
{
	struct stat status;

	return fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
}

/* Of LISTEN_FDS inherited_take() has checked them. */
static int
check_upstart(const struct inherited *inherited, struct bindchain_failure *failure)
{
	if (inherited->count > 0 && fcntl(inherited->descriptors[0], F_GETFD) < 0)
		return refuse_closed(failure, "UPSTART_FDS", inherited->descriptors[0]);
	return 0;
}

static int
set_close_on_exec(const struct inherited *inherited, struct bindchain_failure *failure)
{
	for (int i = 0; i < inherited->count; i++) {
		int descriptor = inherited->descriptors[i];
		if (descriptor == STDIN_FILENO || receive_close_on_exec(descriptor) == 0)
			continue;
		fail(failure, BINDCHAIN_FCNTL, errno, NULL);
		failure->descriptor = descriptor;
		return -1;
	}
	return 0;
}

static int
remove_variables(const struct inherited_from *from, struct bindchain_failure *failure)
{
	static const char upstart[][LISTEN_VARIABLE_SIZE] = { "UPSTART_FDS", "UPSTART_EVENTS", "" };
	const char(*names)[LISTEN_VARIABLE_SIZE] = from->convention == INHERITED_BY_SYSTEMD
	    ? listen_variables
	    : from->convention == INHERITED_BY_UPSTART ? upstart : NULL;

	if (from->convention == INHERITED_BY_VARIABLES)
		return socket_convention_remove(from->variables, unsetenv) == 0 ? 0
		    : fail(failure, BINDCHAIN_ENVIRONMENT, errno, variable_of(from));
	if (!names || receive_remove_variables(names) == 0)
		return 0;
	return fail(failure, BINDCHAIN_ENVIRONMENT, errno, names[0]);
}

static int
take(struct inherited *inherited, const struct inherited_from *from, unsigned flags,
    struct bindchain_failure *failure)
{
	enum inherited_problem problem = inherited_take(inherited, from,
	    flags & BINDCHAIN_ANY_PID);

	if (tell(inherited, from, problem, failure) != 0)
		return -1;
	if (from->convention == INHERITED_BY_STDIN && !is_socket(STDIN_FILENO))
		inherited_free(inherited);
	if (from->convention == INHERITED_BY_UPSTART && check_upstart(inherited, failure) != 0)
		return -1;
	if (!(flags & BINDCHAIN_KEEP_OPEN_ON_EXEC) && set_close_on_exec(inherited, failure) != 0) {
		if (from->convention == INHERITED_BY_LAUNCHD
		    || from->convention == INHERITED_BY_PROCESS)
			inherited_close(inherited);
		return -1;
	}
	return flags & BINDCHAIN_REMOVE_VARIABLES ? remove_variables(from, failure) : 0;
}

struct bindchain_inherited *
bindchain_inherit(const char *from, unsigned flags, struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;
	struct bindchain_inherited *object;
	struct inherited_from source;

	if (!failure)
		failure = &unwanted;
	if (!inherited_from_read(from ? from : "systemd", &source)) {
		argument_refuse(failure, "from", "must be systemd, stdin, upstart, launchd:NAME,"
		    " pid:N or a program's convention of bindchain_inherit(3)");
		return NULL;
	}
	if (!receive_flags_are_known(flags)) {
		argument_refuse(failure, "flags", "must be of enum bindchain_receive_flags");
		return NULL;
	}
	object = calloc(1, sizeof *object);
	if (!object)
		fail(failure, BINDCHAIN_ALLOCATE, errno, NULL);
	else if (take(&object->inherited, &source, flags, failure) != 0) {
		bindchain_inherited_free(object);
		object = NULL;
	}
	return object;
}

void
bindchain_inherited_free(struct bindchain_inherited *object)
{
	if (!object)
		return;
	inherited_free(&object->inherited);
	free(object);
}

/* ---- what there is ---- */

int
bindchain_inherited_count(const struct bindchain_inherited *object)
{
	return object ? object->inherited.count : 0;
}

static bool
has(const struct bindchain_inherited *object, int index)
{
	return index >= 0 && index < bindchain_inherited_count(object);
}

int
bindchain_inherited_descriptor(const struct bindchain_inherited *object, int index)
{
	return has(object, index) ? object->inherited.descriptors[index]
	                          : receive_as_errno(-EINVAL);
}

const char *
bindchain_inherited_name(const struct bindchain_inherited *object, int index)
{
	return has(object, index) ? object->inherited.names[index] : NULL;
}

int
bindchain_inherited_find(const struct bindchain_inherited *object, const char *name)
{
	if (!object || !name)
		return receive_as_errno(-EINVAL);
	for (int i = 0; i < object->inherited.count; i++)
		if (object->inherited.names[i] && strcmp(object->inherited.names[i], name) == 0)
			return object->inherited.descriptors[i];
	return receive_as_errno(-ENOENT);
}

int
bindchain_inherited_find_address(const struct bindchain_inherited *object,
    const struct sockaddr *address, socklen_t length)
{
	struct address wanted;

	if (!object || !socket_check_wanted(address, length, &wanted))
		return receive_as_errno(-EINVAL);
	for (int i = 0; i < object->inherited.count; i++) {
		int descriptor = object->inherited.descriptors[i];
		if (bindchain_is_socket_address(descriptor, BINDCHAIN_ANY, BINDCHAIN_ANY, address,
		        length) == 1)
			return descriptor;
	}
	return receive_as_errno(-ENOENT);
}
