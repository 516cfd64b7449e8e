/* SPDX-License-Identifier: ISC */
/* listen(2), and what becomes of the clients. */
#include <errno.h>
#include <limits.h>

#include "kernel.h"

static int32_t
clamp(const struct world *world, int backlog)
{
	int64_t most = kernel_limit(world, "backlog");
	int64_t limit = backlog;

	if (backlog < 0 || backlog > most || (backlog == 0 && world->rules[RULE_ZERO_BACKLOG]))
		limit = most;
	/* Darwin stores a short, and does not look whether it fits. */
	if (world->rules[RULE_LONGEST_BACKLOG] == SHRT_MAX)
		return (int16_t)limit;
	return (int32_t)limit;
}

static int
prepare_to_listen(struct world *world, struct world_socket *socket)
{
	int status = 0;

	if (socket->type != SOCK_STREAM)
		return -EOPNOTSUPP;
	if (socket->connected)
		return -EINVAL;
	if (!socket->bound)
		status = kernel_bind_automatically(world, socket);
	if (status != 0 || socket->listening)
		return status;
	return kernel_listen_conflict(world, socket);
}

int
kernel_listen(struct world *world, struct world_socket *socket, int backlog)
{
	int status = socket->family == AF_UNIX ? kernel_unix_check_listen(world, socket)
	                                       : prepare_to_listen(world, socket);

	if (status != 0)
		return status;
	socket->listening = true;
	socket->limit = clamp(world, backlog);
	return 0;
}

int64_t
kernel_admits(const struct world *world, int32_t limit)
{
	switch (world->rules[RULE_ADMITS]) {
	case ADMITS_LIMIT:
		return limit > 0 ? limit : 0;
	case ADMITS_LIMIT_AND_ONE:
		return (int64_t)limit + 1;
	default:
		return (int64_t)limit * 3 / 2 + 1;
	}
}

/* ---- clients ---- */

/* A filter holds limit + 1 connections and drops the oldest for a new one. */
static void
hold(struct world_socket *socket)
{
	if (socket->waiting <= socket->limit)
		socket->waiting++;
}

int
kernel_connect(struct world *world, const struct world_address *to, uint16_t port,
    struct world_socket **winner)
{
	struct world_socket *socket = kernel_receiver(world, to, port);

	*winner = socket;
	if (!socket || !socket->listening)
		return -ECONNREFUSED;
	if (socket->filter[0]) {
		hold(socket);
		return 0;
	}
	if (socket->length >= kernel_admits(world, socket->limit))
		return -world->rules[RULE_OVERFLOW];
	socket->length++;
	return 0;
}

int
kernel_filter_satisfied(struct world *world, struct world_socket *socket)
{
	if (!socket->waiting)
		return -EAGAIN;
	socket->waiting--;
	if (socket->length >= kernel_admits(world, socket->limit))
		return -world->rules[RULE_OVERFLOW];
	socket->length++;
	return 0;
}

int
kernel_accept(struct world_socket *socket)
{
	if (!socket->listening)
		return -EINVAL;
	if (!socket->length)
		return -EAGAIN;
	socket->length--;
	return 0;
}
