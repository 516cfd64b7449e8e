/* SPDX-License-Identifier: ISC */
/*
 * Linux: when two sockets conflict, and who gets the traffic.
 *
 * - Sockets whose addresses overlap conflict, unless both have SO_REUSEADDR and the
 *   first does not listen, or both have SO_REUSEPORT and one user, root being no
 *   exception: net/ipv4/inet_connection_sock.c, inet_bind_conflict;
 *   net/ipv4/udp.c, udp_lib_lport_inuse.  listen(2) asks the same again:
 *   inet_csk_listen_start.
 * - Among those that match, the highest score wins: an address before a wildcard,
 *   then a socket of an interface, then, for IPv4, an IPv4 socket before one of
 *   IPv6: compute_score in net/ipv4/inet_hashtables.c and net/ipv4/udp.c.
 * - Of equal ones the newest, which is put first in its list; but an IPv6 socket with
 *   SO_REUSEPORT is put last: __inet_hash, udp_lib_get_port.
 * - With SO_REUSEPORT on both, a hash spreads traffic over sockets of one family,
 *   address, v6only, interface and user: inet_reuseport_add_sock,
 *   udp_reuseport_add_sock.
 *
 * All was seen on 6.18.
 */
#include <errno.h>
#include <stddef.h>

#include "conflict.h"

static bool
shares(const struct conflict_side *one, const struct conflict_side *other)
{
	return one->share && other->share && one->user == other->user;
}

static bool
meets(const struct conflict_side *one, const struct conflict_side *other)
{
	if (one->interface && other->interface && one->interface != other->interface)
		return false;
	return conflict_overlap(one, other, AF_INET) || conflict_overlap(one, other, AF_INET6);
}

static int
refuses(const struct conflict_side *there, const struct conflict_side *coming,
    enum conflict_call call)
{
	bool reuses = there->reuse_address && coming->reuse_address
	    && !(there->is_stream && there->listening);

	(void)call;
	return meets(there, coming) && !reuses && !shares(there, coming) ? EADDRINUSE : 0;
}

/* 0: it is not looked at. */
static int
score(const struct conflict_side *side, const struct conflict_address *destination)
{
	enum conflict_reach reach = conflict_reach(side, destination);
	bool is_udp_over_ipv4 = !side->is_stream && destination->family == AF_INET;

	if (reach == CONFLICT_MISSES || (side->is_stream && !side->listening))
		return 0;
	return (reach == CONFLICT_BY_ADDRESS ? 16 : 8)
	    + (side->interface ? is_udp_over_ipv4 ? 4 : 1 : 0)
	    + (side->address.family == AF_INET);
}

static bool
are_one_group(const struct conflict_side *one, const struct conflict_side *other)
{
	return shares(one, other) && one->address.family == other->address.family
	    && one->v6only == other->v6only && one->interface == other->interface;
}

static enum conflict_receiver
receiver(const struct conflict_side *first, const struct conflict_side *second,
    const struct conflict_address *destination)
{
	int first_score = score(first, destination), second_score = score(second, destination);

	if (first_score != second_score)
		return first_score > second_score ? CONFLICT_FIRST : CONFLICT_SECOND;
	if (!first_score)
		return CONFLICT_NOBODY;
	if (are_one_group(first, second))
		return CONFLICT_BOTH;
	return second->share && second->address.family == AF_INET6 ? CONFLICT_FIRST
	                                                           : CONFLICT_SECOND;
}

const struct conflict_rules backend_conflict_rules = { NULL, refuses, receiver };
