/* SPDX-License-Identifier: ISC */
/* All originals, for the files that decide about them. */
#ifndef BINDCHAIN_ADOPT_ORIGINAL_TABLE_H
#define BINDCHAIN_ADOPT_ORIGINAL_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "originals.h"
#include "program.h"

/* In the order of the variable. */
extern struct original originals[ADOPT_SOCKETS_MAX];
extern int original_count;

_Static_assert(ADOPT_SOCKETS_MAX <= 64, "a set has a bit for each");

/* Of INDEX, in a set. */
static inline uint64_t
original_bit(int index)
{
	return UINT64_C(1) << index;
}

/* Is its descriptor still that socket? */
bool original_is_there(const struct original *);

/* Has this process taken it, or the one that it goes on from in the background? */
bool original_is_ours(const struct original *);

/* Does a process know what others that it was forked from, or forks, have taken? */
bool originals_are_shared(void);

/* Whether it is the caller's now, if it CLAIMS it, or could be. */
bool original_is_free(const struct original *, bool claims);

/* Has a process taken it in place of the socket IDENTITY? */
bool original_has_replaced(const struct original *, uintptr_t identity);

#endif
