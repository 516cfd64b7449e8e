/* SPDX-License-Identifier: ISC */
/* What s6's commands share. */
#ifndef BINDCHAIN_S6_H
#define BINDCHAIN_S6_H

#include "command.h"

enum s6_exit {
	S6_EXIT_USAGE = 100,
	S6_EXIT_FAILURE = 111,
	S6_EXIT_NOT_EXECUTABLE = 126,
	S6_EXIT_NOT_FOUND = 127
};

/* "PROG: fatal: PROBLEM", or with a word of the user's behind it; and the usage
 * line.  Both return S6_EXIT_USAGE. */
int s6_fatal_usage(const struct invocation *, const char *problem, const char *word);
int s6_usage(const struct invocation *);

#endif
