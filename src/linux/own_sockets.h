/* SPDX-License-Identifier: ISC */
/* The sockets of this process, as it can tell without /proc and without the kernel's
 * list of sockets: either may be missing, and both are searched under a limit. */
#ifndef BINDCHAIN_LINUX_OWN_SOCKETS_H
#define BINDCHAIN_LINUX_OWN_SOCKETS_H

#include <netinet/in.h>

#include "observe.h"

typedef void own_socket_visitor(void *context, const struct backend_socket *, int descriptor);

/*
 * Visits each internet socket of PROTOCOL (IPPROTO_TCP, IPPROTO_UDP) on the local PORT,
 * or, where PROTOCOL is 0, each Unix socket that has a name, connections among them
 * and the file that it is bound to left out.  Those of another network namespace are not
 * visited, as far as the kernel tells it: SO_NETNS_COOKIE, since 5.14.
 */
void own_sockets_visit(int protocol, unsigned port, own_socket_visitor *, void *context);

#endif
