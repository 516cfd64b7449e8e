/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD 13.0, and Darwin, whose rules have the same shape: netinet/in_pcb.c
 * and netinet6/in6_pcb.c.  bind(2) looks for one socket in its way, per family:
 * with an option that reuses, only one of exactly the same address; without,
 * the best match, wildcards counting less.  What is found is no obstacle when
 * both have SO_REUSEPORT or both have SO_REUSEPORT_LB *now*.
 *
 * A dual-stack wildcard is looked for among IPv4 sockets too; there a pure IPv4
 * wildcard is let pass.  So 0.0.0.0 and then a dual-stack :: works, and the
 * other order does not.
 */
#include <errno.h>

#include "kernel.h"

/* A dual-stack socket is the last to be thought of for IPv4. */
enum { MAPPED_COST = 3 };

static bool
takes_family(const struct world_socket *socket, int family)
{
	return family == AF_INET ? socket->takes_inet : socket->takes_inet6;
}

/* How far a socket's address is from the wanted one: 0 is the same, -1 no match. */
static int
distance(const struct world_socket *socket, const struct world_address *wanted)
{
	struct world_address own = kernel_side(&socket->address, wanted->family);
	bool own_wild = kernel_is_wildcard(&own), wanted_wild = kernel_is_wildcard(wanted);
	int cost = 0;

	if (!own_wild && !wanted_wild && !kernel_same_address(&own, wanted))
		return -1;
	cost += own_wild != wanted_wild;
	cost += socket->connected;
	if (wanted->family == AF_INET && socket->takes_inet6)
		cost += MAPPED_COST;
	return cost;
}

static bool
is_exact(const struct world_socket *socket, const struct world_address *wanted)
{
	struct world_address own = kernel_side(&socket->address, wanted->family);

	return !socket->connected && kernel_same_address(&own, wanted);
}

/* The best match; the newest among equals, as new ones go to the list's head. */
static const struct world_socket *
look_up(const struct world *world, const struct world_socket *self,
    const struct world_address *wanted, uint16_t port, bool wildcards)
{
	const struct world_socket *best = NULL;
	int best_distance = 0;

	for (uint32_t i = 0; i < world->socket_count; i++) {
		const struct world_socket *socket = &world->sockets[i];
		int far = 0;
		if (!socket->used || !socket->bound || socket == self || socket->port != port
		    || socket->protocol != self->protocol
		    || !takes_family(socket, wanted->family))
			continue;
		if (wildcards)
			far = distance(socket, wanted);
		else if (!is_exact(socket, wanted))
			continue;
		if (far < 0)
			continue;
		if (!best || far < best_distance
		    || (far == best_distance && socket->order > best->order)) {
			best = socket;
			best_distance = far;
		}
	}
	return best;
}

static bool
may_share(const struct world *world, const struct world_socket *found,
    const struct kernel_claim *claim)
{
	struct kernel_sharing sharing = kernel_sharing_of(world, found);

	return (sharing.share && claim->sharing.share)
	    || (sharing.balance && claim->sharing.balance);
}

static bool
is_stream(const struct world_socket *socket)
{
	return socket->type == SOCK_STREAM;
}

/*
 * Only the owner of a port, or root, may have it too.  FreeBSD 13.0 has a hole:
 * two wildcards, the first with SO_REUSEPORT_LB and without SO_REUSEPORT.
 */
static bool
belongs_to_other(const struct world *world, const struct world_socket *socket,
    const struct world_address *wanted, uint16_t port, bool is_dual_search)
{
	const struct world_socket *found = look_up(world, socket, wanted, port, true);
	struct kernel_sharing sharing;
	struct world_address own;

	if (!found || found->uid == socket->uid || (is_stream(socket) && found->connected))
		return false;
	if (is_dual_search || !world->rules[RULE_STRANGERS_BALANCE])
		return true;
	sharing = kernel_sharing_of(world, found);
	own = kernel_side(&found->address, wanted->family);
	return !kernel_is_wildcard(wanted) || !kernel_is_wildcard(&own) || sharing.share
	    || !sharing.balance;
}

static const struct world_address inet_wildcard = { .family = AF_INET };

static bool
is_dual(const struct kernel_claim *claim)
{
	return claim->takes_inet && claim->takes_inet6;
}

static int
check_owner(const struct world *world, const struct world_socket *socket,
    const struct kernel_claim *claim, const struct world_address *wanted)
{
	if (kernel_is_privileged(world) || kernel_is_multicast(wanted))
		return 0;
	if (belongs_to_other(world, socket, wanted, claim->port, false))
		return -EADDRINUSE;
	if (is_dual(claim) && belongs_to_other(world, socket, &inet_wildcard, claim->port, true))
		return -EADDRINUSE;
	return 0;
}

/* The IPv4 half of a dual-stack wildcard. */
static int
check_inet_half(const struct world *world, const struct world_socket *socket,
    const struct kernel_claim *claim, bool wildcards)
{
	const struct world_socket *found
	    = look_up(world, socket, &inet_wildcard, claim->port, wildcards);
	struct world_address own;

	if (!found || may_share(world, found, claim))
		return 0;
	own = kernel_side(&found->address, AF_INET);
	return !kernel_is_wildcard(&own) || found->family == AF_INET6 ? -EADDRINUSE : 0;
}

int
kernel_conflict_bsd(const struct world *world, const struct world_socket *socket,
    const struct kernel_claim *claim)
{
	struct world_address wanted = kernel_is_mapped(&claim->address)
	    ? kernel_unmapped(&claim->address) : claim->address;
	bool wildcards = !claim->sharing.reuse_address && !claim->sharing.share
	    && !claim->sharing.balance;
	const struct world_socket *found;
	int status = check_owner(world, socket, claim, &wanted);

	if (status != 0)
		return status;
	found = look_up(world, socket, &wanted, claim->port, wildcards);
	if (found && !may_share(world, found, claim))
		return -EADDRINUSE;
	return is_dual(claim) ? check_inet_half(world, socket, claim, wildcards) : 0;
}
