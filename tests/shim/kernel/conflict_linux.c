/* SPDX-License-Identifier: ISC */
/*
 * Linux: two sockets are in each other's way where they take the same traffic,
 * unless both have SO_REUSEADDR and the other does not listen, or both have
 * SO_REUSEPORT and one user: net/ipv4/inet_connection_sock.c,
 * inet_bind_conflict.  The same is asked again by listen(2).
 */
#include <errno.h>

#include "kernel.h"

static bool
addresses_meet(const struct world_address *a, const struct world_address *b)
{
	return kernel_is_wildcard(a) || kernel_is_wildcard(b) || kernel_same_address(a, b);
}

static bool
traffic_meets(const struct world_socket *socket, const struct kernel_claim *claim)
{
	struct world_address own = kernel_side(&claim->address, AF_INET);
	struct world_address other = kernel_side(&socket->address, AF_INET);

	if (socket->port != claim->port)
		return false;
	if (socket->takes_inet6 && claim->takes_inet6
	    && addresses_meet(&socket->address, &claim->address))
		return true;
	return socket->takes_inet && claim->takes_inet && addresses_meet(&own, &other);
}

static bool
may_share(const struct world *world, const struct world_socket *other,
    const struct world_socket *socket, const struct kernel_claim *claim)
{
	struct kernel_sharing sharing = kernel_sharing_of(world, other);

	if (sharing.reuse_address && claim->sharing.reuse_address && !other->listening)
		return true;
	return sharing.share && claim->sharing.share && other->uid == socket->uid;
}

int
kernel_conflict_linux(const struct world *world, const struct world_socket *socket,
    const struct kernel_claim *claim)
{
	for (uint32_t i = 0; i < world->socket_count; i++) {
		const struct world_socket *other = &world->sockets[i];
		if (!other->used || !other->bound || other == socket
		    || other->protocol != socket->protocol)
			continue;
		if (traffic_meets(other, claim) && !may_share(world, other, socket, claim))
			return -EADDRINUSE;
	}
	return 0;
}
