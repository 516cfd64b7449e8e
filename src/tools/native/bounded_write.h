/* SPDX-License-Identifier: ISC */
/*
 * Writes to descriptors of other processes, which may have no room: a pipe that nobody reads
 * must not hold a start for ever.  Their O_NONBLOCK is left alone: whoever shares the open
 * file would get it too.
 */
#ifndef BINDCHAIN_BOUNDED_WRITE_H
#define BINDCHAIN_BOUNDED_WRITE_H

#include <stddef.h>

#include "command.h"

/* How long a descriptor may have no room. */
enum { BOUNDED_WRITE_SECONDS = 10 };

/*
 * Writes all, in parts of at most PIPE_BUF bytes, and waits so long for room for each.
 * Returns 0, or -1 with errno: EAGAIN if there was no room.  With several writers of one pipe
 * another may take the room that was waited for; then it blocks until there is room again.
 */
int bounded_write(int descriptor, const char *bytes, size_t length);

/* Why it failed, by errno. */
const char *bounded_write_error(void);

/* The write of a notification failed, by errno. */
_Noreturn void bounded_write_fatal_notify(const struct invocation *, int descriptor);

#endif
