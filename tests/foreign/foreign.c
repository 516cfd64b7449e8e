/* SPDX-License-Identifier: ISC */
/* Compiled for the other system: its types on one side, foreign.h's on the
 * other. */
#include <sys/types.h>

#include "foreign.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "address.h"
#include "backend.h"
#include "kernel.h"
#include "option.h"

struct words {
	char *bytes;
	size_t size;
};

static void
add(struct words *words, const char *word)
{
	size_t used = strlen(words->bytes), length = strlen(word);

	if (used + length + 1 > words->size)
		kernel_trap("words that do not fit");
	memcpy(words->bytes + used, word, length + 1);
}

static void
begin(struct words *words, char *bytes, size_t size)
{
	*words = (struct words) { bytes, size };
	bytes[0] = '\0';
}

static void
make_request(struct bindchain_request *request, const struct foreign_request *asked)
{
	bindchain_request_init(request, asked->is_udp ? BINDCHAIN_UDP : BINDCHAIN_TCP);
	if (!address_from_literal(&request->address, asked->host, asked->port))
		kernel_trap("a host that is no number");
	request->backlog = asked->is_udp ? BINDCHAIN_NO_LISTEN : asked->backlog;
	request->nonblocking = asked->nonblocking;
	request->close_on_exec = asked->close_on_exec;
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++)
		if (asked->asked & 1u << i)
			request->options[i] = (struct bindchain_setting) { BINDCHAIN_REQUIRED,
				asked->values[i] };
}

static void
take_line(void *context, const struct text *line)
{
	char bytes[sizeof line->bytes + 1];

	memcpy(bytes, line->bytes, line->length);
	bytes[line->length] = '\0';
	add(context, "\n");
	add(context, bytes);
}

static const char *
operation_name(enum bindchain_operation operation)
{
	switch (operation) {
	case BINDCHAIN_UNSUPPORTED:
		return "unsupported";
	case BINDCHAIN_SOCKET:
		return "socket";
	case BINDCHAIN_SETSOCKOPT:
		return "setsockopt";
	case BINDCHAIN_BIND:
		return "bind";
	case BINDCHAIN_LISTEN:
		return "listen";
	default:
		return "other";
	}
}

int
foreign_open(const struct foreign_request *asked, char *bytes, size_t size)
{
	struct bindchain_request request;
	struct bindchain_failure failure;
	struct words words;
	int descriptor;

	begin(&words, bytes, size);
	make_request(&request, asked);
	descriptor = bindchain_open(&request, &failure);
	if (descriptor >= 0)
		return descriptor;
	add(&words, operation_name(failure.operation));
	add(&words, " ");
	add(&words, failure.subject ? failure.subject : "-");
	add(&words, " ");
	add(&words, failure.error ? kernel_error_name(failure.error) : failure.reason);
	backend_explain_failure(&request, &failure,
	    &(struct line_sink) { .take = take_line, .context = &words });
	return -1;
}

void
foreign_foresee(const struct foreign_request *asked, char *bytes, size_t size)
{
	char later[2048];
	struct bindchain_request request;
	struct words obstacles, warnings;

	begin(&obstacles, bytes, size);
	begin(&warnings, later, sizeof later);
	make_request(&request, asked);
	backend_foresee(&request,
	    &(struct line_sink) { .take = take_line, .context = &obstacles },
	    &(struct line_sink) { .take = take_line, .context = &warnings });
	add(&obstacles, "\n-");
	add(&obstacles, later);
}

static int
value_of(const struct bindchain_fact *fact)
{
	return fact->known ? fact->value : FOREIGN_UNKNOWN;
}

void
foreign_backlog(int requested, int limit, int becomes[4])
{
	struct bindchain_fact known = { limit != FOREIGN_UNKNOWN, limit };
	struct backend_backlog backlog;

	backend_backlog(requested, &known, &backlog);
	becomes[0] = backlog.passed;
	becomes[1] = value_of(&backlog.queue_limit);
	becomes[2] = value_of(&backlog.admitted);
	becomes[3] = value_of(&backlog.filtered);
}

int
foreign_backlog_limit(char *name, size_t size)
{
	struct backend_limit limit;
	struct words words;

	begin(&words, name, size);
	backend_backlog_limit(&limit);
	add(&words, limit.name);
	return value_of(&limit.value);
}

void
foreign_queue(int descriptor, int facts[3])
{
	struct backend_queue queue;

	backend_queue(descriptor, &queue);
	facts[0] = value_of(&queue.limit);
	facts[1] = value_of(&queue.length);
	facts[2] = value_of(&queue.incomplete);
}

int
foreign_option(int descriptor, int option)
{
	struct bindchain_outcome outcome;

	if (bindchain_outcome_read(descriptor, &outcome) != 0)
		kernel_trap("a descriptor that is no socket");
	return value_of(&outcome.options[option]);
}
