/* SPDX-License-Identifier: ISC */
/*
 * The environment of the next program.  setenv(3) allocates, and on musl the first
 * allocation of a process costs four system calls and three page faults, 19 us on top
 * of a start's 60: so the few and short variables that a handover sets have static room.
 */
#ifndef BINDCHAIN_ENVIRONMENT_H
#define BINDCHAIN_ENVIRONMENT_H

/* As setenv(3) that overwrites; it is called for what does not fit.  Returns 0, or
 * -1 with errno. */
int environment_set(const char *name, const char *value);

#endif
