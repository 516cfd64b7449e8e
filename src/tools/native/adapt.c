/* SPDX-License-Identifier: ISC */
/* bindchain adapt OPTION… NEXT…: passes inherited sockets on in another convention. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "backend.h"
#include "command.h"
#include "convention.h"
#include "environment.h"
#include "listen_fds.h"
#include "native.h"
#include "number.h"
#include "outcome_words.h"
#include "report_failure.h"
#include "own_process.h"

struct settings {
	bool adopt, replace;
	const char *from, *as, *backlog;
};

static const struct option_spec options[] = {
	OPTION(0, "from", "HOW",
	    "take them from systemd (the default), stdin, upstart or launchd:NAME",
	    offsetof(struct settings, from), true),
	OPTION(0, "as", "HOW", "pass them as systemd (the default), stdin, upstart or fd:N",
	    offsetof(struct settings, as), true),
	OPTION(0, "backlog", "N", "call listen(2) again with this backlog, a number or max",
	    offsetof(struct settings, backlog), true),
	OPTION(0, "adopt", "", "take LISTEN_FDS even if LISTEN_PID is another process",
	    offsetof(struct settings, adopt), true),
	OPTION(0, "replace-fds", "", "close open descriptors where sockets go",
	    offsetof(struct settings, replace), true),
};

/* The inherited sockets. */
struct sockets {
	int count;
	int *descriptors;
	const char **names; /* NULL for a nameless one */
};

static int
no_memory(const struct invocation *invocation)
{
	errno = ENOMEM;
	return native_fatal_call(invocation, "allocate", "sockets");
}

/* CALL failed on a descriptor, with errno. */
static int
failed_on(const struct invocation *invocation, const char *call, int descriptor)
{
	char name[sizeof "descriptor " + NUMBER_TEXT_SIZE];
	int error = errno;

	snprintf(name, sizeof name, "descriptor %d", descriptor);
	errno = error;
	return native_fatal_call(invocation, call, name);
}

/* ---- taking ---- */

static int
make_room(const struct invocation *invocation, struct sockets *sockets, int count)
{
	sockets->count = count;
	sockets->descriptors = calloc((size_t)count, sizeof *sockets->descriptors);
	sockets->names = calloc((size_t)count, sizeof *sockets->names);
	return sockets->descriptors && sockets->names ? 0 : no_memory(invocation);
}

static int
take_one(const struct invocation *invocation, struct sockets *sockets, int descriptor)
{
	int status = make_room(invocation, sockets, 1);

	if (status == 0)
		sockets->descriptors[0] = descriptor;
	return status;
}

static int
take_names(const struct invocation *invocation, struct sockets *sockets, const char *list)
{
	int length;

	for (int i = 0; i < sockets->count; i++) {
		const char *name = listen_names_next(&list, &length);
		if (!name)
			break;
		sockets->names[i] = strndup(name, (size_t)length);
		if (!sockets->names[i])
			return no_memory(invocation);
	}
	return 0;
}

static int
take_from_systemd(const struct invocation *invocation, bool adopt, struct sockets *sockets)
{
	struct listen_environment environment;
	int count, status;

	listen_environment_read(&environment);
	count = environment.count;
	if (!environment.fds || !environment.well_formed || count <= 0)
		return native_fatal_usage(invocation, "no inherited sockets: LISTEN_FDS is %s",
		    environment.fds ? environment.fds : "not set");
	if (environment.owner != LISTEN_OWNER_US && !adopt)
		return native_fatal_usage(invocation, "LISTEN_FDS is for another process"
		    " (LISTEN_PID=%s); --adopt takes it", environment.pid ? environment.pid : "");
	/* Before memory is allocated: the count may be any number. */
	if (listen_environment_first_closed(count) >= 0)
		return native_fatal_usage(invocation, "LISTEN_FDS=%s: not all descriptors are open",
		    environment.fds);
	status = make_room(invocation, sockets, count);
	for (int i = 0; status == 0 && i < count; i++)
		sockets->descriptors[i] = LISTEN_FDS_START + i;
	if (status == 0 && environment.names)
		status = take_names(invocation, sockets, environment.names);
	return status;
}

static int
take_from_upstart(const struct invocation *invocation, struct sockets *sockets)
{
	const char *text = environment_get("UPSTART_FDS");
	int descriptor, status;

	if (!text)
		return native_fatal_usage(invocation, "no inherited socket: UPSTART_FDS is not set");
	status = convention_read_descriptor(invocation, text, &descriptor);
	return status != 0 ? status : take_one(invocation, sockets, descriptor);
}

static int
take_from_launchd(const struct invocation *invocation, const char *name, struct sockets *sockets)
{
	size_t count;
	int error = backend_launchd_sockets(name, &sockets->descriptors, &count);

	if (error == ENOTSUP)
		return native_fatal_usage(invocation, "launchd is not supported on %s", backend_system);
	errno = error;
	if (error)
		return native_fatal_call(invocation, "launch_activate_socket", name);
	if (count == 0)
		return native_fatal_usage(invocation, "launchd has no sockets named %s", name);
	sockets->count = (int)count;
	sockets->names = calloc(count, sizeof *sockets->names);
	return sockets->names ? 0 : no_memory(invocation);
}

static int
take(const struct invocation *invocation, const struct settings *settings,
    struct sockets *sockets)
{
	static const char launchd[] = "launchd:";
	static const char choices[][NATIVE_CHOICE_SIZE] = { "systemd", "stdin", "upstart",
		"launchd:NAME", "" };
	const char *from = settings->from ? settings->from : "systemd";

	if (strcmp(from, "systemd") == 0)
		return take_from_systemd(invocation, settings->adopt, sockets);
	if (strcmp(from, "stdin") == 0)
		return take_one(invocation, sockets, STDIN_FILENO);
	if (strcmp(from, "upstart") == 0)
		return take_from_upstart(invocation, sockets);
	if (strncmp(from, launchd, sizeof launchd - 1) == 0)
		return take_from_launchd(invocation, from + sizeof launchd - 1, sockets);
	return native_fatal_choice(invocation, "--from", from, choices);
}

static int
check_sockets(const struct invocation *invocation, const struct sockets *sockets)
{
	struct bindchain_outcome outcome;

	for (int i = 0; i < sockets->count; i++)
		if (bindchain_outcome_read(sockets->descriptors[i], &outcome) != 0)
			return failed_on(invocation, "read back", sockets->descriptors[i]);
	return 0;
}

/* ---- the queue ---- */

static int
read_backlog(const struct invocation *invocation, const char *text, int *backlog)
{
	static const struct number_rule rule = { .base = 10, .maximum = INT_MAX };
	long long number;

	*backlog = BINDCHAIN_BACKLOG_MAXIMUM;
	if (convention_is_greatest_backlog(text))
		return 0;
	if (number_read(text, &rule, &number) != NUMBER_READ)
		return native_fatal_usage(invocation, "not a backlog (0 to 2147483647 or max): %s",
		    text);
	*backlog = (int)number;
	return 0;
}

/* A listening socket takes the new limit and keeps its pending connections: listen(2).
 * Returns 0, or the exit status. */
static int
listen_again(const struct invocation *invocation, int descriptor, int passed)
{
	char address[ADDRESS_TEXT_SIZE], limits[2][NUMBER_TEXT_SIZE];
	struct bindchain_outcome before, after;
	struct text text;

	if (bindchain_outcome_read(descriptor, &before) != 0)
		return failed_on(invocation, "read back", descriptor);
	if (listen(descriptor, passed) != 0)
		return native_fatal_call(invocation, "listen",
		    address_text(&before.address, address));
	if (bindchain_outcome_read(descriptor, &after) != 0)
		return failed_on(invocation, "read back", descriptor);
	text_init(&text);
	text_printf(&text, "descriptor %d, ", descriptor);
	text_add_address(&text, &before.address);
	text_printf(&text, ": queue limit %s before, %s after",
	    fact_text(&before.queue_limit, limits[0]), fact_text(&after.queue_limit, limits[1]));
	native_inform(invocation, &text);
	return 0;
}

static int
set_backlog(const struct invocation *invocation, const char *text, const struct sockets *sockets)
{
	static const struct bindchain_fact unknown = { 0 };
	struct backend_backlog becomes;
	int backlog, status;

	if (!text)
		return 0;
	status = read_backlog(invocation, text, &backlog);
	if (status != 0)
		return status;
	backend_judge_backlog(backlog, &unknown, &becomes);
	for (int i = 0; status == 0 && i < sockets->count; i++)
		status = listen_again(invocation, sockets->descriptors[i], becomes.passed);
	return status;
}

/* ---- passing ---- */

static bool
is_source(const struct sockets *sockets, int descriptor)
{
	for (int i = 0; i < sockets->count; i++)
		if (sockets->descriptors[i] == descriptor)
			return true;
	return false;
}

static int
check_way(const struct invocation *invocation, const struct sockets *sockets)
{
	const struct handover *handover = &invocation->handover;

	for (int i = 0; i < handover->count; i++) {
		int target = handover->target + i;
		if (target != STDIN_FILENO && !is_source(sockets, target)
		    && fcntl(target, F_GETFD) >= 0)
			return native_fatal_usage(invocation,
			    "descriptor %d is already open; --replace-fds closes it", target);
	}
	return 0;
}

/* Moves the sockets above all targets, so that placing one does not close another. */
static int
lift(const struct invocation *invocation, struct sockets *sockets)
{
	const struct handover *handover = &invocation->handover;

	for (int i = 0; i < sockets->count; i++) {
		int descriptor = sockets->descriptors[i];
		int lifted = fcntl(descriptor, F_DUPFD_CLOEXEC, handover->target + handover->count);
		if (lifted < 0)
			return failed_on(invocation, "duplicate", descriptor);
		close(descriptor);
		sockets->descriptors[i] = lifted;
	}
	return 0;
}

/* If descriptor 0 were closed, the next program would open another file there. */
static int
fill_standard_input(const struct invocation *invocation)
{
	if (fcntl(STDIN_FILENO, F_GETFD) >= 0 || open("/dev/null", O_RDONLY) == STDIN_FILENO)
		return 0;
	return native_fatal_call(invocation, "open", "/dev/null");
}

static int
place(const struct invocation *invocation, const struct settings *settings,
    struct sockets *sockets)
{
	struct bindchain_failure failure;
	bool from_stdin = is_source(sockets, STDIN_FILENO);
	int status = settings->replace ? 0 : check_way(invocation, sockets);

	if (status == 0)
		status = lift(invocation, sockets);
	for (int i = 0; status == 0 && i < sockets->count; i++)
		if (handover_place(&invocation->handover, i, sockets->descriptors[i], &failure)
		    != 0)
			status = report_failure(invocation, &failure);
	if (status == 0 && from_stdin)
		status = fill_standard_input(invocation);
	return status;
}

/* The convention of FROM, whose variables no longer apply. */
static unsigned
former_convention(const char *from)
{
	if (!from || strcmp(from, "systemd") == 0)
		return HANDOVER_SYSTEMD;
	return strcmp(from, "upstart") == 0 ? HANDOVER_UPSTART : 0;
}

static int
choose_handover(struct invocation *invocation, const struct settings *settings,
    const struct sockets *sockets)
{
	const struct handover_sockets handed = { sockets->count, sockets->names };
	struct bindchain_failure failure;
	enum convention convention;
	int descriptor, status;

	status = convention_read(invocation, settings->as, sockets->count, &convention,
	    &descriptor);
	if (status != 0)
		return status;
	if (handover_instead(&invocation->handover, descriptor,
	        former_convention(settings->from), convention_variables(convention), &handed,
	        &failure) == 0)
		return convention_check_limit(invocation);
	return report_failure(invocation, &failure);
}

static int
give(struct invocation *invocation, const struct settings *settings, struct sockets *sockets)
{
	struct bindchain_failure failure;
	int status = place(invocation, settings, sockets);

	if (status != 0)
		return status;
	if (handover_set_environment(&invocation->handover, &failure) != 0)
		return report_failure(invocation, &failure);
	handover_free(&invocation->handover);
	return COMMAND_CHAIN;
}

static int
run(struct invocation *invocation)
{
	struct settings settings = { 0 };
	struct options_result parsed;
	struct sockets sockets = { 0 };
	int status;

	options_parse(invocation->command, invocation->argv, &settings, &parsed);
	if (parsed.problem != OPTIONS_FINE)
		return native_personality.bad_option(invocation, &parsed);
	if (!parsed.operands[0])
		return native_fatal_usage(invocation, "no next program");
	invocation->next = parsed.operands;
	status = take(invocation, &settings, &sockets);
	if (status == 0)
		status = check_sockets(invocation, &sockets);
	if (status == 0)
		status = choose_handover(invocation, &settings, &sockets);
	if (status == 0)
		status = set_backlog(invocation, settings.backlog, &sockets);
	return status == 0 ? give(invocation, &settings, &sockets) : status;
}

const struct command adapt_command = {
	.name = COMMAND_NAME("adapt"),
	.synopsis = "[OPTION...] [--] NEXT...",
	.summary = "Pass inherited sockets to NEXT in another convention.",
	.personality = &native_personality,
	.dialect = &native_dialect,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.internal = true,
	.run = run,
};
