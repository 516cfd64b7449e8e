/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: accepting connections and starting handlers.
 *
 * - accept(2) passes O_NONBLOCK of the listener on; accept4(2) does not: accept(2).
 * - LOCAL_PEERCRED has the peer's ids at connect(2), and since FreeBSD 13 its process id:
 *   unix(4), sys/ucred.h.
 * - vfork(2) shares the memory until execve(2): the child is this function's callee, and
 *   nothing of this function changes in between.
 */
#include <sys/types.h>

#include <errno.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/ucred.h>
#include <sys/un.h>
#include <unistd.h>

#include "serve_system.h"

const bool serve_system_tells_pid = true;

int
serve_system_accept(int listener, struct address *peer)
{
	peer->length = sizeof peer->storage;
	return accept4(listener, (struct sockaddr *)&peer->storage, &peer->length, SOCK_CLOEXEC);
}

bool
serve_system_peer(int connection, struct serve_peer *peer)
{
	struct xucred ids = { 0 };
	socklen_t size = sizeof ids;

	if (getsockopt(connection, SOL_LOCAL, LOCAL_PEERCRED, &ids, &size) != 0)
		return false;
	if (ids.cr_version != XUCRED_VERSION || ids.cr_ngroups < 1) {
		errno = EINVAL;
		return false;
	}
	*peer = (struct serve_peer) { true, ids.cr_pid > 0, ids.cr_uid, ids.cr_groups[0],
		ids.cr_pid };
	return true;
}

pid_t
serve_system_start(const struct spawn *spawn, struct spawned *spawned)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(spawn_become(spawn, spawned));
	if (pid < 0)
		spawned->error = errno;
	return pid;
}
