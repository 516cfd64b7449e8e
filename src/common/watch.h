/* SPDX-License-Identifier: ISC */
/*
 * Events of interfaces, for requests whose address or device is not there yet.  Each system
 * implements this: watch.c.
 */
#ifndef BINDCHAIN_WATCH_H
#define BINDCHAIN_WATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "request.h"

/* What the events come from, for messages: "rtnetlink". */
extern const char backend_watch_source[];

/*
 * Opens a socket, close-on-exec, from which recv(2) gets a message for each event.  When
 * one has arrived, bind(2) accepts a new address and if_nametoindex(3) finds a new
 * interface.  Returns -1 with errno and the CALL that failed.
 */
int backend_watch_open(const char **call);

/* Whether the message of SIZE bytes can be about a new address or interface. */
bool backend_watch_is_event(const void *message, size_t size);

/*
 * Whether the cause of FAILURE of REQUEST can end without an event, although it is not the
 * port.
 *
 * Linux: no.  FreeBSD and macOS: yes while duplicate address detection may run for the
 * address; macOS also for an interface that does not exist.
 */
bool backend_watch_misses(const struct request *, const struct bindchain_failure *);

#endif
