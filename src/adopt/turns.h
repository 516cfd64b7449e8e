/* SPDX-License-Identifier: ISC */
/*
 * Programs are executed one after the other, by whichever thread: each needs other close-on-exec
 * flags, which all threads share.
 */
#ifndef BINDCHAIN_ADOPT_TURNS_H
#define BINDCHAIN_ADOPT_TURNS_H

#include <stdbool.h>

/*
 * Waits until no other thread is between turn_begin() and turn_end(), which can be nested, in a
 * signal handler; after a second the turn is taken from the other.  Returns whether the flags are
 * those of nobody's turn.  Async-signal-safe.
 */
bool turn_begin(void);
void turn_end(void);

/* In a child of fork(2), which has this thread alone. */
void turn_forget_others(void);

#endif
