/* SPDX-License-Identifier: ISC */
#include "bounded_write.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fatal.h"
#include "native.h"

/*
 * A pipe is writable if write(2) of PIPE_BUF bytes would not block: Linux fs/pipe.c, pipe_poll
 * (a page); FreeBSD sys/kern/sys_pipe.c and xnu bsd/kern/sys_pipe.c, pipe_poll.  Other events,
 * such as POLLNVAL of a device on macOS, are left to write(2) to report.
 */
static bool
wait_for_room(int descriptor)
{
	struct pollfd writable = { .fd = descriptor, .events = POLLOUT };
	int count;

	do
		count = poll(&writable, 1, BOUNDED_WRITE_SECONDS * 1000);
	while (count < 0 && errno == EINTR);
	if (count == 0)
		errno = EAGAIN;
	return count > 0;
}

/* Of a socket, at once: parts would be several datagrams. */
static ssize_t
write_some(int descriptor, const char *bytes, size_t length)
{
	ssize_t n;

	if (length <= PIPE_BUF)
		return write(descriptor, bytes, length);
	n = sendto(descriptor, bytes, length, MSG_DONTWAIT, NULL, 0);
	return n < 0 && errno == ENOTSOCK ? write(descriptor, bytes, PIPE_BUF) : n;
}

int
bounded_write(int descriptor, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n;
		if (!wait_for_room(descriptor))
			return -1;
		n = write_some(descriptor, bytes, length);
		if (n >= 0) {
			bytes += n;
			length -= (size_t)n;
		} else if (errno != EINTR && errno != EAGAIN)
			return -1;
	}
	return 0;
}

const char *
bounded_write_error(void)
{
	_Static_assert(BOUNDED_WRITE_SECONDS == 10, "the text");

	return errno == EAGAIN ? "no room for 10 seconds: nobody reads it" : strerror(errno);
}

void
bounded_write_fatal_notify(const struct invocation *invocation, int descriptor)
{
	fatal_line(invocation, "notify descriptor %d: %s", descriptor, bounded_write_error());
	fatal_exit(invocation, NATIVE_EXIT_FAILURE);
}
