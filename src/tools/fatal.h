/* SPDX-License-Identifier: ISC */
/*
 * How a command ends without a next program.  Nothing here returns: a message is composed
 * while the sockets are open, then leave() removes what was created, and only then writes.
 */
#ifndef BINDCHAIN_FATAL_H
#define BINDCHAIN_FATAL_H

#include "command.h"

/* "PROG: FATAL: SENTENCE", of an error in the command line. */
_Noreturn void fatal(const struct invocation *, const char *format, ...) TEXT_FORMAT(2, 3);

/* The same in parts: the first line, then any of message_inform(), then the exit. */
void fatal_line(const struct invocation *, const char *format, ...) TEXT_FORMAT(2, 3);
_Noreturn void fatal_exit(const struct invocation *, int status);

/*
 * Ends the process with STATUS.  If that is not 0, the paths and reports that its commands
 * created are removed, then the messages are written.  It is in main.c, and in tests that
 * run commands in a process of their own.
 */
_Noreturn void leave(int status);

#endif
