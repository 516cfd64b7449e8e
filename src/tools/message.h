/* SPDX-License-Identifier: ISC */
/*
 * Messages on standard error, one write(2) for each line.
 *
 * A pipe without a reader must not kill this process by SIGPIPE, and a full one must
 * not block it while the paths it created exist.  So the lines of a failure are kept,
 * and leave() writes them after the paths are removed.
 */
#ifndef BINDCHAIN_MESSAGE_H
#define BINDCHAIN_MESSAGE_H

#include "command.h"
#include "text.h"

/* The kind of line that explains a fatal one, or informs. */
#define MESSAGE_INFO "info"

/* Begins a line of the command's messages: "PROG: KIND: ". */
void message_begin(struct text *, const struct invocation *, const char *kind);

/* Ends the line and keeps it, for a command that has failed. */
void message_keep(struct text *);

/* Ends the line and writes it now, for a command that continues.  After a kept line, this
 * one is kept too. */
void message_write(struct text *);

/* "PROG: WARNING: SENTENCE" and "PROG: info: SENTENCE", by message_write(). */
void message_warn(const struct invocation *, const char *format, ...) TEXT_FORMAT(2, 3);
void message_inform(const struct invocation *, const char *format, ...) TEXT_FORMAT(2, 3);

/* Writes the lines that were kept. */
void message_write_kept(void);

#endif
