/* SPDX-License-Identifier: ISC */
#include "request.h"
#include "stub_backend.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "path_entry.h"
#include "own_process.h"

const struct backend_sockopt backend_sockopts[BINDCHAIN_OPTIONS] = { { .reason = NULL } };
const char backend_system[] = "Stub";

struct stub_kernel stub_kernel;

void
stub_kernel_reset(void)
{
	memset(&stub_kernel, 0, sizeof stub_kernel);
	stub_kernel.has_birth_flags = true;
	stub_kernel.largest_backlog = INT_MAX;
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++) {
		stub_kernel.spellings[i].reason = "the stub has no such option";
		stub_kernel.spellings[i].alternative = "do without";
	}
}

void
stub_kernel_offer(enum bindchain_option option, const char *name, enum backend_moment moment)
{
	struct backend_spelling *spelling = &stub_kernel.spellings[option];
	struct backend_option *call = &spelling->calls[spelling->count++];

	call->level = 7;
	call->name = 40 + (int)option;
	call->moment = moment;
	call->level_text = "STUB_LEVEL";
	call->name_text = name;
}

void
sockopt_spell(const struct request *request, enum bindchain_option option, int value,
    struct backend_spelling *spelling)
{
	(void)request;
	stub_kernel.questions++;
	*spelling = stub_kernel.spellings[option];
	for (size_t i = 0; i < spelling->count; i++)
		spelling->calls[i].value = value;
}

int
sockopt_as_requested(enum bindchain_option option, int value)
{
	(void)option;
	return value;
}

int
backend_birth_flags(unsigned flags)
{
	if (!stub_kernel.has_birth_flags)
		return 0;
	return (flags & BACKEND_NONBLOCKING ? STUB_SOCK_NONBLOCK : 0)
	    | (flags & BACKEND_CLOSE_ON_EXEC ? STUB_SOCK_CLOEXEC : 0);
}

void
backend_judge_backlog(int requested, const struct bindchain_fact *limit,
    struct backend_backlog *becomes)
{
	(void)limit;
	*becomes = (struct backend_backlog) { .passed = requested < stub_kernel.largest_backlog
		? requested : stub_kernel.largest_backlog };
}

void
backend_read_queue(int descriptor, struct backend_queue *queue)
{
	(void)descriptor;
	*queue = (struct backend_queue) { 0 };
}

void
backend_waits_for(int descriptor, struct bindchain_fact *waits)
{
	(void)descriptor;
	*waits = (struct bindchain_fact) { 0 };
}

void
backend_timestamps(int descriptor, struct bindchain_fact *timestamps)
{
	(void)descriptor;
	*timestamps = (struct bindchain_fact) { 0 };
}

bool
backend_may_chown(void)
{
	return true;
}

const char *
backend_address_rule(void)
{
	return stub_kernel.address_rule;
}

const char *
backend_lack(enum bindchain_kind kind)
{
	return stub_kernel.lacks_kind[kind] ? "the stub has no such sockets" : NULL;
}

bool
backend_netlink(const char *protocol, unsigned groups, struct address *address,
    int *number)
{
	(void)protocol;
	(void)groups;
	(void)address;
	(void)number;
	return false;
}

const char *
backend_netlink_name(int number)
{
	(void)number;
	return NULL;
}

bool
backend_vsock(unsigned cid, unsigned port, struct address *address)
{
	(void)cid;
	(void)port;
	(void)address;
	return false;
}

bool
backend_read_vsock(const struct address *address, unsigned *cid, unsigned *port)
{
	(void)address;
	(void)cid;
	(void)port;
	return false;
}

void
backend_read_netlink(int descriptor, const struct address *address,
    struct backend_netlink *netlink)
{
	(void)descriptor;
	(void)address;
	*netlink = (struct backend_netlink) { 0 };
}

const char *
backend_truncated_by(enum bindchain_option option)
{
	(void)option;
	return NULL;
}

const char *
backend_unix_doubt(enum bindchain_option option, bool listens)
{
	(void)option;
	(void)listens;
	return NULL;
}

bool
backend_is_v6only_by_default(void)
{
	return false;
}

const int backend_fifo_flags = O_RDWR;

const bool backend_has_abstract_names = false;

const bool path_mode_is_of_socket = true;
const struct path_calls path_calls = { .find = "find", .find_opens = true,
	.tells_bound = true };
