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

bool
pcb_is_in_the_way(const struct conflict_side *there, const struct conflict_side *coming,
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

size_t
pcb_families(const struct conflict_side *side, int families[2])
{
	families[0] = conflict_takes(side, AF_INET6) ? AF_INET6 : AF_INET;
	families[1] = AF_INET;
	return conflict_is_dual(side) ? 2 : 1;
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
