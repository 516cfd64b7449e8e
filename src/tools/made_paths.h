/* SPDX-License-Identifier: ISC */
/*
 * The paths that the commands of this process created: they are removed if no next
 * program is executed.
 */
#ifndef BINDCHAIN_MADE_PATHS_H
#define BINDCHAIN_MADE_PATHS_H

#include "socket_path.h"

/* Returns 0, or -1 if out of memory, with the path removed. */
int made_paths_remember(const struct made_path *);

/*
 * Removes those that are still the created ones, the last one first, and forgets them.
 * The socket identifies its path: call this before sockets are closed.
 */
void made_paths_remove(void);

#endif
