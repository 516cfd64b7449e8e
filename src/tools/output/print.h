/* SPDX-License-Identifier: ISC */
/* Lines of a report on standard output. */
#ifndef BINDCHAIN_PRINT_H
#define BINDCHAIN_PRINT_H

#include "text.h"

/* Prints the line and starts an empty one. */
void print_line(struct text *);

/* The same, wrapped; further lines are indented to the column after the label, or by
 * INDENT columns. */
void print_wrapped_row(struct text *);
void print_wrapped(struct text *, int indent);

/* Starts a line with "    LABEL      ", up to the column of the values. */
void print_start_row(struct text *, const char *label);

#endif
