/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "shim.h"

#define NAME(symbol) { symbol, #symbol }

static const struct record_name families[] = { NAME(AF_INET), NAME(AF_INET6), NAME(AF_UNIX),
	NAME(AF_NETLINK), NAME(AF_VSOCK), { 0, NULL } };
static const struct record_name types[] = { NAME(SOCK_STREAM), NAME(SOCK_DGRAM),
	NAME(SOCK_RAW), NAME(SOCK_SEQPACKET), NAME(SOCK_NONBLOCK), NAME(SOCK_CLOEXEC),
	{ 0, NULL } };
static const struct record_name protocols[] = { NAME(IPPROTO_TCP), NAME(IPPROTO_UDP),
	NAME(IPPROTO_MPTCP), { 0, NULL } };
static const struct record_name levels[] = { NAME(SOL_SOCKET), NAME(IPPROTO_IP),
	NAME(IPPROTO_IPV6), NAME(IPPROTO_TCP), { 0, NULL } };

static int
open_socket(struct world *world, int family, int type, int protocol)
{
	struct world_socket *socket;
	int status = kernel_socket(world, family, type, protocol, &socket);

	if (status != 0)
		return status;
	status = descriptor_stand_in(socket, type);
	if (status < 0)
		kernel_close(socket);
	return status;
}

int
fake_socket(int family, int type, int protocol)
{
	struct record record;

	record_begin(&record, CALL_socket);
	record_named(&record, families, family);
	record_flags(&record, types, TYPE_MASK, type);
	record_named(&record, protocols, protocol);
	return (int)record_end(&record, record.struck ? -record.error
	    : open_socket(record.world, family, type, protocol));
}

static void
record_option(struct record *record, int level, int name)
{
	const struct world_option *option = kernel_option(record->world, level, name);

	if (option) {
		record_word(record, option->level_name);
		record_word(record, option->name);
		return;
	}
	record_named(record, levels, level);
	record_number(record, name);
}

/* An int as a number; a text or structure by its size, and by the name it starts with. */
static void
record_value(struct record *record, const struct world_option *option, const void *value,
    socklen_t size)
{
	char name[17] = { 0 };
	int number;

	if (option && option->kind == OPTION_CONGESTION && size < sizeof name) {
		memcpy(name, value, size);
		record_number(record, size);
		record_word(record, "bytes");
		record_text(record, name);
		return;
	}
	if (value && size == sizeof number) {
		memcpy(&number, value, sizeof number);
		record_number(record, number);
		return;
	}
	record_number(record, size);
	record_word(record, "bytes");
	if (value && size > sizeof name) {
		memcpy(name, value, sizeof name - 1);
		record_text(record, name);
	}
}

int
fake_setsockopt(int descriptor, int level, int name, const void *value, socklen_t size)
{
	struct record record;
	struct world_socket *socket;

	record_begin(&record, CALL_setsockopt);
	record_number(&record, descriptor);
	record_option(&record, level, name);
	record_value(&record, kernel_option(record.world, level, name), value, size);
	if (record.struck)
		return (int)record_end(&record, -record.error);
	socket = descriptor_socket(record.world, descriptor);
	return (int)record_end(&record, socket
	    ? kernel_setsockopt(record.world, socket, level, name, value, size)
	    : real_setsockopt(descriptor, level, name, value, size));
}

int
fake_getsockopt(int descriptor, int level, int name, void *value, socklen_t *size)
{
	struct record record;
	struct world_socket *socket;

	record_begin(&record, CALL_getsockopt);
	record_number(&record, descriptor);
	record_option(&record, level, name);
	if (record.struck)
		return (int)record_end(&record, -record.error);
	socket = descriptor_socket(record.world, descriptor);
	return (int)record_end(&record, socket
	    ? kernel_getsockopt(record.world, socket, level, name, value, size)
	    : real_getsockopt(descriptor, level, name, value, size));
}

static int
bind_socket(struct world *world, struct world_socket *socket, int descriptor,
    const struct sockaddr *address, socklen_t length)
{
	bool was_bound = socket->bound;
	int status = kernel_bind(world, socket, address, length);

	if (status != 0 || socket->family != AF_UNIX)
		return status;
	status = real_bind(descriptor, address, length);
	if (status != 0 && !was_bound)
		kernel_unix_unbind(socket);
	return status;
}

int
fake_bind(int descriptor, const struct sockaddr *address, socklen_t length)
{
	struct record record;
	struct world_socket *socket;

	record_begin(&record, CALL_bind);
	record_number(&record, descriptor);
	record_address(&record, address, length);
	if (record.struck)
		return (int)record_end(&record, -record.error);
	socket = descriptor_socket(record.world, descriptor);
	return (int)record_end(&record, socket
	    ? bind_socket(record.world, socket, descriptor, address, length)
	    : real_bind(descriptor, address, length));
}

/* bindat(2): as bind(2) of the name in that working directory. */
static int
bind_in(struct world *world, int directory, int descriptor, const struct sockaddr *address,
    socklen_t length)
{
	struct world_socket *socket = descriptor_socket(world, descriptor);
	int here = real_openat(AT_FDCWD, ".", O_PATH | O_DIRECTORY | O_CLOEXEC, 0), status;

	if (!socket || here < 0 || real_fchdir(directory) != 0)
		return -EBADF;
	status = bind_socket(world, socket, descriptor, address, length);
	real_fchdir(here);
	real_close(here);
	return status;
}

int
fake_bindat(int directory, int descriptor, const struct sockaddr *address, socklen_t length)
{
	struct record record;

	record_begin(&record, CALL_bindat);
	record_number(&record, directory);
	record_number(&record, descriptor);
	record_address(&record, address, length);
	return (int)record_end(&record, record.struck ? -record.error
	    : bind_in(record.world, directory, descriptor, address, length));
}

static int
listen_on(struct world *world, struct world_socket *socket, int descriptor, int backlog)
{
	int status = kernel_listen(world, socket, backlog);

	return status != 0 || socket->family != AF_UNIX ? status
	    : real_listen(descriptor, socket->limit);
}

int
fake_listen(int descriptor, int backlog)
{
	struct record record;
	struct world_socket *socket;

	record_begin(&record, CALL_listen);
	record_number(&record, descriptor);
	record_number(&record, backlog);
	if (record.struck)
		return (int)record_end(&record, -record.error);
	socket = descriptor_socket(record.world, descriptor);
	return (int)record_end(&record, socket
	    ? listen_on(record.world, socket, descriptor, backlog)
	    : real_listen(descriptor, backlog));
}

/* Of a socket of the host's: those of AF_UNIX, and what was inherited. */
static int
read_name(const struct world *world, int descriptor, struct sockaddr *address,
    socklen_t *length)
{
	socklen_t room = *length;
	int status = real_getsockname(descriptor, address, length);

	if (status != 0 || address->sa_family != AF_UNIX
	    || *length > offsetof(struct sockaddr_un, sun_path) || !kernel_unix_has_noname(world))
		return status;
	*length = room;
	return kernel_unix_noname(address, length);
}

int
fake_getsockname(int descriptor, struct sockaddr *address, socklen_t *length)
{
	struct record record;
	struct world_socket *socket;

	record_begin(&record, CALL_getsockname);
	record_number(&record, descriptor);
	if (record.struck)
		return (int)record_end(&record, -record.error);
	socket = descriptor_socket(record.world, descriptor);
	return (int)record_end(&record, socket && socket->family != AF_UNIX
	    ? kernel_getsockname(socket, address, length)
	    : read_name(record.world, descriptor, address, length));
}

/* The two ends are no sockets of the fake kernel's: they only ask. */
int
fake_socketpair(int family, int type, int protocol, int *pair)
{
	struct record record;

	record_begin(&record, CALL_socketpair);
	record_named(&record, families, family);
	record_flags(&record, types, TYPE_MASK, type);
	return (int)record_end(&record, record.struck ? -record.error
	    : real_socketpair(family, type, protocol, pair));
}

/*
 * The tools connect datagram sockets of AF_UNIX alone, to see whether somebody has
 * a path.  The host's kernel answers as the others do: ECONNREFUSED, EPROTOTYPE,
 * or 0 (kern/uipc_usrreq.c of FreeBSD and of xnu, unp_connect).
 */
int
fake_connect(int descriptor, const struct sockaddr *address, socklen_t length)
{
	struct record record;
	const struct world_socket *socket;

	record_begin(&record, CALL_connect);
	record_number(&record, descriptor);
	record_address(&record, address, length);
	if (record.struck)
		return (int)record_end(&record, -record.error);
	socket = descriptor_socket(record.world, descriptor);
	if (socket && (socket->family != AF_UNIX || socket->type != SOCK_DGRAM))
		record_problem(record.world, "connect of such a socket is not faked");
	return (int)record_end(&record, real_connect(descriptor, address, length));
}

/* connectat(2): the path is one in the directory. */
static int
connect_in(int directory, int descriptor, const struct sockaddr *address)
{
	struct sockaddr_un path = { .sun_family = AF_UNIX }, name;

	memcpy(&name, address, sizeof name);
	if (snprintf(path.sun_path, sizeof path.sun_path, "/proc/self/fd/%d/%s", directory,
	        name.sun_path) >= (int)sizeof path.sun_path)
		return -ENAMETOOLONG;
	return real_connect(descriptor, (const struct sockaddr *)&path, sizeof path);
}

int
fake_connectat(int directory, int descriptor, const struct sockaddr *address, socklen_t length)
{
	struct record record;

	record_begin(&record, CALL_connectat);
	record_number(&record, directory);
	record_number(&record, descriptor);
	record_address(&record, address, length);
	return (int)record_end(&record, record.struck ? -record.error
	    : connect_in(directory, descriptor, address));
}

ssize_t
fake_sendto(int descriptor, const void *bytes, size_t size, int flags,
    const struct sockaddr *address, socklen_t length)
{
	struct record record;

	struct world_socket *socket;
	int status;

	record_begin(&record, CALL_sendto);
	record_number(&record, descriptor);
	if (record.struck)
		return record_end(&record, -record.error);
	socket = descriptor_socket(record.world, descriptor);
	status = socket ? kernel_check_message(record.world, socket, size) : 0;
	return record_end(&record, status ? status
	    : real_sendto(descriptor, bytes, size, flags, address, length));
}

ssize_t
fake_recv(int descriptor, void *bytes, size_t size, int flags)
{
	struct record record;

	record_begin(&record, CALL_recv);
	record_number(&record, descriptor);
	return record_end(&record, record.struck ? -record.error
	    : real_recv(descriptor, bytes, size, flags));
}
