/* SPDX-License-Identifier: ISC */
/*
 * macOS: accepting connections and starting handlers.
 *
 * - There is no accept4(2), and a connection inherits O_NONBLOCK: accept(2).
 * - LOCAL_PEERCRED has the peer's ids, LOCAL_PEERPID its process id: sys/un.h.
 * - vfork(2) is deprecated and copies the address space as fork(2) does since macOS 12;
 *   posix_spawn(2) does not.  Its actions and attributes are allocated for each handler.
 */
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/ucred.h>
#include <sys/un.h>
#include <unistd.h>

#include "close.h"
#include "serve_system.h"

const bool serve_system_tells_pid = false;

int
serve_system_accept(int listener, struct address *peer)
{
	int connection;

	peer->length = sizeof peer->storage;
	connection = accept(listener, (struct sockaddr *)&peer->storage, &peer->length);
	if (connection < 0)
		return -1;
	if (fcntl(connection, F_SETFD, FD_CLOEXEC) == 0 && fcntl(connection, F_SETFL, 0) == 0)
		return connection;
	close_keeping_errno(connection);
	return -1;
}

bool
serve_system_peer(int connection, struct serve_peer *peer)
{
	struct xucred ids = { 0 };
	socklen_t size = sizeof ids, pid_size = sizeof peer->pid;

	if (getsockopt(connection, SOL_LOCAL, LOCAL_PEERCRED, &ids, &size) != 0)
		return false;
	if (ids.cr_version != XUCRED_VERSION || ids.cr_ngroups < 1) {
		errno = EINVAL;
		return false;
	}
	*peer = (struct serve_peer) { true, false, ids.cr_uid, ids.cr_groups[0], 0 };
	peer->has_pid = getsockopt(connection, SOL_LOCAL, LOCAL_PEERPID, &peer->pid, &pid_size) == 0;
	return true;
}

static int
add_actions(posix_spawn_file_actions_t *actions, const struct spawn *spawn)
{
	int error;

	if (spawn->handover == SPAWN_DESCRIPTOR)
		return posix_spawn_file_actions_adddup2(actions, spawn->connection,
		    spawn->descriptor);
	error = posix_spawn_file_actions_adddup2(actions, spawn->connection, STDIN_FILENO);
	return error ? error
	             : posix_spawn_file_actions_adddup2(actions, spawn->connection, STDOUT_FILENO);
}

static int
start(const struct spawn *spawn, const char *path, posix_spawn_file_actions_t *actions,
    posix_spawnattr_t *attributes, pid_t *pid)
{
	int error = add_actions(actions, spawn);

	if (!error)
		error = posix_spawnattr_setsigmask(attributes, spawn->mask);
	if (!error)
		error = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK);
	return error ? error
	             : posix_spawn(pid, path, actions, attributes, spawn->argv, spawn->environment);
}

static int
start_path(const struct spawn *spawn, const char *path, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error = posix_spawn_file_actions_init(&actions);

	if (error)
		return error;
	error = posix_spawnattr_init(&attributes);
	if (!error) {
		error = start(spawn, path, &actions, &attributes, pid);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

pid_t
serve_system_start(const struct spawn *spawn, struct spawned *spawned)
{
	char path[PATH_MAX];
	pid_t pid = -1;

	spawned->error = spawn_find(spawn, path);
	if (spawned->error == 0)
		spawned->error = start_path(spawn, path, &pid);
	return spawned->error == 0 ? pid : -1;
}
