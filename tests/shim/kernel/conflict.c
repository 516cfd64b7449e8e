/* SPDX-License-Identifier: ISC */
/*
 * Sockets in each other's way, and who of them gets a client: by the rules of
 * src/<system>/conflicts.c, which are held against what kernels answered.  Those
 * speak of two sockets; here there may be more.
 */
#include "conflict.h"

#include <errno.h>
#include <string.h>

#include "kernel.h"

extern const struct conflict_rules conflict_rules_linux, conflict_rules_freebsd,
    conflict_rules_darwin;

static const struct conflict_rules *
rules_of(const struct world *world)
{
	static const struct conflict_rules *const rules[] = {
		[WORLD_LINUX] = &conflict_rules_linux,
		[WORLD_FREEBSD] = &conflict_rules_freebsd,
		[WORLD_DARWIN] = &conflict_rules_darwin,
	};

	return rules[world->rules[RULE_CONFLICTS]];
}

static struct conflict_address
conflict_address(const struct world_address *address)
{
	struct conflict_address own = { .family = address->family, .zone = address->zone };

	memcpy(own.bytes, address->bytes, sizeof own.bytes);
	return own;
}

static struct conflict_side
side_of_claim(const struct world_socket *socket, const struct kernel_claim *claim)
{
	return (struct conflict_side) { .is_stream = socket->type == SOCK_STREAM,
		.v6only = !claim->takes_inet, .reuse_address = claim->sharing.reuse_address,
		.share = claim->sharing.share, .balance = claim->sharing.balance,
		.user = socket->uid, .address = conflict_address(&claim->address) };
}

/* As one that is bound, with its options as they are now. */
static struct conflict_side
side_of(const struct world *world, const struct world_socket *socket)
{
	struct kernel_claim claim = { .address = socket->address,
		.takes_inet = socket->takes_inet, .sharing = kernel_sharing_of(world, socket) };
	struct conflict_side side = side_of_claim(socket, &claim);

	side.listening = socket->listening;
	return side;
}

/*
 * What FreeBSD and Darwin make of a connection: whoever reuses does not look for it, and
 * it keeps no user out: in_pcblookup_local, in_pcbbind_setup.
 */
static bool
passes_connection(const struct world *world, const struct world_socket *there,
    const struct conflict_side *coming)
{
	return there->connected && world->rules[RULE_CONFLICTS] != WORLD_LINUX
	    && (coming->reuse_address || coming->share || coming->balance);
}

static int
conflict_with(const struct world *world, const struct world_socket *socket,
    const struct conflict_side *coming, enum conflict_call call)
{
	struct conflict_side there = side_of(world, socket);
	bool is_stranger = coming->user != 0 && coming->user != there.user;

	if (passes_connection(world, socket, coming))
		return 0;
	if (is_stranger && !world->rules[RULE_STRANGERS_BALANCE])
		there.balance = false; /* then FreeBSD lets nobody in for it */
	if (socket->connected && world->rules[RULE_CONFLICTS] != WORLD_LINUX)
		there.user = coming->user;
	return -rules_of(world)->refuses(&there, coming, call);
}

static int
conflict_with_any(const struct world *world, const struct world_socket *socket, uint16_t port,
    const struct conflict_side *coming, enum conflict_call call)
{
	for (uint32_t i = 0; i < world->socket_count; i++) {
		const struct world_socket *other = &world->sockets[i];
		int status;
		if (!other->used || !other->bound || other == socket || other->port != port
		    || other->protocol != socket->protocol)
			continue;
		status = conflict_with(world, other, coming, call);
		if (status != 0)
			return status;
	}
	return 0;
}

int
kernel_conflict(const struct world *world, const struct world_socket *socket,
    const struct kernel_claim *claim)
{
	struct conflict_side coming = side_of_claim(socket, claim);

	return conflict_with_any(world, socket, claim->port, &coming, CONFLICT_BIND);
}

int
kernel_listen_conflict(const struct world *world, const struct world_socket *socket)
{
	struct conflict_side coming = side_of(world, socket);

	return conflict_with_any(world, socket, socket->port, &coming, CONFLICT_LISTEN);
}

/* ---- who gets a client ---- */

static bool
is_candidate(const struct world_socket *socket, uint16_t port)
{
	return socket->used && socket->bound && !socket->connected && socket->port == port
	    && socket->protocol == IPPROTO_TCP;
}

/* As it was bound: only then a socket joins a group. */
static struct conflict_side
receiving_side(const struct world *world, const struct world_socket *socket)
{
	struct conflict_side side = side_of(world, socket);

	side.balance = socket->balanced;
	return side;
}

/* Of ONE and OTHER, in whatever order they were bound. */
static enum conflict_receiver
receiver(const struct world *world, const struct world_socket *one,
    const struct world_socket *other, const struct conflict_address *to)
{
	bool in_order = one->order <= other->order;
	struct conflict_side sides[2] = { receiving_side(world, one),
		receiving_side(world, other) };
	enum conflict_receiver receiver
	    = rules_of(world)->receiver(&sides[!in_order], &sides[in_order], to);

	if (in_order || receiver == CONFLICT_NOBODY || receiver == CONFLICT_BOTH)
		return receiver;
	return receiver == CONFLICT_FIRST ? CONFLICT_SECOND : CONFLICT_FIRST;
}

/*
 * Whose turn it is of BEST and its group.  Real kernels hash the peer's address and
 * port, so that ports in sequence spread exactly evenly.
 */
static struct world_socket *
member_in_turn(struct world *world, struct world_socket *best, const struct conflict_address *to,
    uint16_t port)
{
	struct world_socket *members[WORLD_SOCKETS];
	uint32_t count = 0;

	for (uint32_t i = 0; i < world->socket_count; i++) {
		struct world_socket *socket = &world->sockets[i];
		if (socket == best || (is_candidate(socket, port)
		        && receiver(world, best, socket, to) == CONFLICT_BOTH))
			members[count++] = socket;
	}
	return count > 1 ? members[world->client++ % count] : best;
}

struct world_socket *
kernel_receiver(struct world *world, const struct world_address *address, uint16_t port)
{
	struct conflict_address to = conflict_address(address);
	struct world_socket *best = NULL;

	for (uint32_t i = 0; i < world->socket_count; i++) {
		struct world_socket *socket = &world->sockets[i];
		if (!is_candidate(socket, port)
		    || receiver(world, socket, socket, &to) == CONFLICT_NOBODY)
			continue;
		if (!best || receiver(world, best, socket, &to) == CONFLICT_SECOND)
			best = socket;
	}
	return best ? member_in_turn(world, best, &to, port) : NULL;
}
