/* SPDX-License-Identifier: ISC */
/* bindchain adapt OPTION… NEXT…: passes inherited sockets on in another convention. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "backend.h"
#include "command.h"
#include "convention.h"
#include "environment.h"
#include "fatal.h"
#include "inherited.h"
#include "message.h"
#include "native.h"
#include "number.h"
#include "outcome.h"
#include "outcome_words.h"
#include "report_failure.h"
#include "taking.h"
#include "own_process.h"

struct chosen {
	bool any_pid, replace;
	struct convention_options convention;
	const char *from, *backlog;
};

static const struct option_spec options[] = {
	OPTION(0, "from", "HOW",
	    "take them from systemd (the default), stdin, pid:N, launchd:NAME, ...",
	    offsetof(struct chosen, from), true),
	CONVENTION_OPTIONS(struct chosen),
	OPTION(0, "backlog", "N", "call listen(2) again with this backlog, a number or max",
	    offsetof(struct chosen, backlog), true),
	OPTION(0, "any-pid", "", "take LISTEN_FDS even if LISTEN_PID is another process",
	    offsetof(struct chosen, any_pid), true),
	OPTION(0, "replace-fds", "", "close open descriptors where sockets go",
	    offsetof(struct chosen, replace), true),
};

/* ---- the queue ---- */

static int
read_backlog(const struct invocation *invocation, const char *text)
{
	static const struct number_rule rule = { .base = 10, .maximum = INT_MAX };
	long long number;

	if (convention_is_maximum_backlog(text))
		return BINDCHAIN_BACKLOG_MAXIMUM;
	if (number_read(text, &rule, &number) != NUMBER_READ)
		fatal(invocation, "--backlog=%s: not a backlog (0 to %d or max)", text, INT_MAX);
	return (int)number;
}

/* A listening socket takes the new limit and keeps its pending connections: listen(2). */
static void
listen_again(const struct invocation *invocation, int descriptor, int passed)
{
	char address[ADDRESS_TEXT_SIZE], limits[2][NUMBER_TEXT_SIZE];
	struct outcome before, after;
	struct text text;

	if (outcome_read_state(descriptor, &before) != 0)
		native_fatal_descriptor(invocation, "read back", descriptor);
	if (listen(descriptor, passed) != 0)
		native_fatal_call(invocation, "listen",
		    address_text(&before.address, address));
	if (outcome_read_state(descriptor, &after) != 0)
		native_fatal_descriptor(invocation, "read back", descriptor);
	message_begin(&text, invocation, MESSAGE_INFO);
	text_printf(&text, "descriptor %d, ", descriptor);
	text_add_address(&text, &before.address);
	text_printf(&text, ": queue limit %s before, %s after",
	    fact_text(&before.queue_limit, limits[0]), fact_text(&after.queue_limit, limits[1]));
	message_write(&text);
}

/* listen(2) is for sockets that accept connections; it says more where the type is unknown. */
static bool
has_queue(int descriptor)
{
	struct bindchain_fact type = outcome_read_number(descriptor, SOL_SOCKET, SO_TYPE);

	return !type.known || type.value == SOCK_STREAM || type.value == SOCK_SEQPACKET;
}

static void
tell_no_queue(const struct invocation *invocation, int descriptor)
{
	struct address address;
	struct text text;

	message_begin(&text, invocation, MESSAGE_INFO);
	text_printf(&text, "descriptor %d", descriptor);
	if (address_read(&address, descriptor)) {
		text_printf(&text, ", ");
		text_add_address(&text, &address);
	}
	text_printf(&text, ": no accept queue, because it is a datagram socket");
	message_write(&text);
}

/* A mix of TCP and UDP sockets is usual: the backlog is for those that have one. */
static void
set_backlog(const struct invocation *invocation, int backlog, const struct inherited *sockets)
{
	static const struct bindchain_fact unknown = { 0 };
	struct backend_backlog becomes;

	backend_judge_backlog(backlog, &unknown, &becomes);
	for (int i = 0; i < sockets->count; i++) {
		int descriptor = sockets->descriptors[i];
		if (has_queue(descriptor))
			listen_again(invocation, descriptor, becomes.passed);
		else
			tell_no_queue(invocation, descriptor);
	}
}

/* Refuses what can be known to fail before any socket is changed.  Returns the backlog. */
static int
check_backlog(const struct invocation *invocation, const char *text,
    const struct inherited *sockets)
{
	int backlog, queues = 0;

	if (!text)
		return 0;
	backlog = read_backlog(invocation, text);
	for (int i = 0; i < sockets->count; i++)
		queues += has_queue(sockets->descriptors[i]);
	if (queues == 0)
		fatal(invocation, "--backlog=%s: datagram sockets have no accept queue", text);
	return backlog;
}

/* ---- passing ---- */

static bool
is_source(const struct inherited *sockets, int descriptor)
{
	for (int i = 0; i < sockets->count; i++)
		if (sockets->descriptors[i] == descriptor)
			return true;
	return false;
}

static void
check_targets(const struct invocation *invocation, const struct inherited *sockets)
{
	const struct handover *handover = &invocation->handover;

	for (int i = 0; i < handover->count; i++) {
		int target = handover->target + i;
		if (target != STDIN_FILENO && !is_source(sockets, target)
		    && fcntl(target, F_GETFD) >= 0)
			fatal(invocation, "descriptor %d is already open; --replace-fds closes it",
			    target);
	}
}

/* So that placing one socket does not close another. */
static void
lift(const struct invocation *invocation, struct inherited *sockets)
{
	const struct handover *handover = &invocation->handover;

	for (int i = 0; i < sockets->count; i++) {
		int descriptor = sockets->descriptors[i];
		sockets->descriptors[i] = handover_lift(handover, descriptor);
		if (sockets->descriptors[i] < 0)
			native_fatal_descriptor(invocation, "duplicate", descriptor);
	}
}

/* If descriptor 0 were closed, the next program would open another file there. */
static void
fill_standard_input(const struct invocation *invocation)
{
	if (fcntl(STDIN_FILENO, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != STDIN_FILENO)
		native_fatal_call(invocation, "open", "/dev/null");
}

static void
place(const struct invocation *invocation, struct inherited *sockets)
{
	struct bindchain_failure failure;
	bool from_stdin = is_source(sockets, STDIN_FILENO);

	lift(invocation, sockets);
	for (int i = 0; i < sockets->count; i++)
		if (handover_place(&invocation->handover, i, sockets->descriptors[i], &failure)
		    != 0)
			report_failure(invocation, &failure);
	if (from_stdin)
		fill_standard_input(invocation);
}

static void
plan_handover(struct invocation *invocation, const struct chosen *chosen,
    const struct inherited *sockets)
{
	const struct handover_sockets handed = { sockets->count, sockets->names };
	struct convention as
	    = convention_read(invocation, &chosen->convention, sockets->count);
	struct bindchain_failure failure;
	struct address address;

	for (int i = 0; i < sockets->count; i++)
		if (address_read(&address, sockets->descriptors[i]))
			convention_check_address(invocation, &as, &address);
	if (handover_instead(&invocation->handover, as.descriptor,
	        taking_convention(chosen->from), as.variables, &handed, &failure) != 0)
		report_failure(invocation, &failure);
	convention_complete(invocation, &as, &chosen->convention);
	convention_check_limit(invocation);
}

static void
set_environment(struct invocation *invocation, const char *from)
{
	struct bindchain_failure failure;

	taking_remove_variables(invocation, from);
	if (handover_set_environment(&invocation->handover, &failure) != 0)
		report_failure(invocation, &failure);
	handover_free(&invocation->handover);
	convention_tell(invocation);
}

static void
run(struct invocation *invocation)
{
	struct chosen chosen = { 0 };
	struct inherited sockets;
	int backlog;

	invocation->next = command_read_options(invocation, &chosen);
	if (!invocation->next[0])
		fatal(invocation, "no next program");
	sockets = taking_inherited(invocation, chosen.from, chosen.any_pid);
	plan_handover(invocation, &chosen, &sockets);
	if (!chosen.replace)
		check_targets(invocation, &sockets);
	backlog = check_backlog(invocation, chosen.backlog, &sockets);
	if (chosen.backlog)
		set_backlog(invocation, backlog, &sockets);
	place(invocation, &sockets);
	set_environment(invocation, chosen.from);
}

const struct command adapt_command = {
	.name = COMMAND_NAME("adapt"),
	.synopsis = "[OPTION...] [--] NEXT...",
	.summary = "Pass inherited sockets to NEXT in another convention.",
	.personality = &native_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.print_more_help = convention_print_names,
	.internal = true,
	.run = run,
};
