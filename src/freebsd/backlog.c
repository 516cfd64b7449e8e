/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: the backlog and the queue.
 *
 * - The limit is kern.ipc.soacceptqueue, 128 unless changed; before 10.0 its
 *   name was kern.ipc.somaxconn, which stays as a hidden second name: listen(2).
 *   Both are four bytes wide.  Jails cannot have limits of their own.
 * - A negative backlog, or one beyond the limit, becomes the limit; 0 stays 0:
 *   kern/uipc_socket.c, solisten_proto.  listen(2) never fails for the value.
 * - The queue is full when it is longer than 3/2 of its limit: one connection
 *   fits even with 0, and 193 with 128: kern/uipc_socket.c, sonewconn; tried on
 *   13.0.  Half-open connections are not in it (full_queue.c).
 * - An accept filter holds connections back in a second queue, of limit + 1;
 *   the next one throws the oldest out: tried on 13.0.
 * - SO_LISTENQLIMIT, SO_LISTENQLEN and SO_LISTENINCQLEN say 0 of any other
 *   socket, without an error: getsockopt(2); tried on 13.0.
 */
#include <sys/types.h>

#include <limits.h>
#include <sys/socket.h>

#include "backend.h"
#include "sysctl.h"

void
backend_backlog_limit(struct backend_limit *limit)
{
	struct backend_limit older;

	*limit = sysctl_number("kern.ipc.soacceptqueue");
	if (limit->value.known)
		return;
	older = sysctl_number("kern.ipc.somaxconn");
	if (older.value.known)
		*limit = older;
}

/* Unknown where an int cannot hold it. */
static struct bindchain_fact
fact_of(long long value)
{
	bool fits = value <= INT_MAX;

	return (struct bindchain_fact) { .known = fits, .value = fits ? (int)value : 0 };
}

void
backend_judge_backlog(int requested, const struct bindchain_fact *limit,
    struct backend_backlog *becomes)
{
	long long queue_limit;

	*becomes = (struct backend_backlog) { .passed = requested };
	if (!limit->known)
		return;
	queue_limit = requested < 0 || requested > limit->value ? limit->value : requested;
	becomes->queue_limit = fact_of(queue_limit);
	becomes->admitted = fact_of(3 * queue_limit / 2 + 1);
	becomes->filtered = fact_of(queue_limit + 1);
}

static bool
read_number(int descriptor, int name, struct bindchain_fact *fact)
{
	socklen_t size = sizeof fact->value;

	*fact = (struct bindchain_fact) { 0 };
	fact->known = getsockopt(descriptor, SOL_SOCKET, name, &fact->value, &size) == 0
	    && size == sizeof fact->value;
	return fact->known;
}

void
backend_read_queue(int descriptor, struct backend_queue *queue)
{
	struct bindchain_fact listening;

	*queue = (struct backend_queue) { 0 };
	if (!read_number(descriptor, SO_ACCEPTCONN, &listening) || !listening.value)
		return;
	read_number(descriptor, SO_LISTENQLIMIT, &queue->limit);
	read_number(descriptor, SO_LISTENQLEN, &queue->length);
	read_number(descriptor, SO_LISTENINCQLEN, &queue->incomplete);
}
