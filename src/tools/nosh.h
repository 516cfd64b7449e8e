/* SPDX-License-Identifier: ISC */
/* What nosh's commands share. */
#ifndef BINDCHAIN_NOSH_H
#define BINDCHAIN_NOSH_H

#include "command.h"

#define NOSH_EXIT_FAILURE 1

/* "PROG: FATAL: SUBJECT: PROBLEM", SUBJECT left out when NULL.  Returns the exit
 * status. */
int nosh_fatal(const struct invocation *, const char *subject, const char *problem);

#endif
