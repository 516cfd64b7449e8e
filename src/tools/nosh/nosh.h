/* SPDX-License-Identifier: ISC */
/* What nosh's commands share. */
#ifndef BINDCHAIN_NOSH_H
#define BINDCHAIN_NOSH_H

#include "command.h"

#define NOSH_EXIT_FAILURE 1

/* "PROG: FATAL: SUBJECT: PROBLEM", SUBJECT left out when NULL.  Returns the exit
 * status. */
int nosh_fatal(const struct invocation *, const char *subject, const char *problem);

/* "PROG: WARNING: SUBJECT: PROBLEM". */
void nosh_warning(const struct invocation *, const char *subject, const char *problem);

/* "PROG: info: SENTENCE". */
void nosh_info(const struct invocation *, const char *format, ...) TEXT_FORMAT(2, 3);

/*
 * Takes the next program from after COUNT operands; MISSING has the message
 * for each operand that is not there.  Returns 0, or the exit status.
 */
int nosh_take_operands(struct invocation *, char **operands, int count,
    const char *const *missing);

/* Makes OPTION at VALUE required, if WANTED. */
void nosh_require(struct bindchain_request *, enum bindchain_option, bool wanted, int value);

/*
 * These read a part of the command line into the invocation.  Each returns 0,
 * or the exit status with the message printed; nosh_hand_over(), which comes
 * last, COMMAND_CHAIN instead of 0.
 */
int nosh_read_backlog(struct invocation *, const char *text); /* NULL: the default */
int nosh_set_path(struct invocation *, const char *path);
int nosh_hand_over(struct invocation *, bool systemd, bool upstart);

#endif
