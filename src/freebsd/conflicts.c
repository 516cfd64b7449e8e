/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: when two sockets conflict, and who gets the traffic (src/bsd/pcb.c).
 *
 * - Two sockets share an address where both have SO_REUSEPORT or both have
 *   SO_REUSEPORT_LB; multicast addresses where both have one of these or
 *   SO_REUSEADDR: netinet/in_pcb.c, in_pcbbind_setup; netinet6/in6_pcb.c, in6_pcbbind.
 * - Whoever is not root may not have a port that another user has on an address that
 *   overlaps, but for two wildcards of which the first has SO_REUSEPORT_LB and not
 *   SO_REUSEPORT: same place.  The main branch has no such exception.
 * - listen(2) never conflicts.
 *
 * All was seen on 13.1.
 */
#include "conflict.h"
#include "pcb.h"

static bool
shares(const struct conflict_side *there, const struct conflict_side *coming)
{
	if (conflict_is_multicast(coming) && coming->reuse_address)
		return there->reuse_address || there->share || there->balance;
	if (conflict_is_multicast(coming) && there->reuse_address)
		return coming->share || coming->balance;
	return (there->share && coming->share) || (there->balance && coming->balance);
}

/* Which socket of another user COMING passes, looking among those of FAMILY. */
static bool
passes_stranger(const struct conflict_side *there, const struct conflict_side *coming, int family)
{
	bool is_own_family = conflict_takes(coming, AF_INET6) == (family == AF_INET6);
	bool wildcards = conflict_is_wildcard(there, family)
	    && conflict_is_wildcard(coming, family);

	return is_own_family && wildcards && there->balance && !there->share;
}

static int
refuses(const struct conflict_side *there, const struct conflict_side *coming,
    enum conflict_call call)
{
	return pcb_refuses(there, coming, call, shares(there, coming), passes_stranger);
}

const struct conflict_rules backend_conflict_rules = { "SO_REUSEPORT_LB", refuses, pcb_receiver };
