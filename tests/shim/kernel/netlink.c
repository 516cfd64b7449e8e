/* SPDX-License-Identifier: ISC */
/*
 * Sockets of AF_NETLINK, as far as they get by themselves: net/netlink/af_netlink.c
 * of Linux, netlink/netlink_domain.c of FreeBSD.  Nobody answers them.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"

static const struct world_netlink *
find_protocol(const struct world *world, int number)
{
	for (uint32_t i = 0; i < world->netlink_count; i++)
		if (world->netlinks[i].number == number)
			return &world->netlinks[i];
	return NULL;
}

/* A family that is not there is told before anything about types. */
int
kernel_netlink_protocol(const struct world *world, int type, int protocol)
{
	if (!world->netlink_count)
		return -EAFNOSUPPORT;
	if ((type != SOCK_DGRAM && type != SOCK_RAW) || !find_protocol(world, protocol))
		return -EPROTONOSUPPORT;
	return protocol;
}

/* Linux has a table of addresses for each protocol, FreeBSD one. */
static bool
is_taken(const struct world *world, const struct world_socket *self, uint32_t port)
{
	for (uint32_t i = 0; i < world->socket_count; i++) {
		const struct world_socket *other = &world->sockets[i];
		bool is_rival = world->rules[RULE_CONFLICTS] != WORLD_LINUX
		    || other->protocol == self->protocol;
		if (other->used && other->family == AF_NETLINK && other != self && other->bound
		    && is_rival && other->netlink_port == port)
			return true;
	}
	return false;
}

/* Linux chooses for port 0: the process's id, or a negative number if that is taken
 * (net/netlink/af_netlink.c, netlink_autobind).  FreeBSD binds it as it is. */
static uint32_t
chosen_port(const struct world *world, const struct world_socket *self, uint32_t wanted)
{
	uint32_t port = (uint32_t)getpid();

	if (wanted || world->rules[RULE_CONFLICTS] != WORLD_LINUX)
		return wanted;
	for (uint32_t next = (uint32_t)-4096; is_taken(world, self, port); next--)
		port = next;
	return port;
}

/* A second bind may change the groups, and nothing else. */
int
kernel_netlink_bind(const struct world *world, struct world_socket *socket,
    const struct sockaddr *address, socklen_t length)
{
	struct sockaddr_nl wanted;

	if (length < sizeof wanted)
		return -EINVAL;
	memcpy(&wanted, address, sizeof wanted);
	if (wanted.nl_family != AF_NETLINK)
		return -EINVAL;
	if (wanted.nl_groups && find_protocol(world, socket->protocol)->privileged_groups
	    && !kernel_is_privileged(world))
		return -EPERM;
	wanted.nl_pid = socket->bound && !wanted.nl_pid ? socket->netlink_port
	                                                : chosen_port(world, socket, wanted.nl_pid);
	if (socket->bound && socket->netlink_port != wanted.nl_pid)
		return -EINVAL;
	if (is_taken(world, socket, wanted.nl_pid))
		return -EADDRINUSE;
	socket->bound = true;
	socket->netlink_port = wanted.nl_pid;
	socket->netlink_groups = wanted.nl_groups;
	return 0;
}

int
kernel_netlink_getsockname(const struct world_socket *socket, struct sockaddr *address,
    socklen_t *length)
{
	struct sockaddr_nl own = { .nl_family = AF_NETLINK, .nl_pid = socket->netlink_port,
		.nl_groups = socket->netlink_groups };

	memcpy(address, &own, *length < sizeof own ? *length : sizeof own);
	*length = sizeof own;
	return 0;
}
