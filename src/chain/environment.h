/* SPDX-License-Identifier: ISC */
/*
 * The environment, ours and the next program's.  setenv(3) allocates, and on musl the
 * first allocation of a process costs four system calls and three page faults, 19 us on
 * top of a start's 60: so the few and short variables that a handover sets have static
 * room.  musl's getenv(3) calls strncmp(3) for every variable there is: a quarter of
 * what a chain of eight commands executes.
 */
#ifndef BINDCHAIN_ENVIRONMENT_H
#define BINDCHAIN_ENVIRONMENT_H

/* As getenv(3). */
const char *environment_get(const char *name);

/* As setenv(3) that overwrites; it is called for what does not fit.  Returns 0, or
 * -1 with errno. */
int environment_set(const char *name, const char *value);

#endif
