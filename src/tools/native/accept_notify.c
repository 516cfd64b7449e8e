/* SPDX-License-Identifier: ISC */
#include "accept_notify.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bounded_write.h"
#include "environment.h"
#include "message.h"
#include "native.h"
#include "notify.h"
#include "text.h"

void
accept_notify_take_socket(struct accept_notify *notify)
{
	const char *socket = environment_get("NOTIFY_SOCKET");

	if (!socket)
		return;
	notify->socket = strdup(socket);
	if (!notify->socket || environment_remove("NOTIFY_SOCKET") != 0)
		native_fatal_memory(notify->invocation);
}

void
accept_notify_send(const struct accept_notify *notify, const char *state)
{
	const char *call;

	if (notify->socket && notify_send(notify->socket, state, &call) != 0)
		message_warn(notify->invocation, "NOTIFY_SOCKET=%s: %s", notify->socket,
		    strerror(errno));
}

void
accept_notify_reloading(const struct accept_notify *notify)
{
	struct timespec time;
	struct text state;

	clock_gettime(CLOCK_MONOTONIC, &time);
	text_init(&state);
	text_printf(&state, "RELOADING=1");
	text_add(&state, "\n");
	text_printf(&state, "MONOTONIC_USEC=%lld",
	    (long long)time.tv_sec * 1000000 + time.tv_nsec / 1000);
	accept_notify_send(notify, text_string(&state));
}

/* Returns false if a signal ends the server before there is room. */
static bool
write_newline(const struct accept_notify *notify, struct server *server)
{
	int descriptor = notify->descriptor;
	int room = server_wait_for_room(server, descriptor, BOUNDED_WRITE_SECONDS);

	if (room < 0 || (room > 0 && text_write_bytes(descriptor, "\n", 1) != 0))
		bounded_write_fatal_notify(notify->invocation, descriptor);
	close(descriptor);
	if (server_fill_standard() != 0)
		native_fatal_call(notify->invocation, "open", "/dev/null");
	return room > 0;
}

void
accept_notify_ready(const struct accept_notify *notify, struct server *server)
{
	if (notify->descriptor < 0 || write_newline(notify, server))
		accept_notify_send(notify, "READY=1");
}

void
accept_notify_tell(struct serving *serving)
{
	serving->variables[serving->variable_count++] = (struct serving_variable) {
		.name = "NOTIFY_SOCKET", .change = SERVING_REMOVED };
}
