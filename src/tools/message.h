/* SPDX-License-Identifier: ISC */
/*
 * Messages on standard error, a line and a write(2) each.
 *
 * Nobody may read them: a pipe without a reader must not kill this process by
 * SIGPIPE, and a full one must not hold it up while paths it made are still there.
 * So the lines of a failure are kept, and main() writes them when the paths are gone.
 */
#ifndef BINDCHAIN_MESSAGE_H
#define BINDCHAIN_MESSAGE_H

#include "text.h"

/* Ends the line and keeps it: of a command that has failed. */
void message_keep(struct text *);

/* Ends the line and writes it now: of a command that goes on.  After a line that is
 * kept, this one is kept too. */
void message_write(struct text *);

/* Writes the lines that were kept. */
void message_write_kept(void);

#endif
