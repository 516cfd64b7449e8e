/* SPDX-License-Identifier: ISC */
/* Whether another socket gets traffic of an address, although this system lets both
 * bind. */
#ifndef BINDCHAIN_EXCLUSIVE_H
#define BINDCHAIN_EXCLUSIVE_H

#include <stdbool.h>

#include "bindchain.h"
#include "conflict.h"

/*
 * Binds temporary sockets without sharing options to the address of REQUEST, and
 * closes them.  Returns 0, or -1 with EADDRINUSE; other errors are left to the bind(2)
 * that follows.
 */
int exclusive_probe(const struct bindchain_request *);

/* Report whether that would find THERE, by the rules of this system. */
bool exclusive_finds(const struct bindchain_request *, const struct conflict_side *there);

#endif
