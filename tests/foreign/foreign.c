/* SPDX-License-Identifier: ISC */
/* Compiled for the other system: its types on one side, foreign.h's on the other. */
#include <sys/types.h>

#include "foreign.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "backend.h"
#include "calls.h"
#include "outcome.h"
#include "own_process.h"
#include "request.h"
#include "socket_option.h"
#include "sysctl.h"
#include "watch.h"

#define OPENED 3

static int
value_of(const struct bindchain_fact *fact)
{
	return fact->known ? fact->value : FOREIGN_UNKNOWN;
}

/* ---- opening ---- */

static bool
set_place(struct request *request, const struct foreign_request *asked)
{
	struct bindchain_failure failure;

	switch (request->kind) {
	case BINDCHAIN_TCP:
	case BINDCHAIN_UDP:
		return address_from_literal(&request->address, asked->host, asked->port);
	case BINDCHAIN_NETLINK:
	case BINDCHAIN_NETLINK_RAW:
		request->host = asked->host;
		return backend_netlink(asked->host, asked->port, &request->address,
		    &request->protocol);
	default:
		return request_set_path(request, asked->host, &failure) == 0;
	}
}

_Static_assert(BINDCHAIN_OPTIONS <= FOREIGN_OPTIONS_MAX, "a request has room for every option");

static bool
make_request(struct request *request, const struct foreign_request *asked)
{
	request_init(request, (enum bindchain_kind)asked->kind);
	if (request->backlog != BINDCHAIN_NO_LISTEN)
		request->backlog = asked->backlog;
	request->nonblocking = asked->nonblocking;
	request->close_on_exec = asked->close_on_exec;
	request->access.has_mode = asked->mode >= 0;
	if (asked->mode >= 0)
		request->access.mode = (mode_t)asked->mode;
	request->access.has_user = asked->user >= 0;
	request->access.user = (uid_t)asked->user;
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++)
		if (asked->asked[i])
			request->options[i] = (struct option_setting) { BINDCHAIN_REQUIRED,
				asked->values[i] };
	request->device = "em0"; /* the option has its index */
	request->congestion = "cubic";
	return set_place(request, asked);
}

const char *
foreign_open(const struct foreign_request *asked)
{
	static char operation[] = "operation 00";
	struct request request;
	struct bindchain_failure failure;

	if (!make_request(&request, asked))
		return "no such place";
	if (request_open(&request, &failure) >= 0)
		return "";
	if (failure.reason)
		return failure.reason;
	operation[sizeof operation - 3] = (char)('0' + failure.operation / 10);
	operation[sizeof operation - 2] = (char)('0' + failure.operation % 10);
	return operation;
}

/* ---- reading back ---- */

static struct outcome
read_outcome(void)
{
	struct outcome outcome;

	if (outcome_read(OPENED, &outcome) != 0)
		calls_trap("an outcome that cannot be read");
	return outcome;
}

int
foreign_option(int option)
{
	struct outcome outcome = read_outcome();

	return value_of(&outcome.options[option]);
}

int
foreign_flags(void)
{
	struct outcome outcome = read_outcome();

	return (outcome.nonblocking ? 1 : 0) | (outcome.close_on_exec ? 2 : 0);
}

const char *
foreign_address(void)
{
	static char text[ADDRESS_HOST_SIZE + NUMBER_TEXT_SIZE + 1];
	struct outcome outcome = read_outcome();
	char digits[NUMBER_TEXT_SIZE];
	const char *port = number_text(address_port(&outcome.address), digits);
	size_t length;

	address_host(&outcome.address, text);
	length = strlen(text);
	text[length++] = ' ';
	memcpy(text + length, port, strlen(port) + 1);
	return text;
}

void
foreign_queue(int facts[3])
{
	struct backend_queue queue;

	backend_read_queue(OPENED, &queue);
	facts[0] = value_of(&queue.limit);
	facts[1] = value_of(&queue.length);
	facts[2] = value_of(&queue.incomplete);
}

int
foreign_waits_for(void)
{
	struct bindchain_fact waits;

	backend_waits_for(OPENED, &waits);
	return value_of(&waits);
}

int
foreign_watches(void)
{
	const char *call;

	return backend_watch_open(&call) >= 0;
}

int
foreign_is_event(const unsigned char *message, size_t size)
{
	return backend_watch_is_event(message, size);
}

int
foreign_sysctl(const char *name)
{
	struct backend_limit setting = sysctl_number(name);

	return value_of(&setting.value);
}

long long
foreign_long_sysctl(const char *name)
{
	long long value;

	return sysctl_long(name, &value) ? value : FOREIGN_UNKNOWN;
}

const char *
foreign_system(void)
{
	return backend_system;
}

int
foreign_has_o_path(void)
{
#ifdef O_PATH
	return 1;
#else
	return 0;
#endif
}

/* ---- this process ---- */

int
foreign_is_set_id(void)
{
	return backend_is_set_id();
}

int
foreign_knows_executable(void)
{
	struct stat executable;

	return backend_own_executable(&executable);
}

int
foreign_has_process_identity(void)
{
	uint64_t identity;

	return backend_process_identity(&identity);
}

int
foreign_highest_descriptor(void)
{
	return backend_highest_descriptor();
}

int
foreign_launchd_sockets(void)
{
	int *descriptors = NULL;
	size_t count = 0;

	if (backend_launchd_sockets("Listeners", &descriptors, &count) != 0)
		return -1;
	free(descriptors);
	return (int)count;
}
