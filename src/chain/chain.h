/* SPDX-License-Identifier: ISC */
/*
 * Chaining: replacing this process by the next program.  The search is ours,
 * as POSIX describes execvp's, the same on every C library, but a file without
 * "#!" is never handed to a shell.
 */
#ifndef BINDCHAIN_CHAIN_H
#define BINDCHAIN_CHAIN_H

#include <limits.h>
#include <stdbool.h>

#include "bindchain.h"

/* The last component of a path; the path itself when it has no slash. */
const char *chain_basename(const char *path);

/*
 * Executes ARGV with ENVIRONMENT, whose PATH is searched.  With MAY_STAY, when the search
 * arrives at the very executable that runs now (same device and inode), it
 * executes nothing and returns 0: the caller goes on in this process.
 * Otherwise it returns only on failure: -1 with FAILURE (BINDCHAIN_EXEC, its
 * errno ENOENT where nothing was found).
 */
int chain_execute(char *const argv[], char *const environment[], bool may_stay,
    struct bindchain_failure *);

/* Where a chain would go. */
struct chain_target {
	char path[PATH_MAX];
	bool stays; /* in this process */
};

/*
 * Finds what chain_execute() would execute with the environment as it is, by the same
 * search, and executes nothing.  Returns 0, or -1 with FAILURE as there.  What only an attempt
 * shows (a file that is no program, a missing interpreter) is not seen.
 */
int chain_find(char *const argv[], bool may_stay, struct chain_target *,
    struct bindchain_failure *);

#endif
