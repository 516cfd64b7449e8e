/* SPDX-License-Identifier: ISC */
/*
 * The paths that the commands of this process made: they go with it should no
 * program take the sockets over.
 */
#ifndef BINDCHAIN_MADE_PATHS_H
#define BINDCHAIN_MADE_PATHS_H

#include "socket_path.h"

/* Returns 0, or -1 with no memory left and the path removed. */
int made_paths_remember(const struct socket_path *);

/* Removes those that are still as they were made. */
void made_paths_remove(void);

#endif
