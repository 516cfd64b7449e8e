/* SPDX-License-Identifier: ISC */
/* Whether another socket gets traffic of an address, although this system lets both
 * bind. */
#ifndef BINDCHAIN_EXCLUSIVE_H
#define BINDCHAIN_EXCLUSIVE_H

#include <stdbool.h>

#include "request.h"
#include "conflict.h"

/*
 * Temporary sockets without sharing options show it: one is bound to the address of REQUEST,
 * and, if that may miss an IPv4 socket that gets the same traffic, another to the IPv4
 * wildcard.
 */
void exclusive_address(const struct request *, bool of_ipv4,
    struct address *);
bool exclusive_may_miss_ipv4(const struct request *);

/* Whether the one at that address may set SO_REUSEADDR, to ignore connections in TIME_WAIT,
 * and still finds every listener. */
bool exclusive_reuses(const struct request *, const struct address *);

/* Whether they find THERE, by the rules of this system. */
bool exclusive_finds(const struct request *, const struct conflict_side *there);

#endif
