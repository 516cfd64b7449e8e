/* SPDX-License-Identifier: ISC */
#include "socket_check.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "backend.h"
#include "bindchain.h"
#include "path_place.h"
#include "receive.h"
#include "request.h"

/* ---- what both headers have in common ---- */

/* The number of an option of SOL_SOCKET; returns 0, or a negative errno. */
static int
read_option(int descriptor, int option, int *value)
{
	socklen_t size = sizeof *value;

	if (getsockopt(descriptor, SOL_SOCKET, option, value, &size) != 0)
		return -errno;
	return size == sizeof *value ? 0 : -EINVAL;
}

int
socket_check(int descriptor, int type, int listening)
{
	struct stat status;
	int value = 0, failed;

	if (descriptor < 0)
		return -EBADF;
	if (type < 0)
		return -EINVAL;
	if (fstat(descriptor, &status) != 0)
		return -errno;
	if (!S_ISSOCK(status.st_mode))
		return 0;
	if (type) {
		failed = read_option(descriptor, SO_TYPE, &value);
		if (failed || value != type)
			return failed;
	}
	if (listening >= 0) {
		failed = read_option(descriptor, SO_ACCEPTCONN, &value);
		if (failed || !value != !listening)
			return failed;
	}
	return 1;
}

int
socket_check_address(int descriptor, int type, int listening, struct address *bound)
{
	int result = socket_check(descriptor, type, listening);

	if (result <= 0)
		return result;
	return address_read(bound, descriptor) ? 1 : -errno;
}

int
file_check(int descriptor, mode_t kind, const char *path)
{
	struct stat status, there;

	if (descriptor < 0)
		return -EBADF;
	if (fstat(descriptor, &status) != 0)
		return -errno;
	if ((status.st_mode & S_IFMT) != kind)
		return 0;
	if (!path)
		return 1;
	if (stat(path, &there) != 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	if ((there.st_mode & S_IFMT) != kind)
		return 0;
	if (S_ISCHR(kind))
		return there.st_rdev == status.st_rdev;
	return path_is_same(&there, &status);
}

/* ---- kinds ---- */

static bool
is_unix(int kind)
{
	return kind == BINDCHAIN_UNIX_STREAM || kind == BINDCHAIN_UNIX_DATAGRAM
	    || kind == BINDCHAIN_UNIX_SEQPACKET;
}

static bool
is_internet(int kind)
{
	return kind == BINDCHAIN_TCP || kind == BINDCHAIN_UDP;
}

static bool
is_valid(int kind, int listening)
{
	return kind >= BINDCHAIN_ANY && kind < BINDCHAIN_KINDS && listening >= BINDCHAIN_ANY
	    && listening <= 1;
}

/* SOCK_... of KIND; 0: any. */
static int
type_of(int kind)
{
	switch (kind) {
	case BINDCHAIN_TCP:
	case BINDCHAIN_UNIX_STREAM:
	case BINDCHAIN_VSOCK_STREAM:
		return SOCK_STREAM;
	case BINDCHAIN_UDP:
	case BINDCHAIN_UNIX_DATAGRAM:
	case BINDCHAIN_NETLINK:
		return SOCK_DGRAM;
	case BINDCHAIN_UNIX_SEQPACKET:
	case BINDCHAIN_VSOCK_SEQPACKET:
		return SOCK_SEQPACKET;
	case BINDCHAIN_NETLINK_RAW:
		return SOCK_RAW;
	default:
		return 0;
	}
}

static bool
is_netlink(const struct address *address)
{
	struct address route;
	int protocol;

	return !backend_lack(BINDCHAIN_NETLINK) && backend_netlink("route", 0, &route, &protocol)
	    && address_family(&route) == address_family(address);
}

static bool
is_of_kind(const struct address *address, int kind)
{
	unsigned cid, port;

	if (kind == BINDCHAIN_ANY)
		return true;
	if (kind == BINDCHAIN_VSOCK_STREAM || kind == BINDCHAIN_VSOCK_SEQPACKET)
		return backend_read_vsock(address, &cid, &port);
	if (is_internet(kind))
		return address_is_internet(address);
	return is_unix(kind) ? address_family(address) == AF_UNIX : is_netlink(address);
}

/* A socket of KIND, with its address. */
static int
check(int descriptor, int kind, int listening, struct address *bound)
{
	int result;

	if (!is_valid(kind, listening))
		return descriptor < 0 ? -EBADF : -EINVAL;
	result = socket_check_address(descriptor, type_of(kind), listening, bound);
	if (result <= 0 || kind == BINDCHAIN_FIFO)
		return result < 0 ? result : 0;
	return is_of_kind(bound, kind);
}

int
bindchain_is_socket(int descriptor, int kind, int listening)
{
	struct address bound;

	return receive_as_errno(check(descriptor, kind, listening, &bound));
}

int
bindchain_is_socket_inet(int descriptor, int kind, int listening, int family, unsigned port)
{
	struct address bound;
	int result;

	if ((kind != BINDCHAIN_ANY && !is_internet(kind)) || port > PORT_MAX
	    || (family != BINDCHAIN_ANY && family != AF_INET && family != AF_INET6))
		return receive_as_errno(-EINVAL);
	result = check(descriptor, kind, listening, &bound);
	if (result <= 0)
		return receive_as_errno(result);
	return address_is_internet(&bound)
	    && (family == BINDCHAIN_ANY || family == address_family(&bound))
	    && (!port || port == address_port(&bound));
}

/* ---- addresses ---- */

/* Judged before anything is read that a wrong length claims. */
static bool
is_length_of(int family, socklen_t length)
{
	switch (family) {
	case AF_INET:
		return length == sizeof(struct sockaddr_in);
	case AF_INET6:
		return length == sizeof(struct sockaddr_in6);
	case AF_UNIX:
		return length <= sizeof(struct sockaddr_un);
	default:
		return false;
	}
}

bool
socket_check_wanted(const struct sockaddr *address, socklen_t length, struct address *wanted)
{
	if (!address || length < offsetof(struct sockaddr, sa_data)
	    || !is_length_of(address->sa_family, length))
		return false;
	address_set(wanted, address, length);
	return true;
}

/* As text, since kernels differ in whether a path's null byte counts. */
static bool
same_path(const struct address *address, const struct address *other)
{
	char path[ADDRESS_PATH_SIZE], other_path[ADDRESS_PATH_SIZE];
	size_t length = address_path(address, path);

	return length == address_path(other, other_path) && memcmp(path, other_path, length) == 0;
}

static bool
same_address(const struct address *bound, const struct address *wanted)
{
	if (address_is_internet(wanted))
		return address_is_internet(bound) && address_answers(bound, wanted);
	return address_family(bound) == AF_UNIX && same_path(bound, wanted);
}

int
bindchain_is_socket_address(int descriptor, int kind, int listening,
    const struct sockaddr *address, socklen_t length)
{
	struct address bound, wanted;
	int result;

	if (!socket_check_wanted(address, length, &wanted))
		return receive_as_errno(-EINVAL);
	result = check(descriptor, kind, listening, &bound);
	return result <= 0 ? receive_as_errno(result) : same_address(&bound, &wanted);
}

/* The address of PATH, as request_set_path() makes it. */
static bool
read_path(const char *path, struct address *wanted)
{
	if (path[0] == '@' && backend_has_abstract_names)
		return address_from_abstract_name(wanted, path + 1);
	return address_from_path(wanted, path);
}

int
bindchain_is_socket_unix(int descriptor, int kind, int listening, const char *path)
{
	struct address bound, wanted;
	int result;

	if ((kind != BINDCHAIN_ANY && !is_unix(kind)) || (path && !read_path(path, &wanted)))
		return receive_as_errno(-EINVAL);
	result = check(descriptor, kind, listening, &bound);
	if (result <= 0)
		return receive_as_errno(result);
	return address_family(&bound) == AF_UNIX && (!path || same_path(&bound, &wanted));
}

int
bindchain_is_fifo(int descriptor, const char *path)
{
	return receive_as_errno(file_check(descriptor, S_IFIFO, path));
}
