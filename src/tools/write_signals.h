/* SPDX-License-Identifier: ISC */
/*
 * The signals by which write(2) kills: SIGPIPE, and SIGXFSZ beyond a limit on the
 * size of files.  While they are ignored it fails with EPIPE and EFBIG instead,
 * which can be told, and what was made can be removed.
 */
#ifndef BINDCHAIN_WRITE_SIGNALS_H
#define BINDCHAIN_WRITE_SIGNALS_H

/* Ignores them from now on; to be called before anything is written. */
void write_signals_ignore(void);

/* What they do is what they did at start: for the next program. */
void write_signals_restore(void);

#endif
