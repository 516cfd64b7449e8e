/* SPDX-License-Identifier: ISC */
/* Carrying out a plan. */
#ifndef BINDCHAIN_PERFORM_H
#define BINDCHAIN_PERFORM_H

#include "bindchain.h"
#include "plan.h"
#include "socket_path.h"

/*
 * Walks PLAN and decides nothing.  Returns the descriptor, which the caller
 * owns, with MADE telling the path that now exists for it, or -1 with FAILURE
 * filled, the descriptor closed and the path removed.
 */
int perform(const struct plan *, struct made_path *made, struct bindchain_failure *);

#endif
