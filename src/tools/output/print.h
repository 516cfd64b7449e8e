/* SPDX-License-Identifier: ISC */
/* Standard output: its lines, and the end of commands that print there. */
#ifndef BINDCHAIN_PRINT_H
#define BINDCHAIN_PRINT_H

#include "command.h"
#include "text.h"

/* Call this before anything is printed. */
void print_begin(void);

/* Flushes standard output, and ends the command with STATUS, or after a failed write. */
_Noreturn void print_end(const struct invocation *, int status);

/* Prints the line and starts an empty one. */
void print_line(struct text *);

/* The same, wrapped; further lines are indented to the column after the label, or by
 * INDENT columns. */
void print_wrapped_row(struct text *);
void print_wrapped(struct text *, int indent);

/* Starts a line with "    LABEL      ", up to the column of the values. */
void print_start_row(struct text *, const char *label);

#endif
