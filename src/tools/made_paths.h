/* SPDX-License-Identifier: ISC */
/*
 * The paths that the commands of this process made: they go with it should no
 * program take the sockets over.
 */
#ifndef BINDCHAIN_MADE_PATHS_H
#define BINDCHAIN_MADE_PATHS_H

#include "socket_path.h"

/* Returns 0, or -1 with no memory left and the path removed. */
int made_paths_remember(const struct made_path *);

/*
 * Removes those that are still as they were made, the last one first, and forgets
 * them.  A socket's path is known by the socket: to be called before sockets are
 * closed.
 */
void made_paths_remove(void);

#endif
