/* SPDX-License-Identifier: ISC */
/* What s6's commands share. */
#ifndef BINDCHAIN_S6_H
#define BINDCHAIN_S6_H

#include "command.h"

enum s6_exit {
	S6_EXIT_USAGE = 100,
	S6_EXIT_FAILURE = 111,
	S6_EXIT_NOT_EXECUTABLE = 126,
	S6_EXIT_NOT_FOUND = 127
};

/* The usage line, and a second one that names the word at fault: "PROG: info:
 * SENTENCE". */
_Noreturn void s6_usage(const struct invocation *, const char *format, ...) TEXT_FORMAT(2, 3);

/*
 * Reads TEXT into the request: the maximum when NULL, no listen(2) when 0, for a
 * datagram socket too, whose listen then fails.  False if it is not a backlog; what
 * the first line of the message is then differs between the commands.
 */
bool s6_read_backlog(struct request *, const char *text);

#define S6_NOT_A_BACKLOG "not a backlog (0 to 4294967295): %s"

#endif
