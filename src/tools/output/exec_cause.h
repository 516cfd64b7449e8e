/* SPDX-License-Identifier: ISC */
/* Why execve(2) refuses a file that exists and may be executed. */
#ifndef BINDCHAIN_EXEC_CAUSE_H
#define BINDCHAIN_EXEC_CAUSE_H

#include "failure.h"

/* Adds the cause of FAILURE to execute ARGV, as far as the beginning of the file shows it.
 * Returns whether it does. */
bool exec_cause_add(struct text *, char *const argv[], const struct bindchain_failure *failure);

#endif
