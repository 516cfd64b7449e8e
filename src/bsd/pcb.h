/* SPDX-License-Identifier: ISC */
/*
 * What FreeBSD and Darwin share of netinet/in_pcb.c and netinet6/in6_pcb.c: how
 * bind(2) looks for a socket in its way, and how a packet finds its socket.
 */
#ifndef BINDCHAIN_PCB_H
#define BINDCHAIN_PCB_H

#include "conflict.h"

/*
 * Does bind(2) of COMING, which looks among the sockets of FAMILY, stop at THERE?
 * With any option that reuses it looks for the same address only; what it finds is
 * no obstacle where both share.  Of COMING alone the options count, and THERE need
 * not listen.
 */
bool pcb_is_in_the_way(const struct conflict_side *there, const struct conflict_side *coming,
    int family, bool both_share);

/*
 * The families that bind(2) looks at: the socket's own, and for a dual-stack wildcard
 * IPv4's afterwards.  Returns how many.
 */
size_t pcb_families(const struct conflict_side *, int families[2]);

enum conflict_receiver pcb_receiver(const struct conflict_side *first,
    const struct conflict_side *second, const struct conflict_address *destination);

#endif
