/* SPDX-License-Identifier: ISC */
/* The side of a conflict that a planned socket is; for one that is there: sharing.h. */
#ifndef BINDCHAIN_CONFLICT_SIDE_H
#define BINDCHAIN_CONFLICT_SIDE_H

#include "conflict.h"
#include "request.h"

struct conflict_address conflict_address_of(const struct address *);

/* The socket of a request, TCP or UDP, as it is once all calls of its plan were made.  False
 * where it is of no such kind, or has no plan here. */
bool conflict_side_of_request(struct conflict_side *, const struct request *);

/* Will the wildcard of REQUEST take connections from listeners on specific addresses that
 * have no options? */
bool conflict_takes_from_specific(const struct request *);

#endif
