/* SPDX-License-Identifier: ISC */
#include "request.h"
#include "request_check.h"

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>

#include "address.h"
#include "backend.h"
#include "failure.h"
#include "socket_option.h"

int
argument_refuse(struct bindchain_failure *failure, const char *subject, const char *reason)
{
	failure_set(failure, BINDCHAIN_INVALID, EINVAL);
	failure->subject = subject;
	failure->reason = reason;
	return -1;
}

static bool
is_netlink(enum bindchain_kind kind)
{
	return kind == BINDCHAIN_NETLINK || kind == BINDCHAIN_NETLINK_RAW;
}

int
request_check_numbers(const struct request *request, struct bindchain_failure *failure)
{
	if ((unsigned)request->kind >= BINDCHAIN_KINDS)
		return argument_refuse(failure, "kind", "must be an enum bindchain_kind");
	if (request->backlog < 0 && request->backlog != BINDCHAIN_NO_LISTEN)
		return argument_refuse(failure, "backlog",
		    "must be 0 or more, or BINDCHAIN_NO_LISTEN");
	if (request->least_backlog < 0)
		return argument_refuse(failure, "least_backlog", "must be 0 or more");
	if (request->least_receive_buffer < 0)
		return argument_refuse(failure, "least_receive_buffer", "must be 0 or more");
	if (request->least_receive_buffer
	    && (request->kind == BINDCHAIN_FIFO || kind_is_vsock(request->kind)))
		return argument_refuse(failure, "least_receive_buffer",
		    "must be 0 for a FIFO or vsock");
	if (request->protocol && !is_netlink(request->kind))
		return argument_refuse(failure, "protocol", "must be 0 unless for netlink");
	return 0;
}

/* (uid_t)-1 and (gid_t)-1 would change nothing: chown(2). */
int
request_check_permissions(const struct permissions *access, struct bindchain_failure *failure)
{
	if (access->has_mode && access->mode > 07777)
		return argument_refuse(failure, "access.mode", "must be 0 to 07777");
	if (access->has_user && access->user == (uid_t)-1)
		return argument_refuse(failure, "access.user", "must be the id of a user");
	if (access->has_group && access->group == (gid_t)-1)
		return argument_refuse(failure, "access.group", "must be the id of a group");
	return 0;
}

/* What the umask leaves is not known without changing it. */
static int
check_owner(const struct permissions *access, struct bindchain_failure *failure)
{
	if ((access->has_user || access->has_group) && !access->has_mode)
		return argument_refuse(failure, "owner", "needs a mode as well");
	return 0;
}

static bool
is_text(const char *text)
{
	return text && text[0] && strlen(text) < OPTION_TEXT_SIZE;
}

int
request_check_option(const struct request *request, enum bindchain_option option,
    struct bindchain_failure *failure)
{
	const struct option_setting *setting = &request->options[option];
	const struct option_row *row = &option_table[option];

	if ((unsigned)setting->want > BINDCHAIN_REQUIRED)
		return argument_refuse(failure, row->name, "want must be an enum bindchain_want");
	if (setting->want == BINDCHAIN_UNASKED)
		return 0;
	if (!row->is_mask
	    && (setting->value < row->least || setting->value > option_greatest(option)))
		return argument_refuse(failure, row->name, "value is out of its range");
	if (row->value == OPTION_INTERFACE && setting->value && !request->device)
		return argument_refuse(failure, row->name, "device must name the interface");
	if (row->value == OPTION_TEXT && setting->value && !is_text(request->congestion))
		return argument_refuse(failure, row->name, "must be a text of 1 to 15 bytes");
	return 0;
}

int
request_check_has_path(const struct request *request, struct bindchain_failure *failure)
{
	switch (request->kind) {
	case BINDCHAIN_UNIX_STREAM:
	case BINDCHAIN_UNIX_DATAGRAM:
	case BINDCHAIN_UNIX_SEQPACKET:
	case BINDCHAIN_FIFO:
		return 0;
	default:
		return argument_refuse(failure, "kind", "must be of a Unix socket or FIFO");
	}
}

static int
check_internet_address(const struct address *address,
    struct bindchain_failure *failure)
{
	int family = address_family(address);

	if ((family == AF_INET && address->length == sizeof(struct sockaddr_in))
	    || (family == AF_INET6 && address->length == sizeof(struct sockaddr_in6)))
		return 0;
	return argument_refuse(failure, "address", "must be of IPv4 or IPv6");
}

static bool
is_same_address(const struct address *address, const struct address *other)
{
	return address->length == other->length
	    && memcmp(&address->storage, &other->storage, other->length) == 0;
}

/* The path that is bound and the one that is removed after a failure must be the same. */
static int
check_unix_address(const struct request *request, struct bindchain_failure *failure)
{
	const size_t start = offsetof(struct sockaddr_un, sun_path);
	const struct address *address = &request->address;
	struct address of_path;
	bool is_abstract;

	if (address_family(address) != AF_UNIX || address->length <= start
	    || address->length > sizeof address->storage)
		return argument_refuse(failure, "address", "must be of a Unix socket");
	is_abstract = !((const char *)&address->storage)[start];
	if (is_abstract && !request->path)
		return 0;
	if (!is_abstract && request->path
	    && request_address_of_path(request->path, &of_path)
	    && is_same_address(address, &of_path))
		return 0;
	return argument_refuse(failure, "path", "must be the path in the address");
}

static int
check_netlink_address(const struct request *request, struct bindchain_failure *failure)
{
	const struct address *address = &request->address;
	struct address like;
	int protocol;

	/* Without netlink plan_make() fails. */
	if (backend_lack(request->kind) || !backend_netlink("route", 0, &like, &protocol)
	    || (address_family(address) == address_family(&like)
	        && address->length == like.length))
		return 0;
	return argument_refuse(failure, "address", "must be of netlink");
}

static int
check_vsock_address(const struct request *request, struct bindchain_failure *failure)
{
	unsigned cid, port;

	/* Without vsock plan_make() fails. */
	if (backend_lack(request->kind) || backend_read_vsock(&request->address, &cid, &port))
		return 0;
	return argument_refuse(failure, "address", "must be of vsock");
}

int
request_check_place(const struct request *request, struct bindchain_failure *failure)
{
	switch (request->kind) {
	case BINDCHAIN_FIFO:
		return request->path ? 0 : argument_refuse(failure, "path", "must not be NULL");
	case BINDCHAIN_UNIX_STREAM:
	case BINDCHAIN_UNIX_DATAGRAM:
	case BINDCHAIN_UNIX_SEQPACKET:
		return check_unix_address(request, failure);
	default:
		break;
	}
	if (request->path)
		return argument_refuse(failure, "path", "must be NULL for sockets without one");
	if (kind_is_vsock(request->kind))
		return check_vsock_address(request, failure);
	return is_netlink(request->kind) ? check_netlink_address(request, failure)
	                                 : check_internet_address(&request->address, failure);
}

int
request_forget_place(struct request *request, struct bindchain_failure *failure)
{
	if (!request)
		return argument_refuse(failure, "request", "must not be NULL");
	request->path = NULL;
	request->address.length = 0;
	return 0;
}

/* A relative link would lead somewhere else. */
static int
check_symlink(const struct request *request, struct bindchain_failure *failure)
{
	if (!request->symlink || !request->path)
		return 0;
	if (request->path[0] != '/')
		return argument_refuse(failure, "path", "must be absolute with a symbolic link to it");
	if (strcmp(request->path, request->symlink) == 0)
		return argument_refuse(failure, "symlink", "must not be the path itself");
	return 0;
}

int
request_check(const struct request *request, struct bindchain_failure *failure)
{
	if (!request)
		return argument_refuse(failure, "request", "must not be NULL");
	if (request_check_numbers(request, failure) != 0
	    || request_check_permissions(&request->access, failure) != 0
	    || check_owner(&request->access, failure) != 0)
		return -1;
	for (int option = 0; option < BINDCHAIN_OPTIONS; option++)
		if (request_check_option(request, (enum bindchain_option)option, failure) != 0)
			return -1;
	return check_symlink(request, failure) != 0 ? -1 : request_check_place(request, failure);
}
