/* SPDX-License-Identifier: ISC */
/* Reads a socket back from the kernel. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "backend.h"
#include "outcome.h"
#include "request.h"
#include "socket_option.h"
#include "sockopt.h"

static bool
read_integer(int descriptor, int level, int name, struct bindchain_fact *fact)
{
	socklen_t size = sizeof fact->value;

	fact->value = 0;
	fact->known = getsockopt(descriptor, level, name, &fact->value, &size) == 0
	    && size == sizeof fact->value;
	return fact->known;
}

static enum bindchain_kind
kind_of(int family, int type)
{
	switch (family) {
	case AF_UNIX:
		return type == SOCK_STREAM ? BINDCHAIN_UNIX_STREAM
		    : type == SOCK_DGRAM ? BINDCHAIN_UNIX_DATAGRAM : BINDCHAIN_UNIX_SEQPACKET;
	case AF_INET:
	case AF_INET6:
		return type == SOCK_DGRAM ? BINDCHAIN_UDP : BINDCHAIN_TCP;
#ifdef AF_VSOCK /* not everywhere */
	case AF_VSOCK:
		return type == SOCK_SEQPACKET ? BINDCHAIN_VSOCK_SEQPACKET : BINDCHAIN_VSOCK_STREAM;
#endif
	default:
		return BINDCHAIN_NETLINK;
	}
}

/* An option is read by the name that sets it; of two alternatives, by the one that every
 * kernel has, if it is an integer. */
static const struct backend_option *
readable_call(const struct backend_spelling *spelling)
{
	for (size_t i = 0; i < spelling->count; i++) {
		const struct backend_option *call = &spelling->calls[i];
		bool stand_in_reads = call->or_next && !spelling->calls[i + 1].data;
		if (!call->data && !stand_in_reads)
			return call;
	}
	return NULL;
}

enum bindchain_kind
outcome_kind(const struct outcome *outcome)
{
	return kind_of(outcome->family, outcome->type);
}

/* A word may be that of several socket options. */
static void
read_word(const struct outcome *outcome, enum bindchain_option option,
    struct bindchain_fact *fact)
{
	if (option == BINDCHAIN_WAIT_FOR)
		backend_waits_for(outcome->descriptor, fact);
	else
		backend_timestamps(outcome->descriptor, fact);
}

/* getsockopt(2) of both systems that have one: a text with or without null bytes at its end. */
static void
read_text(struct outcome *outcome, const struct backend_option *call, struct bindchain_fact *fact)
{
	socklen_t size = sizeof outcome->congestion - 1;

	memset(outcome->congestion, 0, sizeof outcome->congestion);
	fact->known = getsockopt(outcome->descriptor, call->level, call->name, outcome->congestion,
	    &size) == 0 && outcome->congestion[0];
	fact->value = fact->known;
}

static void
read_option(struct outcome *outcome, const struct request *like,
    enum bindchain_option option)
{
	struct bindchain_fact *fact = &outcome->options[option];
	const struct backend_option *call;
	struct backend_spelling spelling;
	/* Another program may have set a flag that we would refuse. */
	int value = option_table[option].value == OPTION_FLAG ? 0 : 1;

	sockopt_spell(like, option, value, &spelling);
	if (option_table[option].value == OPTION_WORD && spelling.count)
		read_word(outcome, option, fact);
	if (option_table[option].value == OPTION_TEXT && spelling.count)
		read_text(outcome, &spelling.calls[0], fact);
	if (backend_sockopts[option].read && spelling.count) {
		backend_sockopts[option].read(outcome->descriptor, fact);
		return;
	}
	call = readable_call(&spelling);
	if (option_table[option].value == OPTION_WORD || !call)
		return;
	if (!read_integer(outcome->descriptor, call->level, call->name, fact))
		return;
	if (call->moment == BACKEND_AT_SOCKET)
		fact->value = fact->value == call->value;
	/* No number is negative: FreeBSD's fast open is a flag that reads as INT_MIN. */
	if (option_table[option].value == OPTION_FLAG
	    || (fact->value < 0 && !option_table[option].is_mask))
		fact->value = fact->value != 0;
}

/* A request for such a socket, as far as the options that there are depend on it. */
static struct request
request_like(const struct outcome *outcome)
{
	struct request like = { .kind = outcome_kind(outcome) };
	const struct bindchain_fact *v6only = &outcome->options[BINDCHAIN_V6ONLY];

	like.address = outcome->address;
	if (v6only->known)
		like.options[BINDCHAIN_V6ONLY] = (struct option_setting) {
			BINDCHAIN_REQUIRED, v6only->value };
	return like;
}

static void
read_options(struct outcome *outcome)
{
	struct request like = request_like(outcome);

	/* First, since the answers to others depend on it. */
	read_option(outcome, &like, BINDCHAIN_V6ONLY);
	like = request_like(outcome);
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++)
		read_option(outcome, &like, (enum bindchain_option)i);
}

static void
read_queue(struct outcome *outcome)
{
	struct backend_queue queue;

	if (!read_integer(outcome->descriptor, SOL_SOCKET, SO_ACCEPTCONN, &outcome->listening))
		return;
	outcome->listening.value = outcome->listening.value != 0;
	if (!outcome->listening.value)
		return;
	backend_read_queue(outcome->descriptor, &queue);
	outcome->queue_limit = queue.limit;
	outcome->queue_length = queue.length;
	outcome->queue_incomplete = queue.incomplete;
}

int
outcome_read_state(int descriptor, struct outcome *outcome)
{
	int descriptor_flags = fcntl(descriptor, F_GETFD);
	int status_flags = fcntl(descriptor, F_GETFL);
	socklen_t size = sizeof outcome->type;

	if (descriptor_flags < 0 || status_flags < 0)
		return -1;
	if (!outcome) {
		errno = EINVAL;
		return -1;
	}
	*outcome = (struct outcome) { .descriptor = descriptor };
	if (getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &outcome->type, &size) != 0)
		return -1;
	outcome->close_on_exec = descriptor_flags & FD_CLOEXEC;
	outcome->nonblocking = status_flags & O_NONBLOCK;
	if (address_read(&outcome->address, descriptor))
		outcome->family = address_family(&outcome->address);
	if (kind_of(outcome->family, outcome->type) == BINDCHAIN_NETLINK)
		backend_read_netlink(descriptor, &outcome->address, &outcome->netlink);
	read_queue(outcome);
	return 0;
}

int
outcome_read(int descriptor, struct outcome *outcome)
{
	if (outcome_read_state(descriptor, outcome) != 0)
		return -1;
	read_options(outcome);
	return 0;
}

struct bindchain_fact
outcome_read_number(int descriptor, int level, int name)
{
	struct bindchain_fact fact;

	read_integer(descriptor, level, name, &fact);
	return fact;
}

int
outcome_read_new(const struct outcome *outcome, struct outcome *fresh)
{
	struct request like = request_like(outcome);

	*fresh = (struct outcome) { .descriptor = socket(outcome->family, outcome->type, 0) };
	if (fresh->descriptor < 0)
		return -1;
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++)
		if (option_table[i].is_detail)
			read_option(fresh, &like, (enum bindchain_option)i);
	close(fresh->descriptor);
	return 0;
}

bool
outcome_is_as_asked(const struct outcome *outcome,
    const struct request *request)
{
	return outcome && request && address_answers(&outcome->address, &request->address);
}
