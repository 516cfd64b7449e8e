/* SPDX-License-Identifier: ISC */
/* What would let a socket be bound beside one that is in its way. */
#ifndef BINDCHAIN_SHARING_H
#define BINDCHAIN_SHARING_H

#include "backend.h"
#include "conflict_side.h"

/*
 * Half a sentence about HOLDER, to follow "it" (a whole one about connections), by the
 * rules of this system: which option would help, or why none does.  NULL: there is
 * nothing to say.  COMING is what could not be bound.
 */
const char *sharing_text(const struct backend_holder *, const struct conflict_side *coming);

#endif
