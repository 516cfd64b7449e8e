/* SPDX-License-Identifier: ISC */
#include "holders.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "observe.h"
#include "process_name.h"
#include "request.h"
#include "user_name.h"
#include "address.h"
#include "sharing.h"

/* ---- the socket ---- */

static bool
same_host(const struct address *one, const struct address *other)
{
	unsigned char bytes[2][ADDRESS_BYTES_MAX];
	size_t size = address_bytes(one, bytes[0]);

	return size == address_bytes(other, bytes[1]) && memcmp(bytes[0], bytes[1], size) == 0;
}

static bool
is_ipv4(const struct address *address)
{
	return address_family(address) == AF_INET || address_is_mapped(address);
}

/* Why an address other than the requested one is in its way. */
static const char *
covering(const struct address *requested, const struct address *held)
{
	if (same_host(requested, held))
		return "";
	if (is_ipv4(held) && !is_ipv4(requested))
		return "; the requested dual-stack wildcard includes IPv4";
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
	char name[USER_NAME_SIZE];

	if (user_name(user, name))
		text_printf(line, "user %s", name);
	else
		text_printf(line, "user %lld", (long long)user);
}

void
holders_add_process(struct text *line, const struct backend_process *process,
    const uid_t *creator)
{
	if (process->command[0])
		process_name_add(line, process->command);
	else
		text_printf(line, "a process");
	text_printf(line, " (pid %lld", (long long)process->pid);
	if (process->uid_known) {
		text_printf(line, ", ");
		add_user(line, process->uid);
	}
	if (process->uid_known && creator && *creator != process->uid) {
		text_printf(line, ", socket created by ");
		add_user(line, *creator);
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
		holders_add_process(line, &holder->process,
		    socket->uid_known ? &socket->uid : NULL);
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

/* ---- the findings ---- */

struct found {
	const struct request *request;
	const struct diagnosis_words *words;
	struct conflict_side side; /* of the request, where others may share with it */
	bool may_share;
	struct backend_holders holders;
};

static const char *
sharing(const struct found *found, const struct backend_holder *holder)
{
	return found->may_share ? sharing_text(holder, &found->side) : NULL;
}

static void
tell_holder(const struct found *found, const struct backend_holder *holder,
    struct findings *findings)
{
	const struct backend_socket *socket = &holder->socket;
	const char *shared = sharing(found, holder);
	char interface[IF_NAMESIZE];
	struct text line;

	text_init(&line);
	text_add_address(&line, &socket->address);
	text_printf(&line, " is in use: ");
	add_owner(&line, holder);
	text_printf(&line, " %s", doing(socket));
	if (socket->interface && if_indextoname(socket->interface, interface))
		text_printf(&line, ", on interface %s only", interface);
	if (address_is_internet(&found->request->address))
		text_printf(&line, "%s", covering(&found->request->address, &socket->address));
	findings_add_text(findings, FINDING_OBSTACLE, &line);
	if (shared)
		findings_add(findings, FINDING_REMARK, "it %s", shared);
}

static void
tell_holders(const struct found *found, struct findings *findings)
{
	const struct backend_holders *holders = &found->holders;

	for (size_t i = 0; i < holders->count; i++)
		tell_holder(found, &holders->list[i], findings);
	if (holders->in_the_way > holders->count)
		findings_add(findings, FINDING_OBSTACLE,
		    "%zu more sockets conflict", holders->in_the_way - holders->count);
}

/* One line for all remaining connections, of which there may be many. */
static void
tell_connections(const struct found *found, struct findings *findings)
{
	const struct backend_holder *first = &found->holders.list[0];
	const char *shared = sharing(found, first);
	struct text line;

	text_init(&line);
	if (found->holders.in_the_way == 1)
		text_printf(&line, "a connection of a previous listener, or from this port, remains: ");
	else
		text_printf(&line, "%zu connections of a previous listener, or from this port, remain;"
		    " the first: ", found->holders.in_the_way);
	text_add_address(&line, &first->socket.address);
	text_printf(&line, ", held by ");
	add_owner(&line, first);
	findings_add_text(findings, FINDING_OBSTACLE, &line);
	if (shared)
		findings_add(findings, FINDING_REMARK, "%s", shared);
	if (address_is_internet(&found->request->address))
		backend_tell_ephemeral_port(found->request, FINDING_REMARK, findings);
}

/* All holders are of one state. */
static bool
are_connections(const struct backend_holders *holders)
{
	enum backend_socket_state state = holders->list[0].socket.state;

	return holders->count && (state == BACKEND_CONNECTED || state == BACKEND_TIME_WAIT);
}

static enum address_holder
holder_kind(const struct found *found)
{
	const struct backend_holders *holders = &found->holders;

	if (!holders->count)
		return HOLDER_UNKNOWN;
	if (are_connections(holders))
		return HOLDER_CONNECTIONS;
	for (size_t i = 0; i < holders->count; i++)
		if (!*covering(&found->request->address, &holders->list[i].socket.address))
			return HOLDER_UNKNOWN;
	return HOLDER_WILDCARD;
}

/* ---- what is not visible ---- */

static void
tell_unseen_sockets(const struct found *found, struct findings *findings)
{
	const struct backend_sight *sockets = &found->holders.sockets;
	char buffer[ERROR_TEXT_SIZE];
	const char *error = sockets->error ? error_text(sockets->error, buffer) : "";
	const char *colon = sockets->error ? ": " : "";
	bool any = found->holders.in_the_way;

	if (!sockets->complete && any)
		findings_add(findings, FINDING_REMARK,
		    "other sockets may conflict: %s%s%s", sockets->hidden, colon, error);
	else if (!sockets->complete)
		findings_add(findings, FINDING_REMARK,
		    "cannot determine the holder: %s%s%s", sockets->hidden, colon, error);
	else if (!any && found->request->keep_path && found->words->replace[0])
		findings_add(findings, FINDING_REMARK,
		    "the path exists, and no visible socket has it; %s replaces a stale socket",
		    found->words->replace);
	else if (!any && !address_is_internet(&found->request->address))
		findings_add(findings, FINDING_REMARK,
		    "no visible socket holds it: the holder has closed it, or is in another"
		    " container");
	else if (!any)
		findings_add(findings, FINDING_REMARK,
		    "no conflicting socket remains: the holder has closed it");
}

static bool
any_unseen_process(const struct backend_holders *holders)
{
	for (size_t i = 0; i < holders->count; i++)
		if (holders->list[i].socket.identity && !holders->list[i].has_process)
			return true;
	return false;
}

void
holders_tell_unseen(const struct backend_sight *owners, enum finding_severity severity,
    struct findings *findings)
{
	struct text line;

	text_init(&line);
	text_printf(&line, "cannot identify the process: ");
	backend_sight_add_hidden(&line, owners);
	findings_add_text(findings, severity, &line);
}

static void
tell_unseen(const struct found *found, struct findings *findings)
{
	const struct backend_holders *holders = &found->holders;

	tell_unseen_sockets(found, findings);
	if (any_unseen_process(holders) && !holders->owners.complete)
		holders_tell_unseen(&holders->owners, FINDING_REMARK, findings);
	else if (any_unseen_process(holders))
		findings_add(findings, FINDING_REMARK,
		    "no visible process holds it: the process has exited, or is in another"
		    " container");
	if (holders->sockets.command)
		findings_add(findings, FINDING_REMARK, "try: %s", holders->sockets.command);
}

/* ---- after a failure ---- */

static bool
in_use(const struct request *request, const struct bindchain_failure *failure)
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
holders_tell(const struct request *request, const struct bindchain_failure *failure,
    const struct diagnosis_words *words, struct findings *findings)
{
	struct found found = { .request = request, .words = words };

	if (!in_use(request, failure))
		return;
	if (request->path && !is_socket(request->path)) {
		findings_add(findings, FINDING_OBSTACLE,
		    "%s is not a socket, and only sockets are removed", request->path);
		return;
	}
	found.may_share = conflict_side_of_request(&found.side, request) && !request->exclusive;
	backend_find_holders(request, BACKEND_SEARCH_LIMIT, &found.holders);
	findings->holder = holder_kind(&found);
	(are_connections(&found.holders) ? tell_connections : tell_holders)(&found, findings);
	tell_unseen(&found, findings);
}
