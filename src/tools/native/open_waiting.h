/* SPDX-License-Identifier: ISC */
/* The setting `wait`: a socket whose address, interface or port is not available yet. */
#ifndef BINDCHAIN_OPEN_WAITING_H
#define BINDCHAIN_OPEN_WAITING_H

#include "command.h"

/* Milliseconds between two attempts where no event tells that another one is worthwhile, as
 * when a port is in use. */
#define OPEN_WAITING_INTERVAL 100

/*
 * As command_open() of request number INDEX, repeated after events of interfaces for up to
 * request->wait seconds, while the address or an interface is missing or the port is in use.
 * Looks up the interfaces of the request before each attempt.  If the time is over, FAILURE is
 * that of the last attempt, and invocation->waited is set.  Ends the command if there is
 * nothing that tells of events.
 */
int open_waiting(struct invocation *, int index, struct bindchain_failure *);

#endif
