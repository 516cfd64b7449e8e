/* SPDX-License-Identifier: ISC */
/* Sides of a conflict: sockets that are planned, and those that are there. */
#ifndef BINDCHAIN_CONFLICT_SIDE_H
#define BINDCHAIN_CONFLICT_SIDE_H

#include "backend.h"
#include "conflict.h"
#include "plan.h"

struct conflict_address conflict_address_of(const struct bindchain_address *);

/* The socket of PLAN, TCP or UDP, as it is once all its calls were made. */
void conflict_side_of_plan(struct conflict_side *, const struct plan *);
/* The same of a request.  False where it is of no such kind, or has no plan here. */
bool conflict_side_of_request(struct conflict_side *, const struct bindchain_request *);

/* Will the wildcard of REQUEST take connections from listeners on specific addresses that
 * have no options? */
bool conflict_takes_from_specific(const struct bindchain_request *);

/* Without its options of reuse, which no system lists. */
void conflict_side_of_socket(struct conflict_side *, const struct backend_socket *);

#endif
