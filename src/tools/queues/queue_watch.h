/* SPDX-License-Identifier: ISC */
/* bindchain queues --watch: the queues, read again at every interval. */
#ifndef BINDCHAIN_QUEUE_WATCH_H
#define BINDCHAIN_QUEUE_WATCH_H

#include "queue_table.h"

/*
 * Watches TABLE, which was read once, every MILLISECONDS: on a terminal in place, with a bar for each queue,
 * until q is typed or a signal comes; elsewhere in lines, all queues at first and
 * then those that changed, until a signal comes.  Returns 0, or -1 with errno
 * (of an allocation, a write, a call for the terminal); the terminal is then as
 * it was.  A signal that ends it ends the process, once the terminal is restored.
 */
int queue_watch(struct queue_table *, int milliseconds);

#endif
