/* SPDX-License-Identifier: ISC */
/* The variable BINDCHAIN_ADOPT, which lists the originals that programs get: adopt.h. */
#ifndef BINDCHAIN_ADOPT_VARIABLE_H
#define BINDCHAIN_ADOPT_VARIABLE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What its words ask for. */
struct adopt_words {
	bool by_port, strict, verbose, check;
	char directory[PATH_MAX]; /* in which relative paths were bound; may be empty */
};

extern struct adopt_words adopt_words;

/* Calls ADD, which may refuse, for each descriptor.  Returns whether any is to be adopted. */
bool variable_read(bool (*add)(const char *digits));

/* Notes what the variable has, once the originals are known. */
void variable_begin(void);

/* Writes the originals that programs get, after a change. */
void variable_write(void);

/* Does so only if they have changed: the variable is not looked for in vain, since another thread
 * may call setenv(3). */
void variable_update(void);

/* In a child of fork(2): a thread of the parent's may have been writing. */
void variable_forget_others(void);

/* Longer than the value ever is. */
size_t variable_value_size(void);

/* The VALUE for a SET of originals: original_table.h. */
void variable_make_value(char *value, uint64_t set);

#endif
