/* SPDX-License-Identifier: ISC */
/* Sockets that are there, as sides of a conflict. */
#ifndef BINDCHAIN_SHARING_H
#define BINDCHAIN_SHARING_H

#include "conflict_side.h"
#include "observe.h"

/* Without its options of reuse, which no system lists. */
void conflict_side_of_socket(struct conflict_side *, const struct backend_socket *);

/*
 * By the rules of this system: the option that would let COMING be bound in spite of
 * HOLDER, or why there is none.  A predicate to follow "it"; a whole sentence where
 * HOLDER is a connection; NULL when neither is known.
 */
const char *sharing_text(const struct backend_holder *, const struct conflict_side *coming);

#endif
