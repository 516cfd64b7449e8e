/* SPDX-License-Identifier: ISC */
/* `listen --on-demand`: the next program starts with the first traffic. */
#ifndef BINDCHAIN_ON_DEMAND_H
#define BINDCHAIN_ON_DEMAND_H

#include "command.h"

/* Ends the command if NEXT cannot be found, which would otherwise show only with the first
 * client. */
void on_demand_check_next(const struct invocation *);

/*
 * Waits until one of the sockets that NEXT gets, the inherited ones included, is readable, or
 * a FIFO at end of file.  They are placed; nothing is accepted or read.  Ends the command if
 * poll(2) fails, or if a socket has an error, was shut down or does not listen: it would never
 * be readable, and wake every poll(2).
 */
void on_demand_wait(const struct invocation *);

#endif
