/* SPDX-License-Identifier: ISC */
#include "handler_start.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "chain.h"
#include "serve_system.h"
#include "text.h"

/* dup2(2) clears close-on-exec, except on a descriptor duplicated to itself. */
static int
place(int connection, int target)
{
	return connection == target ? fcntl(target, F_SETFD, 0) : dup2(connection, target);
}

static int
place_connection(const struct spawn *spawn)
{
	if (spawn->handover == SPAWN_DESCRIPTOR)
		return place(spawn->connection, spawn->descriptor);
	if (place(spawn->connection, STDIN_FILENO) < 0)
		return -1;
	return place(spawn->connection, STDOUT_FILENO);
}

static void
write_pid(char *text)
{
	char digits[NUMBER_TEXT_SIZE];
	const char *number = number_text(getpid(), digits);

	memcpy(text, number, strlen(number) + 1);
}

int
spawn_become(const struct spawn *spawn, struct spawned *spawned)
{
	struct bindchain_failure failure;

	if (spawn->pid_text)
		write_pid(spawn->pid_text);
	if (place_connection(spawn) < 0) {
		spawned->error = errno;
		return spawn->failed_status;
	}
	/* From here on a signal ends this process as it would end the handler. */
	sigprocmask(SIG_SETMASK, spawn->mask, NULL);
	if (chain_execute(spawn->argv, spawn->environment, false, &failure) != 0)
		spawned->error = failure.error;
	return spawn->failed_status;
}

int
spawn_find(const struct spawn *spawn, char path[PATH_MAX])
{
	struct bindchain_failure failure;
	struct chain_target target;

	if (chain_find(spawn->argv, false, &target, &failure) != 0)
		return failure.error;
	memcpy(path, target.path, sizeof target.path);
	return 0;
}

void
spawn_handler(const struct spawn *spawn, struct spawned *spawned)
{
	spawned->error = 0;
	spawned->pid = serve_system_start(spawn, spawned);
	if (spawned->pid < 0 && spawned->error == 0)
		spawned->error = errno;
}
