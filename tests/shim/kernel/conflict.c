/* SPDX-License-Identifier: ISC */
/*
 * Sockets in each other's way, by the rules of src/<system>/conflicts.c, which are held
 * against what kernels answered.  Those speak of two sockets; here there may be more.
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

static int
conflict_with(const struct world *world, const struct world_socket *socket,
    const struct conflict_side *coming, enum conflict_call call)
{
	struct conflict_side there = side_of(world, socket);
	bool is_stranger = coming->user != 0 && coming->user != there.user;

	if (is_stranger && !world->rules[RULE_STRANGERS_BALANCE])
		there.balance = false; /* then FreeBSD lets nobody in for it */
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
