/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>

#include "address.h"
#include "backend.h"
#include "request.h"
#include "failure.h"
#include "path_entry.h"
#include "request_check.h"
#include "socket_option.h"

static bool
listens(enum bindchain_kind kind)
{
	return kind == BINDCHAIN_TCP || kind == BINDCHAIN_UNIX_STREAM
	    || kind == BINDCHAIN_UNIX_SEQPACKET || kind_is_vsock(kind);
}

void
request_init(struct request *request, enum bindchain_kind kind)
{
	if (!request)
		return;
	memset(request, 0, sizeof *request);
	request->kind = kind;
	request->backlog = listens(kind) ? BINDCHAIN_BACKLOG_MAXIMUM : BINDCHAIN_NO_LISTEN;
}

static int
too_long(const char *path, size_t excess, struct bindchain_failure *failure)
{
	failure_set(failure, BINDCHAIN_PATH, ENAMETOOLONG);
	failure->subject = path;
	failure->excess = excess;
	return -1;
}

static int
set_abstract_name(struct request *request, const char *name,
    struct bindchain_failure *failure)
{
	if (!backend_has_abstract_names) {
		failure_set(failure, BINDCHAIN_UNSUPPORTED, 0);
		failure->subject = request->host;
		failure->reason = "this system has no abstract names for Unix sockets";
		failure->hint = "write ./@name for a file of that name";
		return -1;
	}
	if (!address_from_abstract_name(&request->address, name))
		return too_long(request->host, strlen(name) - address_path_max, failure);
	return 0;
}

static const char *
last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool
request_binds_by_name(const struct request *request)
{
	return request->path && request->kind != BINDCHAIN_FIFO
	    && strlen(request->path) > address_path_max;
}

bool
request_address_of_path(const char *path, struct address *address)
{
	if (strlen(path) <= address_path_max)
		return address_from_path(address, path);
	return path_calls.bind_name && strlen(path) < PATH_MAX
	    && address_from_path(address, last_component(path));
}

static int
set_path(struct request *request, const char *path, struct bindchain_failure *failure)
{
	if (path[0] && request->kind == BINDCHAIN_FIFO) {
		request->path = path;
		return 0;
	}
	if (path[0] == '@')
		return set_abstract_name(request, path + 1, failure);
	if (request_address_of_path(path, &request->address)) {
		request->path = path;
		return 0;
	}
	if (path[0] && path_calls.bind_name && strlen(last_component(path)) > address_path_max)
		return too_long(path, strlen(last_component(path)) - address_path_max, failure);
	if (path[0])
		return too_long(path, strlen(path) - address_path_max, failure);
	failure_set(failure, BINDCHAIN_PATH, ENOENT);
	failure->subject = path;
	return -1;
}

int
request_set_path(struct request *request, const char *path,
    struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;

	if (!failure)
		failure = &unwanted;
	if (request_forget_place(request, failure) != 0)
		return -1;
	if (!path)
		return argument_refuse(failure, "path", "must not be NULL");
	if (request_check_has_path(request, failure) != 0)
		return -1;
	request->host = path;
	return set_path(request, path, failure);
}
