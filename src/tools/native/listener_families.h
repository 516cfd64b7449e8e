/* SPDX-License-Identifier: ISC */
/* Addresses of listeners that are neither of TCP and UDP nor paths. */
#ifndef BINDCHAIN_LISTENER_FAMILIES_H
#define BINDCHAIN_LISTENER_FAMILIES_H

#include "listener.h"

/* PROTOCOL or PROTOCOL:GROUPS of netlink, which is borrowed.  Returns false with PROBLEM;
 * where the system has no netlink, the plan fails. */
bool listener_read_netlink(struct request *, const char *text, struct listener_problem *);

/* CID:PORT of vsock.  The same. */
bool listener_read_vsock(struct request *, const char *text, struct listener_problem *);

#endif
