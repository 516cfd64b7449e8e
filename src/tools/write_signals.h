/* SPDX-License-Identifier: ISC */
/*
 * The signals that write(2) can raise: SIGPIPE, and SIGXFSZ beyond the limit on file
 * sizes.  While they are ignored it fails with EPIPE or EFBIG instead, so that the
 * failure is reported and the created paths are removed.
 */
#ifndef BINDCHAIN_WRITE_SIGNALS_H
#define BINDCHAIN_WRITE_SIGNALS_H

/* Ignores them from now on; call it before anything is written. */
void write_signals_ignore(void);

/* Restores the dispositions of the start, for the next program. */
void write_signals_restore(void);

#endif
