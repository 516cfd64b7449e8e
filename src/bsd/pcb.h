/* SPDX-License-Identifier: ISC */
/*
 * What FreeBSD and Darwin share of netinet/in_pcb.c and netinet6/in6_pcb.c: how
 * bind(2) looks for a socket in its way, and how a packet finds its socket.
 */
#ifndef BINDCHAIN_PCB_H
#define BINDCHAIN_PCB_H

#include "conflict.h"

/* Does COMING, looking among the sockets of FAMILY, pass another user's socket? */
typedef bool pcb_passes(const struct conflict_side *there, const struct conflict_side *coming,
    int family);

/*
 * The error of CALL of COMING, to which THERE need not listen, or 0.  With any option that
 * reuses, bind(2) looks for the same address only; where both share that is no obstacle.
 * listen(2) never conflicts.
 */
int pcb_refuses(const struct conflict_side *there, const struct conflict_side *coming,
    enum conflict_call call, bool both_share, pcb_passes *passes_stranger);

enum conflict_receiver pcb_receiver(const struct conflict_side *first,
    const struct conflict_side *second, const struct conflict_address *destination);

#endif
