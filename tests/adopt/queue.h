/* SPDX-License-Identifier: ISC */
/* The daemon's queue of events: epoll(7) or kqueue(2). */
#ifndef ADOPT_QUEUE_H
#define ADOPT_QUEUE_H

/* Registers DESCRIPTOR for reading, with VALUE, at a queue that is made once. */
int queue_watch(int descriptor, int value);

/* Waits, and returns the number of events, of which it tells one's value. */
int queue_wait(int *value);

#endif
