/* SPDX-License-Identifier: ISC */
/* What nosh's commands share. */
#ifndef BINDCHAIN_NOSH_H
#define BINDCHAIN_NOSH_H

#include "command.h"

#define NOSH_EXIT_FAILURE 1

/* "PROG: FATAL: SUBJECT: PROBLEM", SUBJECT left out when NULL.  Returns the exit
 * status. */
int nosh_fatal(const struct invocation *, const char *subject, const char *problem);

/* "PROG: info: …", of four parts, made visible. */
void nosh_info(const struct invocation *, const char *, const char *, const char *,
    const char *);

/*
 * Takes the next program from behind COUNT operands; MISSING has the message
 * for each operand that is not there.  Returns 0, or the exit status.
 */
int nosh_take_operands(struct invocation *, char **operands, int count,
    const char *const *missing);

#endif
