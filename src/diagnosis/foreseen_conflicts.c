/* SPDX-License-Identifier: ISC */
#include "foreseen_conflicts.h"

#include <string.h>
#include <sys/stat.h>

#include "address.h"
#include "backend.h"
#include "conflict_side.h"
#include "exclusive.h"
#include "holders.h"
#include "observe.h"
#include "path_place.h"
#include "request.h"
#include "sharing.h"

/* ---- two sockets ---- */

enum { UNSEEN_REUSE = 1, UNSEEN_SHARE = 2, UNSEEN_COMBINATIONS = 4 };

static enum foreseen_failure
failure_of(const struct request *request, const struct conflict_side *first,
    const struct conflict_verdict *verdict)
{
	if (request->exclusive && exclusive_finds(request, first))
		return FORESEEN_EXCLUSIVE;
	if (!verdict->error)
		return FORESEEN_NONE;
	return verdict->call == CONFLICT_BIND ? FORESEEN_BIND : FORESEEN_LISTEN;
}

/* What the rules say for some options that cannot be seen, and no longer for all. */
static void
merge(enum conflict_receiver *receiver, enum conflict_receiver next, bool is_first)
{
	if (is_first)
		*receiver = next;
	else if (*receiver != next)
		*receiver = CONFLICT_NOBODY;
}

static enum conflict_receiver
if_contended(const struct foreseen_conflict *conflict, int family, enum conflict_receiver receiver)
{
	return conflict_overlap(&conflict->first, &conflict->second, family) ? receiver
	                                                                     : CONFLICT_NOBODY;
}

/* Fills what becomes of the two; unless SEEN, whatever options the other has. */
static void
judge(struct foreseen_conflict *conflict, const struct request *request, bool seen)
{
	unsigned combinations = seen ? 1 : UNSEEN_COMBINATIONS, failing = 0;

	for (unsigned i = 0; i < combinations; i++) {
		struct conflict_side first = conflict->first;
		struct conflict_verdict verdict;
		enum foreseen_failure failure;
		first.reuse_address = first.reuse_address || (i & UNSEEN_REUSE);
		first.share = first.share || (i & UNSEEN_SHARE);
		conflict_judge(&backend_conflict_rules, &first, &conflict->second, &verdict);
		failure = failure_of(request, &first, &verdict);
		if (failure != FORESEEN_NONE) {
			conflict->failure = failure;
			failing++;
			continue;
		}
		merge(&conflict->ipv4, if_contended(conflict, AF_INET, verdict.ipv4), i == failing);
		merge(&conflict->ipv6, if_contended(conflict, AF_INET6, verdict.ipv6), i == failing);
	}
	conflict->is_certain = failing == combinations;
	if (failing)
		conflict->ipv4 = conflict->ipv6 = CONFLICT_NOBODY;
}

/* Is there anything to say of the two? */
static bool
is_related(const struct foreseen_conflict *conflict)
{
	const struct conflict_side *first = &conflict->first, *second = &conflict->second;

	return conflict->failure != FORESEEN_NONE
	    || ((conflict->ipv4 != CONFLICT_NOBODY || conflict->ipv6 != CONFLICT_NOBODY)
	        && !(first->interface && second->interface
	            && first->interface != second->interface));
}

static void
keep(struct foreseen_conflicts *found, const struct foreseen_conflict *conflict)
{
	if (found->count < FORESEEN_CONFLICTS_MAX)
		found->list[found->count++] = *conflict;
}

/* ---- of one command ---- */

static bool
is_same_local(const struct request *one, const struct request *other)
{
	if (one->kind == BINDCHAIN_FIFO || address_family(&one->address) != AF_UNIX
	    || address_family(&other->address) != AF_UNIX)
		return false;
	if (one->path && other->path && path_is_same_name(one->path, other->path))
		return true;
	/* Linux keeps abstract names by type: net/unix/af_unix.c, unix_abstract_hash. */
	if ((!one->path && one->kind != other->kind) || request_binds_by_name(one)
	    || request_binds_by_name(other))
		return false;
	return one->address.length == other->address.length
	    && memcmp(&one->address.storage, &other->address.storage, one->address.length) == 0;
}

/* Both types share their ports: net/vmw_vsock/af_vsock.c, __vsock_bind_connectible. */
static bool
is_same_vsock(const struct request *one, const struct request *other)
{
	unsigned cid, port, other_cid, other_port;

	return backend_read_vsock(&one->address, &cid, &port)
	    && backend_read_vsock(&other->address, &other_cid, &other_port)
	    && cid == other_cid && port == other_port && port != VSOCK_ANY;
}

/* Whoever gets a port that the kernel chooses conflicts with nobody. */
static bool
is_same_port(const struct request *one, const struct request *other)
{
	return one->kind == other->kind && address_is_internet(&one->address)
	    && address_is_internet(&other->address) && address_port(&one->address) != 0
	    && address_port(&one->address) == address_port(&other->address);
}

static void
compare_requests(const struct request *requests, int index, int earlier,
    struct foreseen_conflicts *found)
{
	const struct request *request = &requests[index], *other = &requests[earlier];
	struct foreseen_conflict conflict = { .socket = earlier + 1, .address = other->address,
		.listening = other->backlog != BINDCHAIN_NO_LISTEN };

	if (is_same_local(request, other) || is_same_vsock(request, other)) {
		conflict.failure = FORESEEN_BIND;
		conflict.is_certain = true;
		keep(found, &conflict);
		return;
	}
	if (!is_same_port(request, other) || !conflict_side_of_request(&conflict.first, other)
	    || !conflict_side_of_request(&conflict.second, request))
		return;
	judge(&conflict, request, true);
	if (is_related(&conflict))
		keep(found, &conflict);
}

/* ---- with those that are there ---- */

/* A connection that can be passed by reuse is: whether it lets itself is not seen. */
static bool
is_worth_telling(const struct foreseen_conflict *conflict)
{
	return !conflict->is_connection
	    || (conflict->failure != FORESEEN_NONE && conflict->is_certain);
}

static void
compare_holder(const struct request *request, const struct backend_holder *holder,
    struct foreseen_conflicts *found)
{
	const struct backend_socket *socket = &holder->socket;
	struct foreseen_conflict conflict = { .address = socket->address,
		.listening = socket->state == BACKEND_LISTENING,
		.is_connection = socket->state == BACKEND_CONNECTED
		    || socket->state == BACKEND_TIME_WAIT,
		.has_process = holder->has_process, .process = holder->process,
		.creator_known = holder->socket.uid_known, .creator = holder->socket.uid };

	if (!conflict_side_of_request(&conflict.second, request)) {
		conflict.failure = FORESEEN_BIND; /* of a Unix socket */
		conflict.is_certain = true;
		keep(found, &conflict);
		return;
	}
	conflict_side_of_socket(&conflict.first, socket);
	conflict.first.reuse_address = holder->reuse_address.value != 0;
	conflict.first.share = holder->share.value != 0;
	judge(&conflict, request, holder->reuse_address.known && holder->share.known);
	if (conflict.failure != FORESEEN_NONE && !request->exclusive)
		conflict.sharing = sharing_text(holder, &conflict.second);
	if (is_related(&conflict) && is_worth_telling(&conflict))
		keep(found, &conflict);
}

/* Nobody has a path where nothing is. */
static bool
is_searched(const struct request *request)
{
	struct stat found;

	if (address_is_internet(&request->address))
		return address_port(&request->address) != 0;
	if (request->path && lstat(request->path, &found) != 0)
		return false;
	return request->kind != BINDCHAIN_FIFO && address_family(&request->address) == AF_UNIX;
}

void
foresee_conflicts(const struct request *requests, int index, bool search,
    struct foreseen_conflicts *found)
{
	const struct request *request = &requests[index];
	struct backend_holders holders;

	found->count = 0;
	found->sockets = found->owners = (struct backend_sight) { .complete = true };
	for (int i = 0; i < index; i++)
		compare_requests(requests, index, i, found);
	if (!search || !is_searched(request))
		return;
	backend_find_holders(request, BACKEND_SEARCH_LIMIT, &holders);
	found->sockets = holders.sockets;
	found->owners = holders.owners;
	for (size_t i = 0; i < holders.count; i++)
		compare_holder(request, &holders.list[i], found);
}
