/* SPDX-License-Identifier: ISC */
/* What the kernel really gave. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>

#include "address.h"
#include "backend.h"
#include "bindchain.h"

static bool
read_integer(int descriptor, int level, int name, struct bindchain_fact *fact)
{
	socklen_t size = sizeof fact->value;

	fact->value = 0;
	fact->known = getsockopt(descriptor, level, name, &fact->value, &size) == 0
	    && size == sizeof fact->value;
	return fact->known;
}

static bool
is_internet(int family)
{
	return family == AF_INET || family == AF_INET6;
}

/*
 * An option reads back under the name it is set by.  BSD kernels return the
 * flag's bit and not 1, so any value but 0 is "on".
 */
static void
read_option(struct bindchain_outcome *outcome, enum bindchain_option option)
{
	struct bindchain_request same = { .kind = outcome->type == SOCK_DGRAM
		? BINDCHAIN_UDP : BINDCHAIN_TCP };
	struct bindchain_fact *fact = &outcome->options[option];
	struct backend_spelling spelling;

	same.address = outcome->address;
	backend_spell(&same, option, 1, &spelling);
	if (!spelling.count || spelling.calls[0].data)
		return;
	if (read_integer(outcome->descriptor, spelling.calls[0].level, spelling.calls[0].name,
	    fact))
		fact->value = fact->value != 0;
}

static void
read_address(struct bindchain_outcome *outcome)
{
	struct sockaddr_storage storage;
	socklen_t length = sizeof storage;

	if (getsockname(outcome->descriptor, (struct sockaddr *)&storage, &length) != 0)
		return;
	address_set(&outcome->address, (const struct sockaddr *)&storage, length);
	outcome->family = address_family(&outcome->address);
}

static void
read_queue(struct bindchain_outcome *outcome)
{
	if (!read_integer(outcome->descriptor, SOL_SOCKET, SO_ACCEPTCONN, &outcome->listening))
		return;
	outcome->listening.value = outcome->listening.value != 0;
	if (outcome->listening.value)
		backend_queue(outcome->descriptor, &outcome->queue_limit, &outcome->queue_length);
}

int
bindchain_outcome_read(int descriptor, struct bindchain_outcome *outcome)
{
	int descriptor_flags = fcntl(descriptor, F_GETFD);
	int status_flags = fcntl(descriptor, F_GETFL);
	socklen_t size = sizeof outcome->type;

	if (descriptor_flags < 0 || status_flags < 0)
		return -1;
	*outcome = (struct bindchain_outcome) { .descriptor = descriptor };
	if (getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &outcome->type, &size) != 0)
		return -1;
	outcome->close_on_exec = descriptor_flags & FD_CLOEXEC;
	outcome->nonblocking = status_flags & O_NONBLOCK;
	read_address(outcome);
	read_queue(outcome);
	if (is_internet(outcome->family))
		for (int i = 0; i < BINDCHAIN_OPTIONS; i++)
			read_option(outcome, (enum bindchain_option)i);
	return 0;
}
