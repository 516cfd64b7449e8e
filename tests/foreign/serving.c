/* SPDX-License-Identifier: ISC */
/* As foreign.c, for serving: compiled for the other system, with what the handler's process
 * does left out. */
#include <sys/types.h>

#include "foreign.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "calls.h"
#include "compat.h"
#include "serve_system.h"
#include "text.h"

#define FIRST_LISTENER 40
#define LISTENERS_MAX 8
#define CONNECTION 3
#define WRITTEN 50

void *calls_parent[5];

static struct waiter waiter;
static int listeners[LISTENERS_MAX];

const char *
foreign_wait_open(int count)
{
	static const int signals[] = { SIGCHLD, SIGTERM, 0 };
	const char *call;

	if (count > LISTENERS_MAX)
		calls_trap("too many listeners");
	for (int i = 0; i < count; i++)
		listeners[i] = FIRST_LISTENER + i;
	return waiter_open(&waiter, listeners, (size_t)count, signals, &call) == 0 ? "" : call;
}

static void
add_event(char *text, size_t size, const char *kind, int number)
{
	char digits[NUMBER_TEXT_SIZE];

	strlcat(text, kind, size);
	strlcat(text, number_text(number, digits), size);
	strlcat(text, "; ", size);
}

static const char *
ready_text(const struct readiness *ready)
{
	static char text[512];

	text[0] = '\0';
	for (size_t i = 0; i < ready->signal_count; i++)
		add_event(text, sizeof text, "signal ", ready->signals[i]);
	for (size_t i = 0; i < ready->listener_count; i++)
		add_event(text, sizeof text, "listener ", (int)ready->listeners[i]);
	return text;
}

const char *
foreign_wait(int accepting, int milliseconds)
{
	struct readiness ready;

	return waiter_wait(&waiter, accepting, milliseconds, &ready) == 0 ? ready_text(&ready)
	                                                                  : "-1";
}

const char *
foreign_wait_for_room(int milliseconds)
{
	static char text[600];
	struct readiness ready;

	if (waiter_wait_for_room(&waiter, WRITTEN, milliseconds, &ready) != 0)
		return "-1";
	strlcpy(text, ready_text(&ready), sizeof text);
	if (ready.has_room)
		strlcat(text, "room; ", sizeof text);
	return text;
}

const char *
foreign_accept(void)
{
	static char text[ADDRESS_TEXT_SIZE];
	struct address peer;

	return serve_system_accept(FIRST_LISTENER, &peer) < 0 ? "" : address_text(&peer, text);
}

int
foreign_peer(int ids[3])
{
	struct serve_peer peer;

	if (!serve_system_peer(CONNECTION, &peer))
		return 0;
	ids[0] = (int)peer.user;
	ids[1] = (int)peer.group;
	ids[2] = peer.has_pid ? peer.pid : -1;
	return peer.is_known;
}

int
foreign_start(int descriptor, int *error)
{
	static char *const argv[] = { "handler", NULL };
	static struct spawned spawned;
	sigset_t mask;
	struct spawn spawn = { .argv = argv, .mask = &mask, .connection = CONNECTION,
		.handover = descriptor < 0 ? SPAWN_STDIN : SPAWN_DESCRIPTOR,
		.descriptor = descriptor, .failed_status = 127 };
	pid_t pid = 4712;

	memset(&mask, 0x5a, sizeof mask);
	spawned.error = 0;
	if (__builtin_setjmp(calls_parent) == 0)
		pid = serve_system_start(&spawn, &spawned);
	*error = spawned.error;
	return pid;
}

int
foreign_tells_pid(void)
{
	return serve_system_tells_pid;
}

/* ---- of handler_start.c ---- */

int
spawn_become(const struct spawn *spawn, struct spawned *spawned)
{
	calls_record("become", 1, &spawn->connection);
	spawned->error = ENOENT;
	return spawn->failed_status;
}

int
spawn_find(const struct spawn *spawn, char path[PATH_MAX])
{
	(void)spawn;
	if (calls_fails("find"))
		return ENOENT;
	memcpy(path, "/bin/handler", sizeof "/bin/handler");
	return 0;
}
