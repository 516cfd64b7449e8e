/* SPDX-License-Identifier: ISC */
/*
 * The environment, ours and the next program's.  It is read here and changed here
 * alone: not with setenv(3) and unsetenv(3), which on FreeBSD rebuild `environ` from a
 * table of their own, and never in `environ` itself.  From the first change on there is
 * a list of ours, which execve(2) gets; until then `environ` is the environment.
 *
 * The few and short variables that a handover sets have static room: on musl the first
 * allocation of a process costs four system calls and three page faults, 19 us on top of
 * a start's 60.
 */
#ifndef BINDCHAIN_ENVIRONMENT_H
#define BINDCHAIN_ENVIRONMENT_H

#include <stddef.h>

/* The value of NAME in ENTRIES, which end with NULL, or NULL.  NULL has no entries. */
const char *environment_find(char *const *entries, const char *name);

/*
 * As getenv(3), with the changes made here.  musl's getenv(3) calls strncmp(3) for every
 * variable: a quarter of what a chain of eight commands executes.
 */
const char *environment_get(const char *name);

/*
 * Sets NAME to VALUE, which is copied: in the place of the variable's first entry, and
 * further entries of that name are dropped; at the end where there was none.  Returns 0,
 * or -1 with errno ENOMEM and nothing changed.
 */
int environment_set(const char *name, const char *value);

/* Drops every entry of NAME; the others keep their order.  Returns as above. */
int environment_remove(const char *name);

/* The number of entries in a list like `environ`, which may be NULL. */
size_t environment_count(char *const *entries);

/* All entries, for execve(2). */
char **environment_all(void);

#endif
