/* SPDX-License-Identifier: ISC */
#include "holders.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user_name.h"
#include "address.h"
#include "backend.h"
#include "sharing.h"

struct explanation {
	const struct bindchain_request *request;
	const struct line_sink *sink;
	struct conflict_side side; /* of the request, where others may share with it */
	bool may_share;
	/* Of left-over connections, of which there may be many, one line: */
	struct text connections;
	const char *connections_sharing;
	bool any_connection, any_unseen;
};

static void
say(const struct explanation *explanation, const char *before, const char *words,
    const char *after)
{
	struct text line;

	text_init(&line);
	text_add(&line, before);
	text_add(&line, words);
	text_add(&line, *after ? ": " : "");
	text_add(&line, after);
	line_sink_take(explanation->sink, &line);
}

static const char *
error_text(int error)
{
	return error ? strerror(error) : "";
}

/* ---- what holds it ---- */

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

/* Why an address that is written otherwise is the one that was asked for. */
static const char *
covering(const struct bindchain_address *asked, const struct bindchain_address *held)
{
	if (same_host(asked, held))
		return "";
	if (address_is_wildcard(held))
		return address_family(held) == AF_INET6 && is_ipv4(asked)
		    ? ", an IPv6 wildcard that takes IPv4 traffic too"
		    : ", a wildcard that covers the address asked for";
	return address_is_wildcard(asked) ? ", which the wildcard asked for covers" : "";
}

static void
add_interface(struct text *line, unsigned interface)
{
	char name[IF_NAMESIZE];

	if (!interface || !if_indextoname(interface, name))
		return;
	text_add(line, ", on interface ");
	text_add_visible(line, name);
	text_add(line, " only");
}

static void
add_socket(struct text *line, const struct bindchain_request *request,
    const struct backend_socket *socket)
{
	text_add(line, "in the way is ");
	text_add_address(line, &socket->address);
	if (socket->type != SOCK_DGRAM)
		text_add(line, socket->state == BACKEND_LISTENING ? ", listening"
		                                                  : ", bound but not listening");
	add_interface(line, socket->interface);
	if (address_is_internet(&request->address))
		text_add(line, covering(&request->address, &socket->address));
}

/* ---- whose it is ---- */

static void
add_user(struct text *line, uid_t user)
{
	char name[ACCOUNT_NAME_SIZE];

	text_add(line, " of user ");
	if (account_name(user, name)) {
		text_add_visible(line, name);
		return;
	}
	text_add_number(line, (long long)user);
}

static void
add_process(struct text *line, const struct backend_process *process)
{
	if (process->pid == getpid()) {
		text_add(line, "this process itself, descriptor ");
		text_add_number(line, process->descriptor);
		return;
	}
	text_add(line, "process ");
	text_add_number(line, process->pid);
	if (process->command) {
		text_add(line, " (");
		text_add_visible(line, process->command);
		text_add(line, ")");
	}
	if (process->uid_known)
		add_user(line, process->uid);
}

static void
add_owner(struct text *line, const struct backend_holder *holder)
{
	text_add(line, "; it belongs to ");
	if (holder->process) {
		add_process(line, holder->process);
		return;
	}
	if (!holder->socket->identity) {
		text_add(line, "no process any more");
		return;
	}
	text_add(line, "a process that is not seen");
	if (!holder->socket->uid_known)
		return;
	text_add(line, ", its socket made by one");
	add_user(line, holder->socket->uid);
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
	text_add_address(&explanation->connections, &holder->socket->address);
	add_owner(&explanation->connections, holder);
}

static void
note_holder(void *context, const struct backend_holder *holder)
{
	struct explanation *explanation = context;
	struct text line;

	if (holder->socket->identity && !holder->process)
		explanation->any_unseen = true;
	if (holder->socket->state == BACKEND_CONNECTED
	    || holder->socket->state == BACKEND_TIME_WAIT) {
		note_connection(explanation, holder);
		return;
	}
	text_init(&line);
	add_socket(&line, explanation->request, holder->socket);
	add_owner(&line, holder);
	line_sink_take(explanation->sink, &line);
	if (sharing(explanation, holder))
		say(explanation, "it ", sharing(explanation, holder), "");
}

static void
tell_connections(const struct explanation *explanation, size_t count)
{
	struct text line;

	text_init(&line);
	text_add(&line, count == 1 ? "in the way is a connection" : "in the way are ");
	if (count > 1) {
		text_add_number(&line, (long long)count);
		text_add(&line, " connections");
	}
	text_add(&line, " that an earlier listener left, or that went out from this port: ");
	text_add(&line, count > 1 ? "the first is " : "");
	text_add_text(&line, &explanation->connections);
	line_sink_take(explanation->sink, &line);
	if (explanation->connections_sharing)
		say(explanation, explanation->connections_sharing, "", "");
}

static void
tell_rest(const struct explanation *explanation, size_t count)
{
	struct text line;

	text_init(&line);
	text_add(&line, "in the way are ");
	text_add_number(&line, (long long)count);
	text_add(&line, " more");
	line_sink_take(explanation->sink, &line);
}

static void
tell_unseen(const struct explanation *explanation, const struct backend_holders *holders)
{
	const struct backend_sight *sockets = &holders->sockets, *owners = &holders->owners;

	if (!sockets->complete)
		say(explanation, holders->in_the_way ? "there may be others in the way: "
		    : "who holds it is not seen: ", sockets->hidden, error_text(sockets->error));
	else if (!holders->in_the_way && !address_is_internet(&explanation->request->address))
		say(explanation, "no socket that can be seen here has it: what had has gone meanwhile,"
		    " or is in a container of its own", "", "");
	else if (!holders->in_the_way)
		say(explanation, "no socket is in the way any more: what was has gone meanwhile",
		    "", "");
	if (explanation->any_unseen && !owners->complete)
		say(explanation, "why its process is not seen: ", owners->hidden, "");
	else if (explanation->any_unseen)
		say(explanation, "no process that can be seen here has it: it has gone meanwhile,"
		    " or is in a container of its own", "", "");
	if (sockets->command)
		say(explanation, "try: ", sockets->command, "");
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
		say(&explanation, "what is there is no socket, and nothing else is removed", "", "");
		return;
	}
	explanation.may_share = conflict_side_of_request(&explanation.side, request)
	    && !request->exclusive;
	backend_find_holders(request, BACKEND_SEARCH_LIMIT, note_holder, &explanation, &holders);
	if (explanation.any_connection)
		tell_connections(&explanation, holders.in_the_way);
	else if (holders.in_the_way > holders.visited)
		tell_rest(&explanation, holders.in_the_way - holders.visited);
	tell_unseen(&explanation, &holders);
}
