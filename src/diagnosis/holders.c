/* SPDX-License-Identifier: ISC */
#include "holders.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "observe.h"
#include "user_name.h"
#include "address.h"
#include "sharing.h"

struct explanation {
	const struct bindchain_request *request;
	const struct line_sink *sink;
	struct conflict_side side; /* of the request, where others may share with it */
	bool may_share;
	/* One line for all remaining connections, of which there may be many: */
	struct text connections;
	const char *connections_sharing;
	bool any_connection, any_unseen;
};

/* ---- the socket ---- */

static bool
same_host(const struct bindchain_address *one, const struct bindchain_address *other)
{
	unsigned char bytes[2][ADDRESS_BYTES_MAX];
	size_t size = address_bytes(one, bytes[0]);

	return size == address_bytes(other, bytes[1]) && memcmp(bytes[0], bytes[1], size) == 0;
}

static bool
is_ipv4(const struct bindchain_address *address)
{
	return address_family(address) == AF_INET || address_is_mapped(address);
}

/* Why an address other than the requested one is in its way. */
static const char *
covering(const struct bindchain_address *requested, const struct bindchain_address *held)
{
	if (same_host(requested, held))
		return "";
	if (address_is_wildcard(held))
		return address_family(held) == AF_INET6 && is_ipv4(requested)
		    ? "; this dual-stack wildcard includes IPv4"
		    : "; this wildcard includes the requested address";
	return address_is_wildcard(requested) ? "; the requested wildcard includes this address"
	                                      : "";
}

static const char *
doing(const struct backend_socket *socket)
{
	if (socket->state == BACKEND_LISTENING)
		return "is listening";
	return socket->type == SOCK_DGRAM ? "has bound it" : "has bound it and does not listen";
}

/* ---- its owner ---- */

static void
add_user(struct text *line, uid_t user)
{
	char name[ACCOUNT_NAME_SIZE];

	if (account_name(user, name))
		text_printf(line, "user %s", name);
	else
		text_printf(line, "user %lld", (long long)user);
}

void
holders_add_process(struct text *line, const struct backend_process *process)
{
	text_printf(line, "%s (pid %lld", process->command[0] ? process->command : "a process",
	    (long long)process->pid);
	if (process->uid_known) {
		text_printf(line, ", ");
		add_user(line, process->uid);
	}
	text_printf(line, ")");
}

static void
add_owner(struct text *line, const struct backend_holder *holder)
{
	const struct backend_socket *socket = &holder->socket;

	if (holder->has_process && holder->process.pid == getpid())
		text_printf(line, "this process (descriptor %d)", holder->process.descriptor);
	else if (holder->has_process)
		holders_add_process(line, &holder->process);
	else if (!socket->identity)
		text_printf(line, "no process");
	else
		text_printf(line, "a process that is not visible");
	if (holder->has_process || !socket->identity || !socket->uid_known)
		return;
	text_printf(line, " (socket created by ");
	add_user(line, socket->uid);
	text_printf(line, ")");
}

/* ---- the lines ---- */

static const char *
sharing(const struct explanation *explanation, const struct backend_holder *holder)
{
	return explanation->may_share ? sharing_text(holder, &explanation->side) : NULL;
}

static void
note_connection(struct explanation *explanation, const struct backend_holder *holder)
{
	if (explanation->any_connection)
		return;
	explanation->any_connection = true;
	explanation->connections_sharing = sharing(explanation, holder);
	text_init(&explanation->connections);
	text_add_address(&explanation->connections, &holder->socket.address);
	text_printf(&explanation->connections, ", held by ");
	add_owner(&explanation->connections, holder);
}

static void
tell_holder(const struct explanation *explanation, const struct backend_holder *holder)
{
	const struct backend_socket *socket = &holder->socket;
	char interface[IF_NAMESIZE];
	struct text line;

	text_init(&line);
	text_add_address(&line, &socket->address);
	text_printf(&line, " is in use: ");
	add_owner(&line, holder);
	text_printf(&line, " %s", doing(socket));
	if (socket->interface && if_indextoname(socket->interface, interface))
		text_printf(&line, ", on interface %s only", interface);
	if (address_is_internet(&explanation->request->address))
		text_printf(&line, "%s",
		    covering(&explanation->request->address, &socket->address));
	line_sink_take(explanation->sink, &line);
}

static void
note_holder(struct explanation *explanation, const struct backend_holder *holder)
{
	if (holder->socket.identity && !holder->has_process)
		explanation->any_unseen = true;
	if (holder->socket.state == BACKEND_CONNECTED
	    || holder->socket.state == BACKEND_TIME_WAIT) {
		note_connection(explanation, holder);
		return;
	}
	tell_holder(explanation, holder);
	if (sharing(explanation, holder))
		line_sink_printf(explanation->sink, "it %s", sharing(explanation, holder));
}

static void
tell_connections(const struct explanation *explanation, size_t count)
{
	struct text line;

	text_init(&line);
	if (count == 1)
		text_printf(&line, "a connection of a previous listener, or from this port, remains: ");
	else
		text_printf(&line, "%zu connections of a previous listener, or from this port, remain;"
		    " the first: ", count);
	text_add_text(&line, &explanation->connections);
	line_sink_take(explanation->sink, &line);
	if (explanation->connections_sharing)
		line_sink_printf(explanation->sink, "%s", explanation->connections_sharing);
}

static void
tell_unseen_sockets(const struct explanation *explanation, const struct backend_holders *holders)
{
	const struct backend_sight *sockets = &holders->sockets;
	const struct line_sink *sink = explanation->sink;
	const char *error = sockets->error ? strerror(sockets->error) : "";
	const char *colon = sockets->error ? ": " : "";

	if (!sockets->complete && holders->in_the_way)
		line_sink_printf(sink, "other sockets may conflict: %s%s%s", sockets->hidden, colon,
		    error);
	else if (!sockets->complete)
		line_sink_printf(sink, "cannot determine the holder: %s%s%s", sockets->hidden, colon,
		    error);
	else if (!holders->in_the_way && !address_is_internet(&explanation->request->address))
		line_sink_printf(sink, "no visible socket holds it: the holder has closed it, or is in"
		    " another container");
	else if (!holders->in_the_way)
		line_sink_printf(sink, "no conflicting socket remains: the holder has closed it");
}

static void
tell_unseen(const struct explanation *explanation, const struct backend_holders *holders)
{
	tell_unseen_sockets(explanation, holders);
	if (explanation->any_unseen && !holders->owners.complete)
		line_sink_printf(explanation->sink, "cannot identify the process: %s",
		    holders->owners.hidden);
	else if (explanation->any_unseen)
		line_sink_printf(explanation->sink, "no visible process holds it: the process has"
		    " exited, or is in another container");
	if (holders->sockets.command)
		line_sink_printf(explanation->sink, "try: %s", holders->sockets.command);
}

static bool
in_use(const struct bindchain_request *request, const struct bindchain_failure *failure)
{
	return failure->error == EADDRINUSE
	    && (address_port(&request->address) != 0
	        || address_family(&request->address) == AF_UNIX)
	    && (failure->operation == BINDCHAIN_BIND || failure->operation == BINDCHAIN_LISTEN
	        || failure->operation == BINDCHAIN_CLEAR_PATH
	        || failure->operation == BINDCHAIN_EXCLUSIVE);
}

static bool
is_socket(const char *path)
{
	struct stat found;

	return lstat(path, &found) == 0 && S_ISSOCK(found.st_mode);
}

void
holders_explain(const struct bindchain_request *request,
    const struct bindchain_failure *failure, const struct line_sink *sink)
{
	struct explanation explanation = { .request = request, .sink = sink };
	struct backend_holders holders;

	if (!in_use(request, failure))
		return;
	if (request->path && !is_socket(request->path)) {
		line_sink_printf(sink, "%s is not a socket, and only sockets are removed",
		    request->path);
		return;
	}
	explanation.may_share = conflict_side_of_request(&explanation.side, request)
	    && !request->exclusive;
	backend_find_holders(request, BACKEND_SEARCH_LIMIT, &holders);
	for (size_t i = 0; i < holders.count; i++)
		note_holder(&explanation, &holders.list[i]);
	if (explanation.any_connection)
		tell_connections(&explanation, holders.in_the_way);
	else if (holders.in_the_way > holders.count)
		line_sink_printf(sink, "%zu more sockets conflict",
		    holders.in_the_way - holders.count);
	tell_unseen(&explanation, &holders);
}
