/* SPDX-License-Identifier: ISC */
/* bindchain queues --watch: the queues, read again at every interval. */
#ifndef BINDCHAIN_QUEUE_WATCH_H
#define BINDCHAIN_QUEUE_WATCH_H

#include "queue_table.h"

/*
 * Watches TABLE, which was read once, every MILLISECONDS: on a terminal in place, with a
 * bar for each queue, until q is typed or a signal arrives; elsewhere in lines, at first for
 * all queues and then for those that changed, until a signal arrives.  Returns 0, or -1
 * with errno (of an allocation, a write, a call for the terminal) and the terminal
 * restored.  After a signal the terminal is restored and the process killed by it.
 */
int queue_watch(struct queue_table *, int milliseconds);

#endif
