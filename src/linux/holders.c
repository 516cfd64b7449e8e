/* SPDX-License-Identifier: ISC */
/*
 * Linux: the holders of an address after bind(2) or listen(2) failed with EADDRINUSE.
 *
 * - Sockets conflict by the rules of conflicts.c, leaving aside their options.
 * - Half-open connections hold nothing.  Other connections do, TIME_WAIT too, unless
 *   they and the new socket have SO_REUSEADDR, which a connection inherits from its
 *   listening socket.
 * - Sockets of this process need no list and no privilege, and come first.
 */
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "address.h"
#include "conflict_side.h"
#include "holder_owners.h"
#include "observe.h"
#include "own_sockets.h"
#include "request.h"
#include "sharing.h"
#include "sock_diag.h"

struct hunt {
	const struct request *request;
	struct conflict_side side; /* of its socket */
	struct backend_holders *holders;
	struct stat file; /* at the path of a Unix socket */
	bool file_known;
	/* Conflicting sockets, all of one rank: of this process, and in the kernel's list. */
	size_t own_count, listed_count;
};

/* ---- the conflicting sockets ---- */

static int
rank(enum backend_socket_state state)
{
	return state == BACKEND_LISTENING ? 0 : state == BACKEND_BOUND ? 1 : 2;
}

/* Whether the two conflict if neither has SO_REUSEADDR or SO_REUSEPORT. */
static bool
is_in_the_way(const struct hunt *hunt, const struct backend_socket *socket)
{
	struct conflict_side coming = hunt->side, there;

	conflict_side_of_socket(&there, socket);
	coming.reuse_address = coming.share = false;
	return backend_conflict_rules.refuses(&there, &coming, CONFLICT_BIND) != 0;
}

static bool
is_stored(const struct hunt *hunt, uint64_t identity)
{
	for (size_t i = 0; i < hunt->holders->count; i++)
		if (identity && hunt->holders->list[i].socket.identity == identity)
			return true;
	return false;
}

/* Keeps it unless one of a higher rank was found.  The list has the sockets of this process
 * again, so that the larger count is that of all. */
static void
keep_socket(struct hunt *hunt, const struct backend_socket *socket, int own)
{
	struct backend_holders *holders = hunt->holders;
	int first_rank = holders->count ? rank(holders->list[0].socket.state) : INT_MAX;

	if (rank(socket->state) > first_rank)
		return;
	if (rank(socket->state) < first_rank)
		holders->count = hunt->own_count = hunt->listed_count = 0;
	if (own >= 0 && is_stored(hunt, socket->identity))
		return; /* a duplicate of a descriptor */
	if (own >= 0)
		hunt->own_count++;
	else
		hunt->listed_count++;
	if (holders->count == BACKEND_HOLDERS_MAX || is_stored(hunt, socket->identity))
		return;
	holders->list[holders->count++] = (struct backend_holder) { .socket = *socket,
		.has_process = own >= 0, .process.descriptor = own };
}

static size_t
count_in_the_way(const struct hunt *hunt)
{
	size_t larger = hunt->own_count > hunt->listed_count ? hunt->own_count
	                                                     : hunt->listed_count;

	return larger > hunt->holders->count ? larger : hunt->holders->count;
}

static void
note_own_socket(void *context, const struct backend_socket *socket, int descriptor)
{
	if (is_in_the_way(context, socket))
		keep_socket(context, socket, descriptor);
}

static void
note_socket(void *context, const struct backend_socket *socket)
{
	if (is_in_the_way(context, socket))
		keep_socket(context, socket, -1);
}

/* Whether this kernel lists bound sockets that do not listen. */
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
judge_sockets(struct hunt *hunt, int error, bool is_udp)
{
	struct backend_holders *holders = hunt->holders;
	struct backend_sight *sight = &holders->sockets;

	holders->in_the_way = count_in_the_way(hunt);

	*sight = (struct backend_sight) { .complete = true };
	if (error) {
		/* A limit of ours is no error of a call. */
		*sight = (struct backend_sight) { .error = error == ETIMEDOUT ? 0 : error,
			.at_limit = error == ETIMEDOUT, .hidden = diag_error_text(error) };
	} else if (!holders->in_the_way && !is_udp && !lists_bound_sockets()) {
		*sight = (struct backend_sight) { .hidden =
			"Linux before 6.8 does not show sockets that are bound but do not listen" };
	}
}

/* ---- of a Unix socket's path or name ---- */

static bool
is_asked_for(const struct hunt *hunt, const struct backend_socket *socket)
{
	const struct address *asked = &hunt->request->address;

	return hunt->file_known
	    ? socket->path_inode == (uint32_t)hunt->file.st_ino
	        && socket->path_device == hunt->file.st_dev
	    : socket->address.length == asked->length
	        && memcmp(&socket->address.storage, &asked->storage, asked->length) == 0;
}

/* Whether its address is that of its listening socket.  A connected datagram socket has its
 * own. */
static bool
is_accepted(const struct backend_socket *socket)
{
	return socket->state == BACKEND_CONNECTED && socket->type != SOCK_DGRAM;
}

static void
note_unix_socket(void *context, const struct backend_socket *socket)
{
	struct hunt *hunt = context;

	if (!is_accepted(socket) && is_asked_for(hunt, socket))
		keep_socket(hunt, socket, -1);
}

/* What CONTEXT points to, with its file: the kernel's list knows it, and names one
 * socket without going through all. */
static void
take_file(void *context, const struct backend_socket *socket)
{
	struct backend_socket *own = context;

	own->path_inode = socket->path_inode;
	own->path_device = socket->path_device;
}

static void
note_own_unix_socket(void *context, const struct backend_socket *socket, int descriptor)
{
	const struct diag_question question = { .family = AF_UNIX, .states = ~0u,
		.inode = (uint32_t)socket->identity };
	struct backend_socket own = *socket;
	struct hunt *hunt = context;

	if (is_accepted(socket)
	    || (hunt->file_known && diag_visit(&question, take_file, &own) != 0))
		return;
	if (is_asked_for(hunt, &own))
		keep_socket(hunt, &own, descriptor);
}

/* A path is compared by its file, since it can be written in several ways. */
static void
find_unix_sockets(struct hunt *hunt, const struct search_limit *limit)
{
	struct diag_question question = { .family = AF_UNIX,
		.states = 1u << TCP_LISTEN | 1u << TCP_CLOSE, .limit = limit };
	const char *path = hunt->request->path;
	int error = 0;

	hunt->file_known = path && stat(path, &hunt->file) == 0;
	if (hunt->request->kind == BINDCHAIN_UNIX_DATAGRAM)
		question.states |= 1u << TCP_ESTABLISHED;
	own_sockets_visit(0, 0, note_own_unix_socket, hunt);
	if (diag_visit(&question, note_unix_socket, hunt) != 0)
		error = errno;
	judge_sockets(hunt, error, true);
}

static void
find_sockets(struct hunt *hunt, const struct search_limit *limit)
{
	static const int families[] = { AF_INET, AF_INET6 };
	bool is_udp = hunt->request->kind == BINDCHAIN_UDP;
	struct diag_question question = {
		.protocol = is_udp ? IPPROTO_UDP : IPPROTO_TCP,
		.states = 1u << DIAG_BOUND_INACTIVE | ((1u << (TCP_CLOSING + 1)) - 1),
		.port = address_port(&hunt->request->address),
		.limit = limit,
	};
	int error = 0;

	question.states &= ~(1u << TCP_SYN_RECV);
	own_sockets_visit(question.protocol, question.port, note_own_socket, hunt);
	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		question.family = families[i];
		if (diag_visit(&question, note_socket, hunt) != 0 && !error)
			error = errno;
	}
	judge_sockets(hunt, error, is_udp);
}

/* ---- the search ---- */

void
backend_find_holders(const struct request *request, int limit,
    struct backend_holders *holders)
{
	struct hunt hunt = { .request = request, .holders = holders };
	struct search_limit list_limit;

	*holders = (struct backend_holders) { .sockets.complete = true,
		.owners.complete = true };
	if (address_is_internet(&request->address)
	    && !conflict_side_of_request(&hunt.side, request))
		return;
	search_limit_start(&list_limit, limit);
	(address_family(&request->address) == AF_UNIX ? find_unix_sockets : find_sockets)(&hunt,
	    &list_limit);
	holders_identify(holders, address_is_internet(&request->address), limit);
}
