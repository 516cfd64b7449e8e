/* SPDX-License-Identifier: ISC */
/*
 * Sockets of AF_UNIX: net/unix/af_unix.c of Linux, kern/uipc_usrreq.c of FreeBSD
 * and of xnu.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>

#include "kernel.h"

int
kernel_unix_protocol(const struct world *world, int type, int protocol)
{
	if (protocol || (type != SOCK_STREAM && type != SOCK_DGRAM && type != SOCK_SEQPACKET))
		return -EPROTONOSUPPORT;
	return type == SOCK_SEQPACKET ? -world->rules[RULE_UNIX_SEQPACKET] : 0;
}

/*
 * Linux makes the path before it sees that the socket has an address (EADDRINUSE
 * before EINVAL), and so does the host's socket that stands for this one.
 */
int
kernel_unix_bind(const struct world *world, struct world_socket *socket, socklen_t length)
{
	bool looks_at_path_first = world->rules[RULE_CONFLICTS] == WORLD_LINUX;

	if (socket->bound && !looks_at_path_first)
		return -EINVAL;
	if (length <= offsetof(struct sockaddr_un, sun_path)
	    || length > (socklen_t)kernel_limit(world, "unix-address"))
		return -EINVAL;
	socket->bound = true;
	return 0;
}

void
kernel_unix_unbind(struct world_socket *socket)
{
	socket->bound = false;
}

/* uipc_sockaddr of FreeBSD and of xnu give sun_noname: a struct sockaddr whose bytes
 * are all null but for length and family; seen on 13.1. */
bool
kernel_unix_has_noname(const struct world *world)
{
	return world->system != WORLD_LINUX;
}

int
kernel_unix_noname(struct sockaddr *address, socklen_t *length)
{
	const struct sockaddr noname = { .sa_family = AF_UNIX };

	memcpy(address, &noname, *length < sizeof noname ? *length : sizeof noname);
	*length = sizeof noname;
	return 0;
}

int
kernel_check_message(const struct world *world, const struct world_socket *socket, size_t size)
{
	int64_t most = kernel_limit(world, "unix-datagram");

	if (socket->family != AF_UNIX || socket->type != SOCK_DGRAM || most == 0)
		return 0;
	return size > (size_t)most ? -EMSGSIZE : 0;
}

int
kernel_unix_check_listen(const struct world_socket *socket)
{
	return socket->type == SOCK_DGRAM ? -EOPNOTSUPP : socket->bound ? 0 : -EINVAL;
}
