/* SPDX-License-Identifier: ISC */
/* listen(2), and what becomes of the clients. */
#include <errno.h>
#include <limits.h>

#include "kernel.h"

static int32_t
clamp(const struct world *world, int backlog)
{
	int64_t most = kernel_limit(world, "backlog");
	int64_t limit = backlog;

	if (backlog < 0 || backlog > most || (backlog == 0 && world->rules[RULE_ZERO_BACKLOG]))
		limit = most;
	/* Darwin stores a short, and does not look whether it fits. */
	if (world->rules[RULE_LONGEST_BACKLOG] == SHRT_MAX)
		return (int16_t)limit;
	return (int32_t)limit;
}

/* On Linux reuse lets two sockets bind, and the second finds out here. */
static int
check_listeners(const struct world *world, const struct world_socket *socket)
{
	struct kernel_claim claim = { .address = socket->address, .port = socket->port,
		.takes_inet = socket->takes_inet, .takes_inet6 = socket->takes_inet6,
		.sharing = kernel_sharing_of(world, socket) };

	if (world->rules[RULE_CONFLICTS] != WORLD_LINUX || socket->listening)
		return 0;
	return kernel_conflict_linux(world, socket, &claim);
}

static int
prepare_to_listen(struct world *world, struct world_socket *socket)
{
	int status = 0;

	if (socket->type != SOCK_STREAM)
		return -EOPNOTSUPP;
	if (socket->connected)
		return -EINVAL;
	if (!socket->bound)
		status = kernel_bind_automatically(world, socket);
	return status != 0 ? status : check_listeners(world, socket);
}

int
kernel_listen(struct world *world, struct world_socket *socket, int backlog)
{
	int status = socket->family == AF_UNIX ? kernel_unix_check_listen(world, socket)
	                                       : prepare_to_listen(world, socket);

	if (status != 0)
		return status;
	socket->listening = true;
	socket->limit = clamp(world, backlog);
	return 0;
}

int64_t
kernel_admits(const struct world *world, int32_t limit)
{
	switch (world->rules[RULE_ADMITS]) {
	case ADMITS_LIMIT:
		return limit > 0 ? limit : 0;
	case ADMITS_LIMIT_AND_ONE:
		return (int64_t)limit + 1;
	default:
		return (int64_t)limit * 3 / 2 + 1;
	}
}

/* ---- who gets a connection ---- */

/* How well a socket matches: the higher, the better; 0: not at all. */
static int
score(const struct world_socket *socket, const struct world_address *to, uint16_t port)
{
	struct world_address own;

	if (!socket->used || !socket->bound || socket->connected || socket->port != port
	    || socket->protocol != IPPROTO_TCP
	    || !(to->family == AF_INET ? socket->takes_inet : socket->takes_inet6))
		return 0;
	own = kernel_side(&socket->address, to->family);
	if (kernel_same_address(&own, to))
		return 3;
	if (!kernel_is_wildcard(&own))
		return 0;
	return to->family == AF_INET && socket->takes_inet6 ? 1 : 2;
}

static bool
is_in_group(const struct world *world, const struct world_socket *socket, int wanted_score,
    const struct world_address *to, uint16_t port)
{
	bool is_linux = world->rules[RULE_CONFLICTS] == WORLD_LINUX;

	if (score(socket, to, port) != wanted_score)
		return false;
	return is_linux ? socket->listening && kernel_sharing_of(world, socket).share
	                : socket->balanced;
}

/*
 * The group's member whose turn it is.  Real kernels hash the peer's address
 * and port, so that ports in sequence spread exactly evenly.
 */
static struct world_socket *
member_in_turn(struct world *world, int wanted_score, const struct world_address *to,
    uint16_t port)
{
	struct world_socket *members[WORLD_SOCKETS];
	uint32_t count = 0;

	for (uint32_t i = 0; i < world->socket_count; i++)
		if (is_in_group(world, &world->sockets[i], wanted_score, to, port))
			members[count++] = &world->sockets[i];
	return count ? members[world->client++ % count] : NULL;
}

/* FreeBSD asks its groups before any other listener. */
static struct world_socket *
group_member(struct world *world, const struct world_address *to, uint16_t port)
{
	struct world_socket *member = NULL;

	for (int wanted = 3; wanted > 0 && !member; wanted--)
		member = member_in_turn(world, wanted, to, port);
	return member;
}

/* The newest of one specific address, the oldest of wildcards: in_pcb.c,
 * in_pcblookup_hash_locked. */
static bool
is_better(const struct world_socket *socket, const struct world_socket *best, int socket_score,
    int best_score)
{
	if (socket_score != best_score)
		return socket_score > best_score;
	return socket_score == 3 && !kernel_is_wildcard(&socket->address)
	    ? socket->order > best->order : socket->order < best->order;
}

static struct world_socket *
best_match(struct world *world, const struct world_address *to, uint16_t port)
{
	bool only_listeners = world->rules[RULE_CONFLICTS] == WORLD_LINUX;
	struct world_socket *best = NULL;
	int best_score = 0;

	for (uint32_t i = 0; i < world->socket_count; i++) {
		struct world_socket *socket = &world->sockets[i];
		int own = score(socket, to, port);
		if (own == 0 || (only_listeners && !socket->listening))
			continue;
		if (!best || is_better(socket, best, own, best_score)) {
			best = socket;
			best_score = own;
		}
	}
	return best;
}

static struct world_socket *
find_winner(struct world *world, const struct world_address *to, uint16_t port)
{
	struct world_socket *best, *member;

	if (world->rules[RULE_CONFLICTS] != WORLD_LINUX) {
		member = group_member(world, to, port);
		return member ? member : best_match(world, to, port);
	}
	best = best_match(world, to, port);
	member = best ? member_in_turn(world, score(best, to, port), to, port) : NULL;
	return member ? member : best;
}

/* A filter holds limit + 1 connections and drops the oldest for a new one. */
static void
hold(struct world_socket *socket)
{
	if (socket->waiting <= socket->limit)
		socket->waiting++;
}

int
kernel_connect(struct world *world, const struct world_address *to, uint16_t port,
    struct world_socket **winner)
{
	struct world_socket *socket = find_winner(world, to, port);

	*winner = socket;
	if (!socket || !socket->listening)
		return -ECONNREFUSED;
	if (socket->filter[0]) {
		hold(socket);
		return 0;
	}
	if (socket->length >= kernel_admits(world, socket->limit))
		return -world->rules[RULE_OVERFLOW];
	socket->length++;
	return 0;
}

int
kernel_filter_satisfied(struct world *world, struct world_socket *socket)
{
	if (!socket->waiting)
		return -EAGAIN;
	socket->waiting--;
	if (socket->length >= kernel_admits(world, socket->limit))
		return -world->rules[RULE_OVERFLOW];
	socket->length++;
	return 0;
}

int
kernel_accept(struct world_socket *socket)
{
	if (!socket->listening)
		return -EINVAL;
	if (!socket->length)
		return -EAGAIN;
	socket->length--;
	return 0;
}
