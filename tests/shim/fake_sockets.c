/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "shim.h"

#define NAME(symbol) { symbol, #symbol }

static const struct record_name families[] = { NAME(AF_INET), NAME(AF_INET6), NAME(AF_UNIX),
	NAME(AF_NETLINK), { 0, NULL } };
static const struct record_name types[] = { NAME(SOCK_STREAM), NAME(SOCK_DGRAM),
	NAME(SOCK_RAW), NAME(SOCK_SEQPACKET), NAME(SOCK_NONBLOCK), NAME(SOCK_CLOEXEC),
	{ 0, NULL } };
static const struct record_name protocols[] = { NAME(IPPROTO_TCP), NAME(IPPROTO_UDP),
	{ 0, NULL } };
static const struct record_name levels[] = { NAME(SOL_SOCKET), NAME(IPPROTO_IP),
	NAME(IPPROTO_IPV6), NAME(IPPROTO_TCP), { 0, NULL } };

static bool
is_internet(int family)
{
	return family == AF_INET || family == AF_INET6;
}

static int
open_socket(struct world *world, int family, int type, int protocol)
{
	struct world_socket *socket;
	int refused = kernel_refuses_family(world, family);
	int status;

	if (!refused && family == AF_NETLINK && protocol == NETLINK_SOCK_DIAG)
		return -EPROTONOSUPPORT; /* the host's sockets are not this system's */
	if (!refused && !is_internet(family))
		return real_socket(family, type, protocol);
	status = kernel_socket(world, family, type, protocol, &socket);
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

/* An int as a number; a structure by its size, and by the name it starts with. */
static void
record_value(struct record *record, const void *value, socklen_t size)
{
	char name[17] = { 0 };
	int number;

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
	record_value(&record, value, size);
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
	    ? kernel_bind(record.world, socket, address, length)
	    : real_bind(descriptor, address, length));
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
	return (int)record_end(&record, socket ? kernel_listen(record.world, socket, backlog)
	                                       : real_listen(descriptor, backlog));
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
	return (int)record_end(&record, socket ? kernel_getsockname(socket, address, length)
	                                       : real_getsockname(descriptor, address, length));
}

/* The tools connect to Unix sockets alone, to see whether somebody listens. */
int
fake_connect(int descriptor, const struct sockaddr *address, socklen_t length)
{
	struct record record;

	record_begin(&record, CALL_connect);
	record_number(&record, descriptor);
	record_address(&record, address, length);
	if (record.struck)
		return (int)record_end(&record, -record.error);
	if (descriptor_socket(record.world, descriptor))
		record_problem(record.world, "connect of an internet socket is not faked");
	return (int)record_end(&record, real_connect(descriptor, address, length));
}

ssize_t
fake_sendto(int descriptor, const void *bytes, size_t size, int flags,
    const struct sockaddr *address, socklen_t length)
{
	struct record record;

	record_begin(&record, CALL_sendto);
	record_number(&record, descriptor);
	return record_end(&record, record.struck ? -record.error
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
