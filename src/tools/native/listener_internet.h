/* SPDX-License-Identifier: ISC */
/* Addresses of TCP and UDP listeners, and their families. */
#ifndef BINDCHAIN_LISTENER_INTERNET_H
#define BINDCHAIN_LISTENER_INTERNET_H

#include "listener.h"

/* Adds the listeners of ADDRESS, [HOST]:PORT, with the settings of list->current: as
 * listener_read(). */
bool listener_read_internet(struct listener_list *, char *address, struct listener_problem *,
    struct bindchain_failure *);

#endif
