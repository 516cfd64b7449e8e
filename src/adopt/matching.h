/* SPDX-License-Identifier: ISC */
/* Which original a socket, an address or a path is that of. */
#ifndef BINDCHAIN_ADOPT_MATCHING_H
#define BINDCHAIN_ADOPT_MATCHING_H

#include <stdbool.h>

#include "address.h"
#include "originals.h"

/* Notes the file of a path, now: what is made there later is another's. */
void original_find_file(struct original *);

/*
 * The original for a bind(2) of DESCRIPTOR to ADDRESS: one that no process has taken, which
 * is then this one's if it CLAIMS it, before one that has been taken, which is shared.
 * NULL: there is none.  Async-signal-safe, as bind(2) is.
 */
struct original *originals_match(int descriptor, const struct address *, bool claims);

/* The original that another process has taken in place of the unbound socket that this one
 * has at DESCRIPTOR; NULL: none. */
struct original *originals_replaced(int descriptor);

/* The original that DESCRIPTOR has the address of, or NULL. */
const struct original *originals_of(int descriptor);

/* Has one the file PATH, relative to DIRECTORY? */
bool originals_have_file(int directory, const char *path);

#endif
