/* SPDX-License-Identifier: ISC */
/* Lines of a report on standard output. */
#ifndef BINDCHAIN_PRINT_H
#define BINDCHAIN_PRINT_H

#include "text.h"

/* Prints the line and starts an empty one. */
void print_line(struct text *);

/* The same, in as many lines as the words of ours in it take; those behind the
 * first begin below what follows the label, or INDENT columns in. */
void print_wrapped_row(struct text *);
void print_wrapped(struct text *, int indent);

/* Starts a line "    LABEL      ", with what follows in one column. */
void print_start_row(struct text *, const char *label);

#endif
