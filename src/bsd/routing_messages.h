/* SPDX-License-Identifier: ISC */
/* What the routing sockets of FreeBSD and macOS differ in. */
#ifndef BINDCHAIN_BSD_ROUTING_MESSAGES_H
#define BINDCHAIN_BSD_ROUTING_MESSAGES_H

#include <stdbool.h>

/* Whether there is a message when an interface is created: watch.c of each system. */
extern const bool bsd_announces_interfaces;

#endif
