/* SPDX-License-Identifier: ISC */
/*
 * The variable by which the dynamic linker loads this library.  A program that gets no socket is
 * executed without it: one of another C library would not even start with it.
 */
#ifndef BINDCHAIN_ADOPT_PRELOAD_H
#define BINDCHAIN_ADOPT_PRELOAD_H

#include <stdbool.h>
#include <stddef.h>

/* Notes where this library is. */
void preload_begin(void);

/* Takes the library out of the variable of this process, where the string is. */
void preload_drop(void);

/* Whether programs with this ENVIRONMENT can get the library; true if it is unknown where it is. */
bool preload_is_possible(char *const *environment);

/* What preload_change() needs for the variable in ENVIRONMENT. */
size_t preload_size(char *const *environment);

/*
 * Whether ENTRY of an environment is the variable, and does not have the library as it IS_WANTED:
 * then CHANGED, of SIZE bytes, is the entry that does.  One that is too long stays.
 */
bool preload_change(const char *entry, bool is_wanted, char *changed, size_t size);

#endif
