/* SPDX-License-Identifier: ISC */
/* Carrying out a plan. */
#ifndef BINDCHAIN_PERFORM_H
#define BINDCHAIN_PERFORM_H

#include "bindchain.h"
#include "plan.h"

/*
 * Walks PLAN and decides nothing.  Returns the socket, which the caller owns,
 * or -1 with FAILURE filled and the socket closed.
 */
int perform(const struct plan *, struct bindchain_failure *);

#endif
