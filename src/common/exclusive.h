/* SPDX-License-Identifier: ISC */
/* Whether another socket gets traffic of an address, although this system would let
 * both bind. */
#ifndef BINDCHAIN_EXCLUSIVE_H
#define BINDCHAIN_EXCLUSIVE_H

#include <stdbool.h>

#include "bindchain.h"
#include "conflict.h"

/*
 * Binds sockets to the address of REQUEST that share it with none, and closes them.
 * Returns 0, or -1 with EADDRINUSE; other errors show when the address is bound.
 */
int exclusive_probe(const struct bindchain_request *);

/* Would it find THERE, by the rules of this system? */
bool exclusive_finds(const struct bindchain_request *, const struct conflict_side *there);

#endif
