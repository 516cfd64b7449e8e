/* SPDX-License-Identifier: ISC */
/* The processes and options of sockets that hold an address. */
#ifndef BINDCHAIN_LINUX_HOLDER_OWNERS_H
#define BINDCHAIN_LINUX_HOLDER_OWNERS_H

#include "observe.h"

/*
 * Finds the processes of the sockets in HOLDERS, and their options if ARE_INTERNET.  Those
 * of this process are marked with has_process and the descriptor, and come first.  Moves
 * holders in the order in which their processes are found; those without one come last.
 */
void holders_identify(struct backend_holders *, bool are_internet, int limit);

#endif
