/* SPDX-License-Identifier: ISC */
/* This process and those that it was forked from, since the library was loaded. */
#ifndef BINDCHAIN_ADOPT_GENERATIONS_H
#define BINDCHAIN_ADOPT_GENERATIONS_H

#include <stdbool.h>

/* Notes this process as the first. */
void generations_begin(void);

/* In a child of fork(2): notes it as the next. */
void generations_add(void);

/* How often this process was forked. */
int generation_number(void);

/* Whether the descriptors are this process's, as its memory is.  Whoever shares memory with the
 * daemon, but not its descriptors, changes nothing: vfork(2). */
bool generation_is_own(void);

/*
 * This process has that number, or has gone on in the background from the one that has: all
 * between have ended.  In a PID namespace of its own, where it does not see them, it has not.
 */
bool generation_is_continued(int number);

#endif
