/* SPDX-License-Identifier: ISC */
#include "accept_listeners.h"

#include <errno.h>

#include "error_section.h"
#include "fatal.h"
#include "inherited.h"
#include "message.h"
#include "native.h"
#include "taking.h"

void
accept_listeners_add(const struct invocation *invocation, struct server *server, int descriptor)
{
	if (server->listener_count == ACCEPT_LISTENERS_MAX)
		fatal(invocation, "more than %d sockets", ACCEPT_LISTENERS_MAX);
	for (size_t i = 0; i < server->listener_count; i++)
		if (server->listeners[i].descriptor == descriptor)
			fatal(invocation, "descriptor %d is named twice", descriptor);
	server->listeners[server->listener_count++].descriptor = descriptor;
}

bool
accept_listeners_have(const struct server *server, int descriptor)
{
	for (size_t i = 0; i < server->listener_count; i++)
		if (server->listeners[i].descriptor == descriptor)
			return true;
	return false;
}

/* Unless INHERITED_WELL, adds to PROBLEM why the list cannot be taken. */
static enum inherited_problem
take_list(const struct invocation *invocation, struct server *server, struct text *problem)
{
	static const struct inherited_from from = { .convention = INHERITED_BY_SYSTEMD };
	struct inherited sockets;
	enum inherited_problem found = inherited_take(&sockets, &from, false);

	if (found == INHERITED_NO_MEMORY)
		native_fatal_memory(invocation);
	if (found != INHERITED_WELL) {
		taking_add_problem(problem, &sockets, found);
		return found;
	}
	for (int i = 0; i < sockets.count; i++)
		accept_listeners_add(invocation, server, sockets.descriptors[i]);
	inherited_free(&sockets);
	return INHERITED_WELL;
}

/* Returns for explain alone.  FOUND says which section is about the problem. */
static const char *
reject(const struct invocation *invocation, struct text *problem, enum inherited_problem found,
    int status)
{
	struct text line;

	if (invocation->is_explained)
		return native_copy_text(invocation, problem);
	message_begin(&line, invocation, native_personality.fatal);
	text_add_text(&line, problem);
	message_keep(&line);
	if (found == INHERITED_UNSET)
		message_inform(invocation, "--fd=N serves descriptor N");
	error_section_keep(invocation, taking_section(found));
	fatal_exit(invocation, status);
}

/* Why LISTENER, IN_LIST or not, accepts no connections; NULL: it does. */
static const char *
check_listener(const struct invocation *invocation, struct server_listener *listener, bool in_list)
{
	enum inherited_problem found = INHERITED_WELL;
	int descriptor = listener->descriptor, status = NATIVE_EXIT_USAGE;
	struct text problem;

	text_init(&problem);
	switch (server_listener_read(listener, descriptor)) {
	case SERVER_LISTENER_WELL:
		return NULL;
	case SERVER_LISTENER_CLOSED:
	case SERVER_LISTENER_NO_SOCKET:
		if (!taking_add_descriptor(&problem, descriptor, errno))
			status = NATIVE_EXIT_FAILURE;
		else if (in_list)
			found = INHERITED_CLOSED;
		break;
	case SERVER_LISTENER_OTHER_FAMILY:
		text_printf(&problem, "descriptor %d: neither a TCP nor a Unix socket", descriptor);
		break;
	case SERVER_LISTENER_OTHER_TYPE:
		text_printf(&problem, "descriptor %d: a datagram socket accepts no connections",
		    descriptor);
		break;
	case SERVER_LISTENER_NOT_LISTENING:
		text_printf(&problem, "descriptor %d: not a listening socket", descriptor);
		break;
	}
	return reject(invocation, &problem, found, status);
}

void
accept_listeners_find(const struct invocation *invocation, struct server *server,
    struct serving *serving)
{
	struct text problem;
	bool is_list = server->listener_count == 0;
	enum inherited_problem found = INHERITED_WELL;

	text_init(&problem);
	if (is_list)
		found = take_list(invocation, server, &problem);
	serving->section = taking_section(found);
	if (found != INHERITED_WELL)
		serving->problem = reject(invocation, &problem, found, NATIVE_EXIT_USAGE);
	serving->problems = native_allocate(invocation, ACCEPT_LISTENERS_MAX,
	    sizeof *serving->problems);
	for (size_t i = 0; i < server->listener_count; i++)
		serving->problems[i] = check_listener(invocation, &server->listeners[i], is_list);
}

void
accept_listeners_set_nonblocking(const struct invocation *invocation, const struct server *server)
{
	for (size_t i = 0; i < server->listener_count; i++)
		if (!server_set_nonblocking(server->listeners[i].descriptor))
			native_fatal_descriptor(invocation, "fcntl", server->listeners[i].descriptor);
}
