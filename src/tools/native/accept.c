/* SPDX-License-Identifier: ISC */
/* bindchain accept OPTION… NEXT…: serves connections of inherited sockets. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "accept_listeners.h"
#include "accept_log.h"
#include "accept_notify.h"
#include "accept_options.h"
#include "accept_rules.h"
#include "accept_user.h"
#include "accept_variables.h"
#include "chain.h"
#include "command.h"
#include "descriptor_option.h"
#include "fatal.h"
#include "identity.h"
#include "listen_fds.h"
#include "message.h"
#include "native.h"
#include "number.h"
#include "report_failure.h"
#include "server.h"
#include "serving.h"
#include "write_signals.h"

#define DEFAULT_LIMIT 40
/* What one customer usually gets: RFC 6177. */
#define DEFAULT_PREFIX 64

struct chosen {
	const char *limit, *limit_per_source, *prefix, *rate, *limits, *at_limit;
	const char *descriptor, *option; /* repeated: these are visited */
	const char *handover, *deadline, *notify_descriptor, *log, *user;
	bool notify_systemd;
};

#define WORD(name, word, field, help) \
	OPTION(0, name, word, help, offsetof(struct chosen, field), true)

static const struct option_spec options[] = {
	WORD("fd", "N", descriptor,
	    "serve descriptor N, which may be repeated (default: those of LISTEN_FDS)"),
	WORD("limit", "N", limit, "limit of connections (default 40)"),
	WORD("limit-per-source", "N", limit_per_source,
	    "limit of connections from one address or user (default: none)"),
	WORD("source-prefix", "BITS", prefix,
	    "the bits of an IPv6 address that are one source (default 64)"),
	WORD("rate", "N/SECONDS", rate,
	    "connections from one source in so many seconds (default: any number)"),
	WORD("limits", "FILE", limits,
	    "read limit, limit-per-source and rate from FILE, again after SIGHUP"),
	WORD("at-limit", "HOW", at_limit,
	    "queue (the default): further ones wait in the accept queue; or close them"),
	WORD("handover", "HOW", handover, "pass a connection as stdin (the default), fd:N or systemd"),
	WORD("set", "OPTION", option, "set a socket option on connections: keepalive, NAME=N"),
	WORD("deadline", "SECONDS", deadline,
	    "end handlers that still run so many seconds after SIGTERM (default: wait)"),
	WORD("notify-fd", "N", notify_descriptor, "write a newline to descriptor N when ready"),
	OPTION(0, "notify-systemd", "", "notify systemd (NOTIFY_SOCKET) when ready and when stopping",
	    offsetof(struct chosen, notify_systemd), true),
	WORD("log", "HOW", log, "what to log: failures (the default), lines for every event, or json"),
	WORD("user", "USER", user,
	    "serve as USER, or USER:GROUP, with that group alone"),
};

struct accepting {
	const struct invocation *invocation;
	struct chosen chosen;
	struct accept_log log;
	struct server server;
	struct accept_notify notify;
	struct accept_options options;
	struct identity identity; /* of --user */
	struct serving serving;
};

/* ---- the command line ---- */

static unsigned
read_number(const struct invocation *invocation, const char *option, const char *text,
    unsigned minimum, unsigned maximum)
{
	struct number_rule rule = { .base = 10, .minimum = minimum, .maximum = maximum };
	long long number;

	if (number_read(text, &rule, &number) != NUMBER_READ)
		fatal(invocation, "--%s=%s: not a number from %u to %u", option, text, minimum,
		    maximum);
	return (unsigned)number;
}

static void
store(void *context, const struct option_spec *spec, const char *argument)
{
	struct accepting *accepting = context;

	if (strcmp(spec->long_name, "fd") == 0)
		accept_listeners_add(accepting->invocation, &accepting->server,
		    descriptor_option_read(accepting->invocation, "fd", argument, argument));
	else if (strcmp(spec->long_name, "set") == 0)
		accept_options_add(accepting->invocation, &accepting->options, argument);
	else
		options_set(&accepting->chosen, spec, argument);
}

/* Sets the rule NAME, if its option was chosen.  Exits if VALUE is none for it. */
static void
read_rule(struct accepting *accepting, const char *name, const char *value)
{
	struct text problem;

	text_init(&problem);
	if (value && !accept_rule_set(&accepting->server.rules, name, value, &problem)) {
		struct text text;
		message_begin(&text, accepting->invocation, native_personality.fatal);
		text_printf(&text, "--%s=%s: ", name, value);
		text_add_text(&text, &problem);
		message_keep(&text);
		fatal_exit(accepting->invocation, NATIVE_EXIT_USAGE);
	}
}

/* Its limits go before those of the command line. */
static void
read_limits_file(struct accepting *accepting)
{
	enum accept_rules_result result;
	struct text text;

	if (!accepting->chosen.limits)
		return;
	message_begin(&text, accepting->invocation, native_personality.fatal);
	result = accept_rules_read(&accepting->server.rules, accepting->chosen.limits, &text);
	if (result == ACCEPT_RULES_READ)
		return;
	message_keep(&text);
	fatal_exit(accepting->invocation,
	    result == ACCEPT_RULES_WRONG ? NATIVE_EXIT_USAGE : NATIVE_EXIT_FAILURE);
}

static void
read_rules(struct accepting *accepting)
{
	const struct invocation *invocation = accepting->invocation;
	const struct chosen *chosen = &accepting->chosen;
	struct serve_rules *rules = &accepting->server.rules;

	*rules = (struct serve_rules) { .limit = DEFAULT_LIMIT, .ipv4_prefix = 32,
		.ipv6_prefix = DEFAULT_PREFIX };
	read_rule(accepting, "limit", chosen->limit);
	read_rule(accepting, "limit-per-source", chosen->limit_per_source);
	read_rule(accepting, "rate", chosen->rate);
	read_limits_file(accepting);
	if (chosen->prefix)
		rules->ipv6_prefix = read_number(invocation, "source-prefix", chosen->prefix, 1, 128);
	if (!chosen->at_limit || strcmp(chosen->at_limit, "queue") == 0)
		return;
	if (strcmp(chosen->at_limit, "close") != 0)
		native_fatal_choice(invocation, "at-limit", chosen->at_limit);
	rules->at_limit = SERVE_AT_LIMIT_CLOSE;
}

static void
read_handover(struct accepting *accepting)
{
	const struct invocation *invocation = accepting->invocation;
	const char *how = accepting->chosen.handover;
	struct spawn *spawn = &accepting->server.spawn;

	spawn->handover = SPAWN_STDIN;
	if (!how || strcmp(how, "stdin") == 0)
		return;
	spawn->handover = SPAWN_DESCRIPTOR;
	spawn->descriptor = LISTEN_FDS_START;
	if (strncmp(how, "fd:", 3) == 0)
		spawn->descriptor = descriptor_option_read(invocation, "handover", how, how + 3);
	else if (strcmp(how, "systemd") != 0)
		native_fatal_choice(invocation, "handover", how);
	else if (!serve_system_tells_pid)
		fatal(invocation, "--handover=systemd is not supported on %s: LISTEN_PID is unknown"
		    " before the handler runs; instead, --handover=fd:3", backend_system);
}

static bool
is_by_systemd(const struct accepting *accepting)
{
	const char *how = accepting->chosen.handover;

	return how && strcmp(how, "systemd") == 0;
}

static void
read_log(struct accepting *accepting)
{
	const char *word = accepting->chosen.log;
	struct accept_log *log = &accepting->log;

	log->invocation = accepting->invocation;
	log->kind = ACCEPT_LOG_FAILURES;
	if (!word || strcmp(word, "failures") == 0)
		return;
	log->kind = strcmp(word, "json") == 0 ? ACCEPT_LOG_JSON : ACCEPT_LOG_LINES;
	if (log->kind == ACCEPT_LOG_LINES && strcmp(word, "lines") != 0)
		native_fatal_choice(accepting->invocation, "log", word);
}

/* ---- the handler ---- */

static void
find_handler(struct invocation *invocation)
{
	struct bindchain_failure failure;
	struct chain_target target;

	if (!invocation->next[0])
		fatal(invocation, "no handler");
	if (invocation->is_explained)
		return; /* which tells of it */
	if (chain_find(invocation->next, false, &target, &failure) != 0)
		report_failure(invocation, &failure);
}

/* ---- another user ---- */

/* What is read or executed later must be allowed to that user. */
static void
check_files(struct accepting *accepting, struct invocation *invocation)
{
	struct serve_rules rules = accepting->server.rules;
	enum accept_rules_result result;
	struct text text;

	find_handler(invocation);
	message_begin(&text, invocation, native_personality.fatal);
	result = accepting->chosen.limits
	    ? accept_rules_read(&rules, accepting->chosen.limits, &text) : ACCEPT_RULES_READ;
	if (result == ACCEPT_RULES_READ)
		return;
	message_keep(&text);
	message_inform(invocation, "--user=%s must be able to read it after SIGHUP",
	    accepting->chosen.user);
	fatal_exit(invocation,
	    result == ACCEPT_RULES_WRONG ? NATIVE_EXIT_USAGE : NATIVE_EXIT_FAILURE);
}

static void
become_user(struct accepting *accepting, struct invocation *invocation)
{
	if (!accepting->chosen.user)
		return;
	accept_user_become(invocation, &accepting->identity);
	check_files(accepting, invocation);
}

/* ---- the server ---- */

static void
tell(struct server *server, const struct server_event *event)
{
	struct accepting *accepting = server->context;

	accept_log_event(&accepting->log, server, event);
	if (event->kind == SERVER_SIGNALLED && event->actions & SERVER_DRAIN
	    && !server->is_draining)
		accept_notify_send(&accepting->notify, "STOPPING=1");
}

/* What is wrong leaves all limits as they are. */
static void
reload(struct server *server)
{
	struct accepting *accepting = server->context;
	struct serve_rules rules = server->rules;
	struct text problem;

	accept_notify_reloading(&accepting->notify);
	message_begin(&problem, accepting->invocation, native_personality.warning);
	if (accept_rules_read(&rules, accepting->chosen.limits, &problem) != ACCEPT_RULES_READ) {
		text_add(&problem, "; the limits stay");
		message_write(&problem);
	} else if (!server_set_rules(server, &rules))
		message_warn(accepting->invocation, "%s: %s; the limits stay",
		    accepting->chosen.limits, strerror(ENOMEM));
	accept_notify_send(&accepting->notify, "READY=1");
}

static const struct server_signal signals[] = {
	{ SIGTERM, SERVER_DRAIN },
	{ SIGINT, SERVER_DRAIN },
	{ 0, 0 },
};

static const struct server_signal signals_with_reload[] = {
	{ SIGTERM, SERVER_DRAIN },
	{ SIGINT, SERVER_DRAIN },
	{ SIGHUP, SERVER_RELOAD },
	{ 0, 0 },
};

#define FRONT(list) { .signals = (list), .keeps_mask = true, .wants_ids = true, \
	    .delays_starts = true, .failed_status = NATIVE_EXIT_NOT_FOUND, \
	    .describe = accept_variables_describe, .tell = tell, .reload = reload }
static const struct server_front front = FRONT(signals);
static const struct server_front reloading_front = FRONT(signals_with_reload);

/* ---- the command ---- */

static void
read_command_line(struct accepting *accepting, struct invocation *invocation)
{
	struct options_result parsed;

	options_visit(invocation->command, invocation->argv, store, accepting, &parsed);
	command_check_options(invocation, &parsed);
	invocation->next = parsed.operands;
	read_rules(accepting);
	read_handover(accepting);
	read_log(accepting);
	if (accepting->chosen.deadline)
		accepting->server.drain_seconds = read_number(invocation, "deadline",
		    accepting->chosen.deadline, 1, 86400);
	accepting->notify.descriptor = -1;
	if (accepting->chosen.notify_descriptor)
		accepting->notify.descriptor = descriptor_option_read(invocation, "notify-fd",
		    accepting->chosen.notify_descriptor, accepting->chosen.notify_descriptor);
	find_handler(invocation);
	if (accepting->chosen.user)
		accept_user_find(invocation, &accepting->identity, accepting->chosen.user);
}

static void
check_descriptors(const struct accepting *accepting)
{
	const struct invocation *invocation = accepting->invocation;
	const struct spawn *spawn = &accepting->server.spawn;
	int number = accepting->notify.descriptor, instead = STDERR_FILENO + 1;

	if (spawn->handover == SPAWN_DESCRIPTOR)
		descriptor_option_check_limit(invocation, spawn->descriptor);
	if (number < 0)
		return;
	while (fcntl(instead, F_GETFD) >= 0)
		instead++;
	if (accept_listeners_have(&accepting->server, number))
		descriptor_option_refuse_notify(invocation, number, "the descriptor of a socket",
		    instead);
	descriptor_option_check_writable(invocation, "notify-fd",
	    accepting->chosen.notify_descriptor, number);
}

/* Opens and changes nothing. */
static struct accepting *
read_job(struct invocation *invocation)
{
	struct accepting *accepting = native_allocate(invocation, 1, sizeof *accepting);
	struct server *server = &accepting->server;

	accepting->invocation = invocation;
	accepting->notify.invocation = invocation;
	server->listeners = native_allocate(invocation, ACCEPT_LISTENERS_MAX,
	    sizeof *server->listeners);
	read_command_line(accepting, invocation);
	accept_listeners_find(invocation, server, &accepting->serving);
	accept_options_read(invocation, &accepting->options, server);
	check_descriptors(accepting);
	return accepting;
}

static void
prepare(struct invocation *invocation)
{
	struct accepting *accepting = read_job(invocation);
	struct serving *serving = &accepting->serving;
	const struct identity *user = accepting->chosen.user ? &accepting->identity : NULL;

	serving->server = &accepting->server;
	accept_user_tell(serving, user);
	accept_options_tell(invocation, &accepting->options, serving, user);
	accept_variables_tell(serving, is_by_systemd(accepting));
	if (accepting->chosen.notify_systemd)
		accept_notify_tell(serving);
	invocation->serving = serving;
}

static void
run(struct invocation *invocation)
{
	struct accepting *accepting = read_job(invocation);
	struct server *server = &accepting->server;
	const char *call;

	accept_options_warn(invocation, &accepting->options);
	accept_listeners_set_nonblocking(invocation, server);
	become_user(accepting, invocation);
	accept_options_try(invocation, server);
	write_signals_restore();
	if (accepting->chosen.notify_systemd)
		accept_notify_take_socket(&accepting->notify);
	accept_variables_open(invocation, server, is_by_systemd(accepting));
	server->front = accepting->chosen.limits ? &reloading_front : &front;
	server->context = accepting;
	server->tells_ends = accepting->log.kind != ACCEPT_LOG_FAILURES;
	server->spawn.argv = invocation->next;
	if (server_begin(server, &call) != 0)
		native_fatal_call(invocation, call, "for connections");
	if (!accept_log_open(&accepting->log))
		native_fatal_call(invocation, "open", "the log");
	accept_notify_ready(&accepting->notify, server);
	if (server_run(server) != 0)
		native_fatal_call(invocation, "wait", "for connections");
	leave(0);
}

const struct command accept_command = {
	.name = COMMAND_NAME("accept"),
	.synopsis = "[OPTION...] [--] NEXT...",
	.summary = "Accept connections on inherited sockets and execute NEXT for each.",
	.personality = &native_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.internal = true,
	.prepare = prepare,
	.run = run,
};
