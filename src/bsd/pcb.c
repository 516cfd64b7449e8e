/* SPDX-License-Identifier: ISC */
/*
 * - A dual-stack wildcard passes the IPv4 wildcard of an IPv4 socket, which was there
 *   before; the other way round it does not.  An IPv6 socket that is bound to the
 *   mapped wildcard passes those of IPv6: in_pcbbind_setup and in6_pcbbind of FreeBSD,
 *   in_pcbbind and in6_pcbbind of xnu.
 * - New sockets are put first in their list.  Of one address the first is taken, so
 *   the newest; of wildcards the last, so the oldest, an IPv6 one after all of IPv4;
 *   whether they listen does not count: in_pcblookup_hash_locked, in_pcblookup_hash.
 * - Groups of SO_REUSEPORT_LB come before both.  They have one address, and an IPv6
 *   socket of a mapped address is in another than an IPv4 one: in_pcblookup_lbgroup;
 *   the dual-stack wildcard is in none: in_pcbinslbgrouphash.  Of two groups of
 *   one address the older won on FreeBSD 13.1.
 */
#include "pcb.h"

#include <errno.h>

/*
 * Does bind(2) of COMING, which looks among the sockets of FAMILY, stop at THERE?
 * With any option that reuses it looks for the same address only; what it finds is
 * no obstacle where both share.
 */
static bool
is_in_the_way(const struct conflict_side *there, const struct conflict_side *coming,
    int family, bool both_share)
{
	bool reuses = coming->reuse_address || coming->share || coming->balance;
	bool found = reuses ? conflict_same(there, coming, family)
	                    : conflict_overlap(there, coming, family);
	bool wildcards = conflict_is_wildcard(there, family)
	    && conflict_is_wildcard(coming, family);
	bool passes = family == AF_INET && wildcards && coming->address.family == AF_INET6
	    && (there->address.family == AF_INET) == conflict_is_dual(coming);

	return found && !both_share && !passes;
}

/* Whoever is not root may not have a port that another user has. */
static bool
keeps_strangers_out(const struct conflict_side *there, const struct conflict_side *coming,
    int family, pcb_passes *passes_stranger)
{
	return coming->user != 0 && coming->user != there->user && !conflict_is_multicast(coming)
	    && conflict_overlap(there, coming, family)
	    && !passes_stranger(there, coming, family);
}

int
pcb_refuses(const struct conflict_side *there, const struct conflict_side *coming,
    enum conflict_call call, bool both_share, pcb_passes *passes_stranger)
{
	/* For a dual-stack wildcard IPv4's are looked at after IPv6's. */
	const int families[] = { conflict_takes(coming, AF_INET6) ? AF_INET6 : AF_INET, AF_INET };
	size_t count = call != CONFLICT_BIND ? 0 : conflict_is_dual(coming) ? 2 : 1;

	for (size_t i = 0; i < count; i++)
		if (keeps_strangers_out(there, coming, families[i], passes_stranger)
		    || is_in_the_way(there, coming, families[i], both_share))
			return EADDRINUSE;
	return 0;
}

/* From the last that is thought of to the first. */
enum rank { MISSES, IPV6_WILDCARD_OF_IPV4, WILDCARD, ADDRESS, WILDCARD_GROUP, ADDRESS_GROUP };

static enum rank
rank(const struct conflict_side *side, const struct conflict_address *destination)
{
	enum conflict_reach reach = conflict_reach(side, destination);
	bool is_grouped = side->balance && !conflict_is_dual(side);

	if (reach == CONFLICT_MISSES)
		return MISSES;
	if (reach == CONFLICT_BY_ADDRESS)
		return is_grouped ? ADDRESS_GROUP : ADDRESS;
	if (is_grouped)
		return WILDCARD_GROUP;
	return side->address.family == destination->family ? WILDCARD : IPV6_WILDCARD_OF_IPV4;
}

enum conflict_receiver
pcb_receiver(const struct conflict_side *first, const struct conflict_side *second,
    const struct conflict_address *destination)
{
	enum rank first_rank = rank(first, destination), second_rank = rank(second, destination);

	if (first_rank != second_rank)
		return first_rank > second_rank ? CONFLICT_FIRST : CONFLICT_SECOND;
	switch (first_rank) {
	case MISSES:
		return CONFLICT_NOBODY;
	case ADDRESS:
		return CONFLICT_SECOND;
	case WILDCARD_GROUP:
	case ADDRESS_GROUP:
		return first->address.family == second->address.family ? CONFLICT_BOTH
		                                                       : CONFLICT_FIRST;
	default:
		return CONFLICT_FIRST;
	}
}
