/* SPDX-License-Identifier: ISC */
/*
 * Linux: who holds an address, after bind(2) or listen(2) said EADDRINUSE.
 *
 * - In the way is what conflicts by the rules of conflicts.c, but for options.
 * - Half-open connections hold nothing.  Other connections do, TIME_WAIT too,
 *   unless they and the new socket have SO_REUSEADDR, which a connection has
 *   from the listener that it came from.
 * - The kernel does not list what options a socket has.  Whoever may trace the
 *   process that owns it can ask the socket: pidfd_getfd(2).
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "address.h"
#include "backend.h"
#include "conflict_side.h"
#include "owners.h"
#include "sock_diag.h"

struct hunt {
	const struct bindchain_request *request;
	struct conflict_side side; /* of its socket */
	struct backend_holders *holders;
	struct stat file; /* at the path of a Unix socket */
	bool file_known;
	struct backend_socket found[BACKEND_HOLDERS_MAX];
	bool visited[BACKEND_HOLDERS_MAX];
	backend_holder_visitor *visit;
	void *context;
};

/* ---- the sockets in the way ---- */

static int
rank(enum backend_socket_state state)
{
	return state == BACKEND_LISTENING ? 0 : state == BACKEND_BOUND ? 1 : 2;
}

/* Would the two conflict if neither had an option that reuses? */
static bool
is_in_the_way(const struct hunt *hunt, const struct backend_socket *socket)
{
	struct conflict_side coming = hunt->side, there;

	conflict_side_of_socket(&there, socket);
	coming.reuse_address = coming.share = false;
	return backend_conflict_rules.refuses(&there, &coming, CONFLICT_BIND) != 0;
}

static void
note_socket(void *context, const struct backend_socket *socket)
{
	struct hunt *hunt = context;
	struct backend_holders *holders = hunt->holders;

	if (!is_in_the_way(hunt, socket))
		return;
	if (holders->in_the_way && rank(socket->state) > rank(hunt->found[0].state))
		return;
	if (holders->in_the_way && rank(socket->state) < rank(hunt->found[0].state))
		holders->in_the_way = 0;
	if (holders->in_the_way < BACKEND_HOLDERS_MAX)
		hunt->found[holders->in_the_way] = *socket;
	holders->in_the_way++;
}

/* Does this kernel list bound sockets that do not listen? */
static bool
lists_bound_sockets(void)
{
	struct utsname name;
	char *end;
	unsigned long major, minor;

	if (uname(&name) != 0)
		return false;
	major = strtoul(name.release, &end, 10);
	minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
	return major > 6 || (major == 6 && minor >= 8);
}

static void
judge_sockets(struct backend_holders *holders, int error, bool is_udp)
{
	struct backend_sight *sight = &holders->sockets;

	*sight = (struct backend_sight) { .complete = true };
	if (error) {
		*sight = (struct backend_sight) { .error = error,
			.hidden = diag_error_text(error) };
	} else if (!holders->in_the_way && !is_udp && !lists_bound_sockets()) {
		*sight = (struct backend_sight) { .hidden =
			"Linux before 6.8 does not show sockets that are bound but do not listen" };
	}
}

/* ---- of a Unix socket's path or name ---- */

static void
note_unix_socket(void *context, const struct backend_socket *socket)
{
	struct hunt *hunt = context;
	const struct bindchain_address *asked = &hunt->request->address;
	bool same = hunt->file_known
	    ? socket->path_inode == (uint32_t)hunt->file.st_ino
	        && socket->path_device == hunt->file.st_dev
	    : socket->address.length == asked->length
	        && memcmp(&socket->address.storage, &asked->storage, asked->length) == 0;

	/* Connections have their listener's address. */
	if (!same || socket->state == BACKEND_CONNECTED)
		return;
	if (hunt->holders->in_the_way < BACKEND_HOLDERS_MAX)
		hunt->found[hunt->holders->in_the_way] = *socket;
	hunt->holders->in_the_way++;
}

/* A path is known by its file, however it was written when it was bound. */
static void
find_unix_sockets(struct hunt *hunt, const struct timespec *deadline)
{
	const struct diag_question question = { .family = AF_UNIX,
		.states = 1u << TCP_LISTEN | 1u << TCP_CLOSE, .deadline = deadline };
	const char *path = hunt->request->path;
	int error = 0;

	hunt->file_known = path && stat(path, &hunt->file) == 0;
	if (diag_visit(&question, note_unix_socket, hunt) != 0)
		error = errno;
	judge_sockets(hunt->holders, error, true);
}

static void
find_sockets(struct hunt *hunt, const struct timespec *deadline)
{
	static const int families[] = { AF_INET, AF_INET6 };
	bool is_udp = hunt->request->kind == BINDCHAIN_UDP;
	struct diag_question question = {
		.protocol = is_udp ? IPPROTO_UDP : IPPROTO_TCP,
		.states = 1u << DIAG_BOUND_INACTIVE | ((1u << (TCP_CLOSING + 1)) - 1),
		.port = address_port(&hunt->request->address),
		.deadline = deadline,
	};
	int error = 0;

	question.states &= ~(1u << TCP_SYN_RECV);
	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		question.family = families[i];
		if (diag_visit(&question, note_socket, hunt) != 0 && !error)
			error = errno;
	}
	judge_sockets(hunt->holders, error, is_udp);
}

/* ---- what it shares ---- */

static void
read_flag(int descriptor, int name, struct bindchain_fact *flag)
{
	socklen_t size = sizeof flag->value;

	flag->known = getsockopt(descriptor, SOL_SOCKET, name, &flag->value, &size) == 0;
}

/* Asked of the socket itself; the descriptor may be of another by now. */
static void
read_options(struct backend_holder *holder)
{
	int borrowed = holder->process ? owner_borrow_socket(holder->process) : -1;
	struct stat status;

	if (borrowed < 0)
		return;
	if (fstat(borrowed, &status) == 0 && status.st_ino == holder->socket->identity) {
		read_flag(borrowed, SO_REUSEADDR, &holder->reuse_address);
		read_flag(borrowed, SO_REUSEPORT, &holder->share);
	}
	close(borrowed);
}

/* ---- the processes behind them ---- */

static void
report(struct hunt *hunt, size_t i, const struct backend_process *process)
{
	struct backend_holder holder = { .socket = &hunt->found[i], .process = process };

	if (address_is_internet(&hunt->request->address))
		read_options(&holder);
	hunt->visited[i] = true;
	hunt->holders->visited++;
	hunt->visit(hunt->context, &holder);
}

/* The first process that has a socket is enough, and all may be found early. */
static bool
note_owner(void *context, uint64_t identity, const struct backend_process *process)
{
	struct hunt *hunt = context;
	bool going = false;

	for (size_t i = 0; i < BACKEND_HOLDERS_MAX && i < hunt->holders->in_the_way; i++) {
		if (hunt->found[i].identity == identity && !hunt->visited[i])
			report(hunt, i, process);
		if (hunt->found[i].identity && !hunt->visited[i])
			going = true;
	}
	return going;
}

static void
find_owners(struct hunt *hunt, const struct timespec *deadline)
{
	uint64_t identities[BACKEND_HOLDERS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < BACKEND_HOLDERS_MAX && i < hunt->holders->in_the_way; i++) {
		size_t at = count;
		uint64_t identity = hunt->found[i].identity;
		if (!identity)
			continue;
		for (; at > 0 && identities[at - 1] > identity; at--)
			identities[at] = identities[at - 1];
		identities[at] = identity;
		count++;
	}
	hunt->holders->asked_owners = count > 0;
	if (count)
		backend_visit_owners(identities, count, deadline, note_owner, hunt,
		    &hunt->holders->owners);
}

void
backend_find_holders(const struct bindchain_request *request, const struct timespec *deadline,
    backend_holder_visitor *visit, void *context, struct backend_holders *holders)
{
	struct hunt hunt = { .request = request, .holders = holders, .visit = visit,
		.context = context };

	*holders = (struct backend_holders) { .sockets.complete = true,
		.owners.complete = true };
	if (address_is_internet(&request->address)
	    && !conflict_side_of_request(&hunt.side, request))
		return;
	(address_family(&request->address) == AF_UNIX ? find_unix_sockets : find_sockets)(&hunt,
	    deadline);
	find_owners(&hunt, deadline);
	for (size_t i = 0; i < BACKEND_HOLDERS_MAX && i < holders->in_the_way; i++)
		if (!hunt.visited[i])
			report(&hunt, i, NULL);
}
