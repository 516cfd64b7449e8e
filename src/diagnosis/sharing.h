/* SPDX-License-Identifier: ISC */
/* The option that would let a socket be bound in spite of one that conflicts. */
#ifndef BINDCHAIN_SHARING_H
#define BINDCHAIN_SHARING_H

#include "backend.h"
#include "conflict_side.h"

/*
 * By the rules of this system: the option that would let COMING be bound in spite of
 * HOLDER, or why there is none.  A predicate to follow "it"; a whole sentence where
 * HOLDER is a connection; NULL when neither is known.
 */
const char *sharing_text(const struct backend_holder *, const struct conflict_side *coming);

#endif
