/* SPDX-License-Identifier: ISC */
/*
 * Linux: who holds an address, after bind(2) or listen(2) said EADDRINUSE.
 *
 * - Sockets conflict when their port is one, their addresses overlap, and they
 *   are not bound to two different interfaces: net/ipv4/inet_connection_sock.c,
 *   inet_bind_conflict.  With SO_REUSEADDR on both, only one that listens
 *   conflicts; with SO_REUSEPORT on both and one user, none.
 * - Half-open connections hold nothing.  Other connections do, TIME_WAIT too,
 *   unless they and the new socket have SO_REUSEADDR, which a connection has
 *   from the listener that it came from.
 * - The kernel does not list what options a socket has.  Whoever may trace the
 *   process that owns it can ask the socket: pidfd_getfd(2).
 * - The user that SO_REUSEPORT compares is the socket's, its creator's: root is
 *   no exception.
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
#include "owners.h"
#include "sysctl.h"
#include "sock_diag.h"

struct hunt {
	const struct bindchain_request *request;
	bool v6only;
	struct backend_holders *holders;
	struct stat file; /* at the path of a Unix socket */
	bool file_known;
	struct backend_socket found[BACKEND_HOLDERS_MAX];
	bool visited[BACKEND_HOLDERS_MAX];
	backend_holder_visitor *visit;
	void *context;
};

static bool
asked_for(const struct bindchain_request *request, enum bindchain_option option)
{
	return request->options[option].want != BINDCHAIN_UNASKED
	    && request->options[option].value;
}

static bool
request_is_v6only(const struct bindchain_request *request)
{
	if (request->options[BINDCHAIN_V6ONLY].want != BINDCHAIN_UNASKED)
		return request->options[BINDCHAIN_V6ONLY].value != 0;
	return setting_number("net.ipv6.bindv6only").value.value != 0;
}

/* The only interface that the request's socket is bound to; 0: any. */
static unsigned
request_interface(const struct bindchain_request *request)
{
	if (request->options[BINDCHAIN_DEVICE].want != BINDCHAIN_UNASKED)
		return (unsigned)request->options[BINDCHAIN_DEVICE].value;
	return address_zone(&request->address);
}

/* ---- the sockets in the way ---- */

static int
rank(enum backend_socket_state state)
{
	return state == BACKEND_LISTENING ? 0 : state == BACKEND_BOUND ? 1 : 2;
}

static bool
is_in_the_way(const struct hunt *hunt, const struct backend_socket *socket)
{
	unsigned interface = request_interface(hunt->request);

	if (interface && socket->interface && interface != socket->interface)
		return false;
	return address_overlaps(&hunt->request->address, hunt->v6only, &socket->address,
	    socket->v6only.known && socket->v6only.value);
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

/* ---- could it have been shared ---- */

/* Whether the socket has SO_REUSEPORT, asked of the socket itself. */
static struct bindchain_fact
read_share(const struct backend_socket *socket, const struct backend_process *process)
{
	struct bindchain_fact share = { 0 };
	socklen_t size = sizeof share.value;
	struct stat status;
	int borrowed = process ? owner_borrow_socket(process) : -1;

	if (borrowed < 0)
		return share;
	/* The number may be another socket's by now. */
	share.known = fstat(borrowed, &status) == 0 && status.st_ino == socket->identity
	    && getsockopt(borrowed, SOL_SOCKET, SO_REUSEPORT, &share.value, &size) == 0;
	close(borrowed);
	return share;
}

static const char *
judge_connection(const struct bindchain_request *request)
{
	if (asked_for(request, BINDCHAIN_REUSE_ADDRESS))
		return "one at least is without SO_REUSEADDR, which a connection has from its"
		       " listener, and which is needed there as well as here";
	return "connections with SO_REUSEADDR, which they have from their listener, are not in"
	       " the way of a socket that has it; this one has not";
}

static const char *
judge_sharing(const struct bindchain_request *request, const struct backend_socket *socket,
    const struct backend_process *process)
{
	bool asked = asked_for(request, BINDCHAIN_SHARE) || asked_for(request, BINDCHAIN_BALANCE);
	struct bindchain_fact share;

	if (address_family(&request->address) == AF_UNIX)
		return NULL;
	if (rank(socket->state) == 2)
		return request->kind == BINDCHAIN_UDP ? NULL : judge_connection(request);
	if (socket->uid_known && socket->uid != geteuid())
		return "cannot be shared: SO_REUSEPORT shares among sockets of one user only";
	share = read_share(socket, process);
	if (share.known && !share.value)
		return asked ? "cannot be shared: it is without SO_REUSEPORT, which both must have"
		    : "cannot be shared: neither has SO_REUSEPORT, which both must have";
	if (asked)
		return NULL;
	if (share.known)
		return "could be shared: it has SO_REUSEPORT, which was not asked for here";
	return "could be shared only if it has SO_REUSEPORT, which cannot be seen,"
	       " and it was not asked for here";
}

/* ---- the processes behind them ---- */

static void
report(struct hunt *hunt, size_t i, const struct backend_process *process)
{
	struct backend_holder holder = { &hunt->found[i], process,
		judge_sharing(hunt->request, &hunt->found[i], process) };

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
	struct hunt hunt = { .request = request, .v6only = request_is_v6only(request),
		.holders = holders, .visit = visit, .context = context };

	*holders = (struct backend_holders) { .owners.complete = true };
	(address_family(&request->address) == AF_UNIX ? find_unix_sockets : find_sockets)(&hunt,
	    deadline);
	find_owners(&hunt, deadline);
	for (size_t i = 0; i < BACKEND_HOLDERS_MAX && i < holders->in_the_way; i++)
		if (!hunt.visited[i])
			report(&hunt, i, NULL);
}
