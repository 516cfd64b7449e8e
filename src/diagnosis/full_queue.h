/* SPDX-License-Identifier: ISC */
/* The effect of a full accept queue, as far as all systems agree. */
#ifndef BINDCHAIN_FULL_QUEUE_H
#define BINDCHAIN_FULL_QUEUE_H

#include "observe.h"
#include "request.h"

/*
 * Sets *overflow for sockets without an accept queue, and for Unix sockets, whose clients
 * get UNIX_EFFECT.  Returns whether the rest depends on the sysctls of TCP.
 */
bool full_queue_is_of_tcp(const struct request *,
    enum backend_overflow_effect unix_effect, struct backend_overflow *);

#endif
