/* SPDX-License-Identifier: ISC */
/*
 * poll(2) reports a listening socket as readable when accept(2) would return a connection,
 * and others when a datagram is there: POSIX, listen() and poll().  Linux:
 * net/ipv4/tcp.c, tcp_poll; net/unix/af_unix.c, unix_accept_ready.  FreeBSD:
 * sys/kern/uipc_socket.c, sopoll_generic.  macOS, whose poll(2) fails for devices, but not
 * for sockets: bsd/kern/sys_generic.c, poll_nocancel, by kqueue; bsd/kern/uipc_socket.c,
 * filt_soread_common.
 *
 * Linux reports POLLHUP for a TCP socket that does not listen: the same tcp_poll.
 */
#include "on_demand.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "chain.h"
#include "fatal.h"
#include "native.h"
#include "report_failure.h"

void
on_demand_check_next(const struct invocation *invocation)
{
	struct bindchain_failure missing;
	struct chain_target target;

	if (chain_find(invocation->next, command_named(invocation->next) != NULL, &target,
	        &missing) != 0)
		report_failure(invocation, &missing);
}

static struct pollfd *
make_list(const struct invocation *invocation, nfds_t *count)
{
	const struct handover *handover = &invocation->handover;
	int first = handover->target - handover->inherited;
	struct pollfd *list;

	*count = (nfds_t)handover->inherited + (nfds_t)handover->count;
	list = native_allocate(invocation, (size_t)*count, sizeof *list);
	for (nfds_t i = 0; i < *count; i++)
		list[i] = (struct pollfd) { .fd = first + (int)i, .events = POLLIN };
	return list;
}

static bool
is_any(const struct pollfd *list, nfds_t count, short events)
{
	for (nfds_t i = 0; i < count; i++)
		if (list[i].revents & events)
			return true;
	return false;
}

/* A FIFO at end of file, which NEXT reads: POLLHUP, without POLLIN, after a writer that wrote
 * nothing. */
static void
check(const struct invocation *invocation, int descriptor)
{
	int error = 0;
	socklen_t size = sizeof error;

	if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0 && errno == ENOTSOCK)
		return;
	if (error != 0) {
		errno = error;
		native_fatal_descriptor(invocation, "poll", descriptor);
	}
	fatal_line(invocation, "poll descriptor %d: it was shut down or does not listen, so no"
	    " traffic can arrive", descriptor);
	fatal_exit(invocation, NATIVE_EXIT_FAILURE);
}

void
on_demand_wait(const struct invocation *invocation)
{
	nfds_t count;
	struct pollfd *list = make_list(invocation, &count);

	while (poll(list, count, -1) < 0)
		if (errno != EINTR)
			native_fatal_descriptor(invocation, "poll", list[0].fd);
	if (!is_any(list, count, POLLIN))
		for (nfds_t i = 0; i < count; i++)
			if (list[i].revents)
				check(invocation, list[i].fd);
	free(list);
}
