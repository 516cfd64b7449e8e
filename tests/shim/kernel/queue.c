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

/* Every tool binds before it listens. */
static int
prepare_to_listen(const struct world *world, const struct world_socket *socket)
{
	if (socket->type != SOCK_STREAM && socket->family != AF_VSOCK)
		return -EOPNOTSUPP;
	if (!socket->bound)
		return -EINVAL;
	if (socket->family == AF_VSOCK)
		return 0;
	return socket->listening ? 0 : kernel_listen_conflict(world, socket);
}

int
kernel_listen(const struct world *world, struct world_socket *socket, int backlog)
{
	int status = socket->family == AF_UNIX ? kernel_unix_check_listen(socket)
	                                       : prepare_to_listen(world, socket);

	if (status != 0)
		return status;
	socket->listening = true;
	socket->limit = clamp(world, backlog);
	return 0;
}
