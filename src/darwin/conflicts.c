/* SPDX-License-Identifier: ISC */
/*
 * Darwin: when two sockets conflict, and who gets the traffic (src/bsd/pcb.c).
 *
 * - Two sockets share an address where both have SO_REUSEPORT; a multicast address
 *   where the second has SO_REUSEADDR and the first one of the two: xnu,
 *   bsd/netinet/in_pcb.c, in_pcbbind; bsd/netinet6/in6_pcb.c, in6_pcbbind.
 * - Whoever is not root may not have a port that another user has on an address that
 *   overlaps, with exceptions for two wildcards: of IPv4, both may be any user's; of
 *   IPv6, the first must have SO_REUSEPORT; a dual-stack wildcard passes IPv4 sockets
 *   with SO_REUSEPORT, and IPv4's own wildcard: same place.  SO_REUSESHAREUID, which
 *   waives this, is not looked at here.
 * - listen(2) never conflicts.
 *
 * Read in xnu-11417; never seen.
 */
#include <stddef.h>

#include "conflict.h"
#include "pcb.h"

static bool
shares(const struct conflict_side *there, const struct conflict_side *coming)
{
	if (conflict_is_multicast(coming) && coming->reuse_address)
		return there->reuse_address || there->share;
	return there->share && coming->share;
}

/* Which socket of another user COMING passes, looking among those of FAMILY. */
static bool
passes_stranger(const struct conflict_side *there, const struct conflict_side *coming, int family)
{
	bool wildcards = conflict_is_wildcard(there, family)
	    && conflict_is_wildcard(coming, family);

	if (family == AF_INET6)
		return wildcards && there->share;
	if (conflict_is_dual(coming))
		return there->share || (wildcards && there->address.family == AF_INET);
	return wildcards;
}

static int
refuses(const struct conflict_side *there, const struct conflict_side *coming,
    enum conflict_call call)
{
	return pcb_refuses(there, coming, call, shares(there, coming), passes_stranger);
}

const struct conflict_rules backend_conflict_rules = { NULL, refuses, pcb_receiver };
