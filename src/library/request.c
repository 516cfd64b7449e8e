/* SPDX-License-Identifier: ISC */
/* Requests as objects: they own their strings, and refuse what is out of range at once. */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "backend.h"
#include "failure.h"
#include "objects.h"
#include "request_check.h"
#include "socket_option.h"

struct bindchain_request *
bindchain_request_new(enum bindchain_kind kind)
{
	struct bindchain_request *object;

	if ((unsigned)kind >= BINDCHAIN_KINDS) {
		errno = EINVAL;
		return NULL;
	}
	object = calloc(1, sizeof *object);
	if (object)
		request_init(&object->request, kind);
	return object;
}

void
bindchain_request_free(struct bindchain_request *object)
{
	if (!object)
		return;
	free(object->host);
	free(object->service);
	free(object->path);
	free(object->device);
	free(object->congestion);
	free(object->symlink);
	free(object->unknown_device);
	free(object->made_text);
	free(object);
}

/* ---- checks ---- */

/* A caller that wants no failure passes NULL, and gets UNWANTED instead. */
static int
begin(const struct bindchain_request *object, struct bindchain_failure **failure,
    struct bindchain_failure *unwanted)
{
	if (!*failure)
		*failure = unwanted;
	return object ? 0 : argument_refuse(*failure, "request", "must not be NULL");
}

/* Sets KEPT to a copy of TEXT, which may be NULL. */
static int
keep(char **kept, const char *text, struct bindchain_failure *failure)
{
	char *copy = text ? strdup(text) : NULL;

	if (text && !copy) {
		failure_set(failure, BINDCHAIN_ALLOCATE, errno);
		return -1;
	}
	free(*kept);
	*kept = copy;
	return 0;
}

/* ---- the address ---- */

/* Also forgets what borrows the strings, since they are replaced next. */
static int
begin_place(struct bindchain_request *object, struct bindchain_failure **failure,
    struct bindchain_failure *unwanted)
{
	if (begin(object, failure, unwanted) != 0)
		return -1;
	object->request.host = object->request.service = NULL;
	object->request.protocol = 0;
	return request_forget_place(&object->request, *failure);
}

int
bindchain_resolve(struct bindchain_request *object, const char *host, const char *service,
    unsigned flags, struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;

	if (begin_place(object, &failure, &unwanted) != 0
	    || keep(&object->host, host, failure) != 0
	    || keep(&object->service, service, failure) != 0)
		return -1;
	return request_resolve(&object->request, object->host, object->service, flags, failure);
}

int
bindchain_set_path(struct bindchain_request *object, const char *path,
    struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;

	if (begin_place(object, &failure, &unwanted) != 0
	    || keep(&object->path, path, failure) != 0)
		return -1;
	return request_set_path(&object->request, object->path, failure);
}

static int
refuse_kind(const struct request *request, struct bindchain_failure *failure)
{
	failure_set(failure, BINDCHAIN_UNSUPPORTED, 0);
	failure->subject = kind_text(request->kind);
	failure->reason = backend_lack(request->kind);
	return -1;
}

int
bindchain_set_address(struct bindchain_request *object, const struct sockaddr *address,
    socklen_t length, struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;
	struct request *request;

	if (begin_place(object, &failure, &unwanted) != 0)
		return -1;
	request = &object->request;
	if (!address)
		return argument_refuse(failure, "address", "must not be NULL");
	if (request->kind != BINDCHAIN_TCP && request->kind != BINDCHAIN_UDP
	    && !kind_is_vsock(request->kind))
		return argument_refuse(failure, "kind", "must be TCP, UDP or vsock");
	if (kind_is_vsock(request->kind) && backend_lack(request->kind))
		return refuse_kind(request, failure);
	if (length <= sizeof request->address.storage)
		address_set(&request->address, address, length);
	if (request_check_place(request, failure) == 0)
		return 0;
	request->address.length = 0;
	return -1;
}

int
bindchain_set_netlink(struct bindchain_request *object, const char *protocol, unsigned groups,
    struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;
	struct request *request;

	if (begin_place(object, &failure, &unwanted) != 0)
		return -1;
	request = &object->request;
	if (request->kind != BINDCHAIN_NETLINK && request->kind != BINDCHAIN_NETLINK_RAW)
		return argument_refuse(failure, "kind", "must be netlink");
	if (!protocol)
		return argument_refuse(failure, "protocol", "must not be NULL");
	if (backend_lack(request->kind))
		return refuse_kind(request, failure);
	if (keep(&object->host, protocol, failure) != 0)
		return -1;
	request->host = object->host;
	if (backend_netlink(object->host, groups, &request->address, &request->protocol))
		return 0;
	request->address.length = 0;
	return argument_refuse(failure, "protocol", "must be a protocol of netlink(7)");
}

/* ---- options ---- */

/* Sets it if it is valid with NAME as its interface or text. */
static int
set_option(struct bindchain_request *object, enum bindchain_option option,
    struct option_setting setting, const char *name, struct bindchain_failure *failure)
{
	struct request trial = object->request;

	trial.options[option] = setting;
	trial.device = trial.congestion = name;
	if (request_check_option(&trial, option, failure) != 0)
		return -1;
	/* Some readers of a value do not ask whether it is wanted. */
	if (setting.want == BINDCHAIN_UNASKED)
		setting.value = 0;
	object->request.options[option] = setting;
	return 0;
}

int
bindchain_set_option(struct bindchain_request *object, enum bindchain_option option,
    enum bindchain_want want, int value, struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;

	if (begin(object, &failure, &unwanted) != 0)
		return -1;
	if ((unsigned)option >= BINDCHAIN_OPTIONS)
		return argument_refuse(failure, "option", "must be an enum bindchain_option");
	switch (option_table[option].value) {
	case OPTION_INTERFACE:
		return want == BINDCHAIN_UNASKED ? bindchain_set_device(object, want, NULL, failure)
		    : argument_refuse(failure, option_table[option].name,
		        "is set by bindchain_set_device()");
	case OPTION_TEXT:
		return want == BINDCHAIN_UNASKED
		    ? bindchain_set_congestion(object, want, NULL, failure)
		    : argument_refuse(failure, option_table[option].name,
		        "is set by bindchain_set_congestion()");
	default:
		return set_option(object, option, (struct option_setting) { want, value }, NULL,
		    failure);
	}
}

/* The name must last as long as the failure. */
static int
refuse_interface(struct bindchain_request *object, const char *interface, int error,
    struct bindchain_failure *failure)
{
	if (keep(&object->unknown_device, interface, failure) != 0)
		return -1;
	failure_set(failure, BINDCHAIN_FIND_INTERFACE, error);
	failure->subject = object->unknown_device;
	return -1;
}

int
bindchain_set_device(struct bindchain_request *object, enum bindchain_want want,
    const char *interface, struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;
	unsigned index = 0;
	char *copy = NULL;

	if (begin(object, &failure, &unwanted) != 0)
		return -1;
	if (!interface != (want == BINDCHAIN_UNASKED))
		return argument_refuse(failure, "interface",
		    "must be a name, or NULL with BINDCHAIN_UNASKED");
	if (interface)
		index = if_nametoindex(interface);
	if (interface && index == 0)
		return refuse_interface(object, interface, errno, failure);
	if (keep(&copy, interface, failure) != 0)
		return -1;
	if (set_option(object, BINDCHAIN_DEVICE, (struct option_setting) { want, (int)index },
	        copy, failure) != 0) {
		free(copy);
		return -1;
	}
	free(object->device);
	object->request.device = object->device = copy;
	return 0;
}

int
bindchain_set_congestion(struct bindchain_request *object, enum bindchain_want want,
    const char *name, struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;
	char *copy = NULL;

	if (begin(object, &failure, &unwanted) != 0)
		return -1;
	if (!name != (want == BINDCHAIN_UNASKED))
		return argument_refuse(failure, "name",
		    "must be a name, or NULL with BINDCHAIN_UNASKED");
	if (keep(&copy, name, failure) != 0)
		return -1;
	if (set_option(object, BINDCHAIN_CONGESTION, (struct option_setting) { want, name != NULL },
	        copy, failure) != 0) {
		free(copy);
		return -1;
	}
	free(object->congestion);
	object->request.congestion = object->congestion = copy;
	return 0;
}

int
bindchain_get_option(const struct bindchain_request *object, enum bindchain_option option,
    enum bindchain_want *want, int *value)
{
	if (!object || (unsigned)option >= BINDCHAIN_OPTIONS) {
		errno = EINVAL;
		return -1;
	}
	if (want)
		*want = object->request.options[option].want;
	if (value)
		*value = object->request.options[option].value;
	return 0;
}

/* ---- all else ---- */

/* Makes OBJECT the TRIAL, which differs in a number, if that is in its range. */
static int
set_numbers(struct bindchain_request *object, const struct request *trial,
    struct bindchain_failure *failure)
{
	if (request_check_numbers(trial, failure) != 0)
		return -1;
	object->request = *trial;
	return 0;
}

int
bindchain_set_backlog(struct bindchain_request *object, int backlog, int least,
    struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;
	struct request trial;

	if (begin(object, &failure, &unwanted) != 0)
		return -1;
	trial = object->request;
	trial.backlog = backlog;
	trial.least_backlog = least;
	return set_numbers(object, &trial, failure);
}

int
bindchain_set_least_buffer(struct bindchain_request *object, int least,
    struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;
	struct request trial;

	if (begin(object, &failure, &unwanted) != 0)
		return -1;
	trial = object->request;
	trial.least_receive_buffer = least;
	return set_numbers(object, &trial, failure);
}

static int
set_permissions(struct request *request, const struct permissions *access,
    struct bindchain_failure *failure)
{
	if (request_check_has_path(request, failure) != 0
	    || request_check_permissions(access, failure) != 0)
		return -1;
	request->access = *access;
	return 0;
}

int
bindchain_set_mode(struct bindchain_request *object, mode_t mode,
    struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;
	struct permissions access;

	if (begin(object, &failure, &unwanted) != 0)
		return -1;
	access = object->request.access;
	access.has_mode = mode != (mode_t)-1;
	access.mode = access.has_mode ? mode : 0;
	return set_permissions(&object->request, &access, failure);
}

int
bindchain_set_owner(struct bindchain_request *object, uid_t user, gid_t group,
    struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;
	struct permissions access;

	if (begin(object, &failure, &unwanted) != 0)
		return -1;
	access = object->request.access;
	access.has_user = user != (uid_t)-1;
	access.user = user;
	access.has_group = group != (gid_t)-1;
	access.group = group;
	return set_permissions(&object->request, &access, failure);
}

int
bindchain_set_directory(struct bindchain_request *object, mode_t mode, uid_t user, gid_t group,
    struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;
	struct permissions directory = { .has_mode = mode != (mode_t)-1 };

	if (begin(object, &failure, &unwanted) != 0)
		return -1;
	if (directory.has_mode)
		directory = (struct permissions) { true, user != (uid_t)-1, group != (gid_t)-1, mode,
			user, group };
	if (request_check_has_path(&object->request, failure) != 0
	    || request_check_permissions(&directory, failure) != 0)
		return -1;
	object->request.directory = directory;
	return 0;
}

int
bindchain_set_symlink(struct bindchain_request *object, const char *link,
    struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;

	if (begin(object, &failure, &unwanted) != 0
	    || request_check_has_path(&object->request, failure) != 0)
		return -1;
	if (link && !*link)
		return argument_refuse(failure, "link", "must not be empty");
	if (keep(&object->symlink, link, failure) != 0)
		return -1;
	object->request.symlink = object->symlink;
	return 0;
}

int
bindchain_set_flags(struct bindchain_request *object, unsigned flags,
    struct bindchain_failure *failure)
{
	const unsigned all = BINDCHAIN_NONBLOCKING | BINDCHAIN_CLOSE_ON_EXEC
	    | BINDCHAIN_AS_STANDARD_INPUT | BINDCHAIN_BE_EXCLUSIVE | BINDCHAIN_FIXED_PORT
	    | BINDCHAIN_KEEP_PATH | BINDCHAIN_READ_ONLY;
	struct bindchain_failure unwanted;
	struct request *request;

	if (begin(object, &failure, &unwanted) != 0)
		return -1;
	if (flags & ~all)
		return argument_refuse(failure, "flags", "must be of enum bindchain_request_flags");
	request = &object->request;
	request->nonblocking = flags & BINDCHAIN_NONBLOCKING;
	request->close_on_exec = flags & BINDCHAIN_CLOSE_ON_EXEC;
	request->as_standard_input = flags & BINDCHAIN_AS_STANDARD_INPUT;
	request->exclusive = flags & BINDCHAIN_BE_EXCLUSIVE;
	request->fixed_port = flags & BINDCHAIN_FIXED_PORT;
	request->keep_path = flags & BINDCHAIN_KEEP_PATH;
	request->read_only = flags & BINDCHAIN_READ_ONLY;
	return 0;
}

/* ---- getters ---- */

static int
refuse_null(void)
{
	errno = EINVAL;
	return -1;
}

int
bindchain_get_kind(const struct bindchain_request *object)
{
	return object ? (int)object->request.kind : refuse_null();
}

int
bindchain_get_backlog(const struct bindchain_request *object)
{
	return object ? object->request.backlog : refuse_null();
}

int
bindchain_get_least_backlog(const struct bindchain_request *object)
{
	return object ? object->request.least_backlog : refuse_null();
}

int
bindchain_get_least_buffer(const struct bindchain_request *object)
{
	return object ? object->request.least_receive_buffer : refuse_null();
}

int
bindchain_get_flags(const struct bindchain_request *object)
{
	const struct request *request;

	if (!object)
		return refuse_null();
	request = &object->request;
	return (request->nonblocking ? BINDCHAIN_NONBLOCKING : 0)
	    | (request->close_on_exec ? BINDCHAIN_CLOSE_ON_EXEC : 0)
	    | (request->as_standard_input ? BINDCHAIN_AS_STANDARD_INPUT : 0)
	    | (request->exclusive ? BINDCHAIN_BE_EXCLUSIVE : 0)
	    | (request->fixed_port ? BINDCHAIN_FIXED_PORT : 0)
	    | (request->keep_path ? BINDCHAIN_KEEP_PATH : 0)
	    | (request->read_only ? BINDCHAIN_READ_ONLY : 0);
}

const char *
bindchain_get_path(const struct bindchain_request *object)
{
	return object ? object->request.path : NULL;
}

const char *
bindchain_get_device(const struct bindchain_request *object)
{
	return object ? object->request.device : NULL;
}

const char *
bindchain_get_congestion(const struct bindchain_request *object)
{
	return object ? object->request.congestion : NULL;
}

int
bindchain_get_address(const struct bindchain_request *object, struct sockaddr *address,
    socklen_t *length)
{
	return object ? address_copy_out(&object->request.address, address, length)
	              : refuse_null();
}

const char *
bindchain_get_symlink(const struct bindchain_request *object)
{
	return object ? object->request.symlink : NULL;
}

static int
get_permissions(const struct permissions *access, mode_t *mode, uid_t *user, gid_t *group)
{
	if (mode)
		*mode = access->has_mode ? access->mode : (mode_t)-1;
	if (user)
		*user = access->has_user ? access->user : (uid_t)-1;
	if (group)
		*group = access->has_group ? access->group : (gid_t)-1;
	return 0;
}

int
bindchain_get_access(const struct bindchain_request *object, mode_t *mode, uid_t *user,
    gid_t *group)
{
	return object ? get_permissions(&object->request.access, mode, user, group) : refuse_null();
}

int
bindchain_get_directory(const struct bindchain_request *object, mode_t *mode, uid_t *user,
    gid_t *group)
{
	return object ? get_permissions(&object->request.directory, mode, user, group)
	              : refuse_null();
}
