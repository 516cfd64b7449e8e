/* SPDX-License-Identifier: ISC */
/* What nosh's commands share. */
#ifndef BINDCHAIN_NOSH_H
#define BINDCHAIN_NOSH_H

#include "command.h"
#include "number.h"
#include "request.h"

#define NOSH_EXIT_FAILURE 1

/*
 * Takes the next program from after COUNT operands; MISSING has the message
 * for each operand that is not there.
 */
void nosh_take_operands(struct invocation *, char **operands, int count,
    const char *const *missing);

/* Makes OPTION at VALUE required, if WANTED. */
void nosh_require(struct request *, enum bindchain_option, bool wanted, int value);

/* TEXT as a number; OUT_OF_RANGE is the message for one that RULE does not allow. */
long long nosh_read_number(const struct invocation *, const char *text,
    const struct number_rule *, const char *out_of_range);

/* These read a part of the command line into the invocation. */
void nosh_read_backlog(struct invocation *, const char *text); /* NULL: the default */
void nosh_set_path(struct invocation *, const char *path);

/* Plans which descriptor and variables the next program gets. */
void nosh_plan_handover(struct invocation *, bool systemd, bool upstart);

#endif
