/* SPDX-License-Identifier: ISC */
/* listen(2). */
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
