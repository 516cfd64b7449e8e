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
#include <errno.h>

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

static bool
keeps_strangers_out(const struct conflict_side *there, const struct conflict_side *coming,
    int family)
{
	bool is_own_family = conflict_takes(coming, AF_INET6) == (family == AF_INET6);
	bool wildcards = conflict_is_wildcard(there, family)
	    && conflict_is_wildcard(coming, family);
	bool is_open = is_own_family && wildcards && there->balance && !there->share;

	return coming->user != 0 && coming->user != there->user && !conflict_is_multicast(coming)
	    && conflict_overlap(there, coming, family) && !is_open;
}

static int
refuses(const struct conflict_side *there, const struct conflict_side *coming,
    enum conflict_call call)
{
	bool both_share = shares(there, coming);
	int families[2];
	size_t count = call == CONFLICT_BIND ? pcb_families(coming, families) : 0;

	for (size_t i = 0; i < count; i++)
		if (keeps_strangers_out(there, coming, families[i])
		    || pcb_is_in_the_way(there, coming, families[i], both_share))
			return EADDRINUSE;
	return 0;
}

const struct conflict_rules backend_conflict_rules = { "SO_REUSEPORT_LB", refuses, pcb_receiver };
