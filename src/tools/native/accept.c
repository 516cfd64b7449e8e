/* SPDX-License-Identifier: ISC */
/* bindchain accept OPTION… NEXT…: serves connections of inherited sockets. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "accept_log.h"
#include "accept_options.h"
#include "accept_rules.h"
#include "bounded_write.h"
#include "chain.h"
#include "command.h"
#include "convention.h"
#include "descriptor_option.h"
#include "environment.h"
#include "error_section.h"
#include "failure.h"
#include "fatal.h"
#include "identity.h"
#include "inherited.h"
#include "listen_fds.h"
#include "message.h"
#include "native.h"
#include "notify.h"
#include "number.h"
#include "report_failure.h"
#include "server.h"
#include "serving.h"
#include "taking.h"
#include "write_signals.h"

#define DEFAULT_LIMIT 40
/* What one customer usually gets: RFC 6177. */
#define DEFAULT_PREFIX 64
#define LISTENERS_MAX 64

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
	int notify_descriptor; /* -1: none */
	char *notify_socket; /* a copy; handlers do not get the variable */
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
add_listener(struct accepting *accepting, int descriptor)
{
	struct server *server = &accepting->server;

	if (server->listener_count == LISTENERS_MAX)
		fatal(accepting->invocation, "more than %d sockets", LISTENERS_MAX);
	for (size_t i = 0; i < server->listener_count; i++)
		if (server->listeners[i].descriptor == descriptor)
			fatal(accepting->invocation, "descriptor %d is named twice", descriptor);
	server->listeners[server->listener_count++].descriptor = descriptor;
}

static void
store(void *context, const struct option_spec *spec, const char *argument)
{
	struct accepting *accepting = context;

	if (strcmp(spec->long_name, "fd") == 0)
		add_listener(accepting,
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

/* ---- the sockets ---- */

/* Unless INHERITED_WELL, adds to PROBLEM why the list cannot be taken. */
static enum inherited_problem
take_list(struct accepting *accepting, struct text *problem)
{
	static const struct inherited_from from = { .convention = INHERITED_BY_SYSTEMD };
	struct inherited sockets;
	enum inherited_problem found = inherited_take(&sockets, &from, false);

	if (found == INHERITED_NO_MEMORY)
		native_fatal_memory(accepting->invocation);
	if (found != INHERITED_WELL) {
		taking_add_problem(problem, &sockets, found);
		return found;
	}
	for (int i = 0; i < sockets.count; i++)
		add_listener(accepting, sockets.descriptors[i]);
	inherited_free(&sockets);
	return INHERITED_WELL;
}

/* For explain, which tells the problem or warning. */
static const char *
copy_text(const struct invocation *invocation, struct text *text)
{
	char *copy = strdup(text_string(text));

	if (!copy)
		native_fatal_memory(invocation);
	return copy;
}

/* Returns for explain alone.  FOUND says which section is about the problem. */
static const char *
reject(const struct invocation *invocation, struct text *problem, enum inherited_problem found,
    int status)
{
	struct text line;

	if (invocation->is_explained)
		return copy_text(invocation, problem);
	message_begin(&line, invocation, native_personality.fatal);
	text_add_text(&line, problem);
	message_keep(&line);
	if (found == INHERITED_UNSET)
		message_inform(invocation, "--fd=N serves descriptor N");
	error_section_keep(invocation, taking_section(found));
	fatal_exit(invocation, status);
}

/* Why LISTENER, IN_LIST or not, accepts no connections; NULL: it does. */
static const char *
check_listener(const struct invocation *invocation, struct server_listener *listener, bool in_list)
{
	enum inherited_problem found = INHERITED_WELL;
	int descriptor = listener->descriptor, status = NATIVE_EXIT_USAGE;
	struct text problem;

	text_init(&problem);
	switch (server_listener_read(listener, descriptor)) {
	case SERVER_LISTENER_WELL:
		return NULL;
	case SERVER_LISTENER_CLOSED:
	case SERVER_LISTENER_NO_SOCKET:
		if (!taking_add_descriptor(&problem, descriptor, errno))
			status = NATIVE_EXIT_FAILURE;
		else if (in_list)
			found = INHERITED_CLOSED;
		break;
	case SERVER_LISTENER_OTHER_FAMILY:
		text_printf(&problem, "descriptor %d: neither a TCP nor a Unix socket", descriptor);
		break;
	case SERVER_LISTENER_OTHER_TYPE:
		text_printf(&problem, "descriptor %d: a datagram socket accepts no connections",
		    descriptor);
		break;
	case SERVER_LISTENER_NOT_LISTENING:
		text_printf(&problem, "descriptor %d: not a listening socket", descriptor);
		break;
	}
	return reject(invocation, &problem, found, status);
}

static void
find_listeners(struct accepting *accepting)
{
	const struct invocation *invocation = accepting->invocation;
	struct server *server = &accepting->server;
	struct serving *serving = &accepting->serving;
	struct text problem;

	bool is_list = server->listener_count == 0;
	enum inherited_problem found = INHERITED_WELL;

	text_init(&problem);
	if (is_list)
		found = take_list(accepting, &problem);
	serving->section = taking_section(found);
	if (found != INHERITED_WELL)
		serving->problem = reject(invocation, &problem, found, NATIVE_EXIT_USAGE);
	serving->problems = native_allocate(invocation, LISTENERS_MAX, sizeof *serving->problems);
	for (size_t i = 0; i < server->listener_count; i++)
		serving->problems[i] = check_listener(invocation, &server->listeners[i], is_list);
}

/* For everybody who has the socket. */
static void
set_nonblocking(const struct accepting *accepting)
{
	const struct server *server = &accepting->server;

	for (size_t i = 0; i < server->listener_count; i++)
		if (!server_set_nonblocking(server->listeners[i].descriptor))
			native_fatal_descriptor(accepting->invocation, "fcntl",
			    server->listeners[i].descriptor);
}

/* ---- options of connections ---- */

/* With the effective user of the server, whose privileges decide. */
static bool
foresee_options(const struct accepting *accepting, const struct server_listener *listener,
    struct request *like, struct bindchain_failure *failure)
{
	const uid_t own = geteuid();
	bool work;

	if (!accepting->chosen.user || seteuid(accepting->identity.user) != 0)
		return accept_options_try(listener, like, failure);
	work = accept_options_try(listener, like, failure);
	if (seteuid(own) != 0)
		native_fatal_call(accepting->invocation, "seteuid", "after a trial of options");
	return work;
}

/* For explain, as the user that the server runs as. */
static void
tell_options(struct accepting *accepting)
{
	const struct server *server = &accepting->server;
	const char **problems = accepting->serving.problems;
	struct bindchain_failure failure;
	struct request like;
	struct text problem;

	for (size_t i = 0; i < server->listener_count; i++) {
		if (problems[i]
		    || foresee_options(accepting, &server->listeners[i], &like, &failure))
			continue;
		text_init(&problem);
		text_add_failure(&problem, &failure, &like);
		problems[i] = copy_text(accepting->invocation, &problem);
	}
}

/* For explain. */
static void
tell_doubts(struct accepting *accepting)
{
	const struct accept_options *given = &accepting->options;
	struct serving *serving = &accepting->serving;
	struct text text;

	serving->warnings
	    = native_allocate(accepting->invocation, ACCEPT_OPTIONS_MAX, sizeof *serving->warnings);
	for (int i = 0; i < given->doubt_count; i++) {
		text_init(&text);
		text_printf(&text, "%s: %s", given->doubts[i].name, given->doubts[i].why);
		serving->warnings[serving->warning_count++]
		    = copy_text(accepting->invocation, &text);
	}
}

static void
warn_of_doubts(const struct accepting *accepting)
{
	const struct accept_options *given = &accepting->options;

	for (int i = 0; i < given->doubt_count; i++)
		message_warn(accepting->invocation, "--set=%s: %s", given->doubts[i].name,
		    given->doubts[i].why);
}

static void
try_options(const struct accepting *accepting, struct invocation *invocation)
{
	const struct server *server = &accepting->server;
	struct bindchain_failure failure;

	for (size_t i = 0; i < server->listener_count; i++)
		if (!accept_options_try(&server->listeners[i], &invocation->request, &failure))
			report_failure(invocation, &failure);
	invocation->request.host = NULL;
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

static _Noreturn void
fail_identity(const struct accepting *accepting, const struct identity_problem *problem)
{
	static const char sentences[][64] = {
		[IDENTITY_NO_USER] = "no such user",
		[IDENTITY_NEEDS_GROUP] = "no such user",
		[IDENTITY_NO_ACCOUNT] = "no such user",
		[IDENTITY_NO_GROUP] = "no such group",
		[IDENTITY_UNCHANGED] = "the ids did not change",
		[IDENTITY_UNDOABLE] = "the change of ids could be undone; is a capability kept?",
	};
	const struct invocation *invocation = accepting->invocation;
	bool is_usage = problem->obstacle <= IDENTITY_NO_GROUP;

	fatal_line(invocation, "--user: %s: %s", problem->subject,
	    problem->obstacle >= IDENTITY_LOOKUP ? strerror(problem->error)
	                                         : sentences[problem->obstacle]);
	identity_inform(invocation, &accepting->identity, problem);
	fatal_exit(invocation, is_usage ? NATIVE_EXIT_USAGE : NATIVE_EXIT_FAILURE);
}

static void
find_identity(struct accepting *accepting)
{
	const char *user = accepting->chosen.user;
	struct identity_problem problem;
	size_t size;
	char *copy, *colon;

	if (!user)
		return;
	size = strlen(user) + 1;
	copy = native_allocate(accepting->invocation, size, 1);
	memcpy(copy, user, size);
	colon = strchr(copy, ':');
	if (colon)
		*colon++ = '\0';
	if (!identity_find(&accepting->identity, copy, colon, &problem))
		fail_identity(accepting, &problem);
}

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
	struct identity_problem problem;

	if (!accepting->chosen.user)
		return;
	if (!identity_become(&accepting->identity, &problem))
		fail_identity(accepting, &problem);
	check_files(accepting, invocation);
}

/* ---- the environment of handlers ---- */

enum variable {
	PROTOCOL,
	TCP_LOCAL_IP,
	TCP_LOCAL_PORT,
	TCP_REMOTE_IP,
	TCP_REMOTE_PORT,
	LOCAL_PATH,
	REMOTE_PATH,
	REMOTE_PID,
	REMOTE_USER,
	REMOTE_GROUP,
	LISTEN_COUNT,
	LISTEN_PROCESS,
	LISTEN_NAMES
};

/* Those of a predecessor, about its own socket or connection. */
static const char stale[][16] = { "TCPLOCALHOST", "TCPLOCALINFO", "TCPREMOTEHOST",
	"TCPREMOTEINFO", "LISTEN_PIDFDID" };

/* The variables, what they tell, and the connections that have them. */
#define VARIABLES (LISTEN_NAMES + 1)
static const struct {
	char name[CONNECTION_NAME_SIZE];
	enum { OF_ANY, OF_TCP, OF_UNIX, OF_SYSTEMD } of;
	char meaning[64];
} variables[VARIABLES] = {
	[PROTOCOL] = { "PROTO", OF_ANY, "" },
	[TCP_LOCAL_IP] = { "TCPLOCALIP", OF_TCP, "the local address" },
	[TCP_LOCAL_PORT] = { "TCPLOCALPORT", OF_TCP, "the local port" },
	[TCP_REMOTE_IP] = { "TCPREMOTEIP", OF_TCP, "the address of the client" },
	[TCP_REMOTE_PORT] = { "TCPREMOTEPORT", OF_TCP, "the port of the client" },
	[LOCAL_PATH] = { "UNIXLOCALPATH", OF_UNIX,
	    "the path of the socket, unless its name is abstract" },
	[REMOTE_PATH] = { "UNIXREMOTEPATH", OF_UNIX,
	    "the path of the client's socket, if it has one" },
	[REMOTE_PID] = { "UNIXREMOTEPID", OF_UNIX,
	    "the process that connected, where the system tells it" },
	[REMOTE_USER] = { "UNIXREMOTEEUID", OF_UNIX, "the effective user of the client" },
	[REMOTE_GROUP] = { "UNIXREMOTEEGID", OF_UNIX, "the effective group of the client" },
	[LISTEN_COUNT] = { "LISTEN_FDS", OF_SYSTEMD, "1" },
	[LISTEN_PROCESS] = { "LISTEN_PID", OF_SYSTEMD, "" },
	[LISTEN_NAMES] = { "LISTEN_FDNAMES", OF_SYSTEMD, "connection" },
};

static void
describe_local(struct connection_environment *environment,
    const struct server_connection *connection)
{
	connection_environment_set(environment, PROTOCOL, "UNIX");
	connection_environment_set_path(environment, LOCAL_PATH, &connection->listener->address);
	connection_environment_set_path(environment, REMOTE_PATH, &connection->peer);
	connection_environment_set_peer(environment, REMOTE_PID, &connection->ids);
}

static bool
describe(struct server *server, const struct server_connection *connection)
{
	struct connection_environment *environment = &server->environment;
	struct address local;

	if (address_is_internet(&connection->listener->address)) {
		connection_environment_set(environment, PROTOCOL, "TCP");
		if (address_read(&local, connection->descriptor))
			connection_environment_set_address(environment, TCP_LOCAL_IP, &local);
		connection_environment_set_address(environment, TCP_REMOTE_IP, &connection->peer);
	} else
		describe_local(environment, connection);
	if (!server->spawn.pid_text)
		return true;
	connection_environment_set(environment, LISTEN_COUNT, "1");
	connection_environment_set(environment, LISTEN_PROCESS, "0");
	connection_environment_set(environment, LISTEN_NAMES, "connection");
	return true;
}

/* ---- for explain ---- */

static bool
serves(const struct server *server, bool internet)
{
	for (size_t i = 0; i < server->listener_count; i++)
		if (address_is_internet(&server->listeners[i].address) == internet)
			return true;
	return server->listener_count == 0;
}

static const char *
protocols(const struct server *server)
{
	if (!serves(server, true))
		return "UNIX";
	return serves(server, false) ? "TCP or UNIX" : "TCP";
}

static bool
has_variable(const struct accepting *accepting, enum variable variable)
{
	const char *how = accepting->chosen.handover;

	switch (variables[variable].of) {
	case OF_TCP:
		return serves(&accepting->server, true);
	case OF_UNIX:
		return serves(&accepting->server, false);
	case OF_SYSTEMD:
		return how && strcmp(how, "systemd") == 0;
	default:
		return true;
	}
}

static void
tell_variable(struct serving *serving, const char *name)
{
	serving->variables[serving->variable_count++] = (struct serving_variable) {
		.name = name, .change = SERVING_REMOVED };
}

/* In the order of the tables; the last one is NOTIFY_SOCKET. */
static void
tell_variables(struct accepting *accepting)
{
	struct serving *serving = &accepting->serving;

	for (enum variable variable = PROTOCOL; variable <= LISTEN_NAMES; variable++) {
		struct serving_variable *told = &serving->variables[serving->variable_count];
		tell_variable(serving, variables[variable].name);
		if (!has_variable(accepting, variable))
			continue;
		told->value = variable == PROTOCOL ? protocols(&accepting->server)
		                                   : variables[variable].meaning;
		told->change = variable == LISTEN_PROCESS ? SERVING_PROCESS
		    : variables[variable].of == OF_SYSTEMD ? SERVING_SET : SERVING_OF_CONNECTION;
	}
	for (size_t i = 0; i < sizeof stale / sizeof *stale; i++)
		tell_variable(serving, stale[i]);
	if (accepting->chosen.notify_systemd)
		tell_variable(serving, "NOTIFY_SOCKET");
}

static void
tell_identity(struct accepting *accepting)
{
	struct serving *serving = &accepting->serving;
	const char *reason;

	serving->user = accepting->chosen.user ? accepting->identity.user : geteuid();
	serving->group = accepting->chosen.user ? accepting->identity.group : getegid();
	reason = accepting->chosen.user ? identity_foresee(&accepting->identity) : NULL;
	if (!serving->problem)
		serving->problem = reason;
}

/* ---- the server ---- */

static void
notify(const struct accepting *accepting, const char *state)
{
	const char *call;

	if (accepting->notify_socket && notify_send(accepting->notify_socket, state, &call) != 0)
		message_warn(accepting->invocation, "NOTIFY_SOCKET=%s: %s", accepting->notify_socket,
		    strerror(errno));
}

static void
tell(struct server *server, const struct server_event *event)
{
	struct accepting *accepting = server->context;

	accept_log_event(&accepting->log, server, event);
	if (event->kind == SERVER_SIGNALLED && event->actions & SERVER_DRAIN
	    && !server->is_draining)
		notify(accepting, "STOPPING=1");
}

/* sd_notify(3): a service of Type=notify-reload says when it began, and when it is done. */
static void
notify_of_reload(const struct accepting *accepting)
{
	struct timespec time;
	struct text state;

	clock_gettime(CLOCK_MONOTONIC, &time);
	text_init(&state);
	text_printf(&state, "RELOADING=1");
	text_add(&state, "\n");
	text_printf(&state, "MONOTONIC_USEC=%lld",
	    (long long)time.tv_sec * 1000000 + time.tv_nsec / 1000);
	notify(accepting, text_string(&state));
}

/* What is wrong leaves all limits as they are. */
static void
reload(struct server *server)
{
	struct accepting *accepting = server->context;
	struct serve_rules rules = server->rules;
	struct text problem;

	notify_of_reload(accepting);
	message_begin(&problem, accepting->invocation, native_personality.warning);
	if (accept_rules_read(&rules, accepting->chosen.limits, &problem) != ACCEPT_RULES_READ) {
		text_add(&problem, "; the limits stay");
		message_write(&problem);
	} else if (!server_set_rules(server, &rules))
		message_warn(accepting->invocation, "%s: %s; the limits stay",
		    accepting->chosen.limits, strerror(ENOMEM));
	notify(accepting, "READY=1");
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
	    .describe = describe, .tell = tell, .reload = reload }
static const struct server_front front = FRONT(signals);
static const struct server_front reloading_front = FRONT(signals_with_reload);

static void
prepare_environment(struct accepting *accepting)
{
	const struct invocation *invocation = accepting->invocation;
	struct server *server = &accepting->server;
	const char *socket = environment_get("NOTIFY_SOCKET");
	char names[VARIABLES + 1][CONNECTION_NAME_SIZE] = { 0 };
	bool is_well = true;

	if (accepting->chosen.notify_systemd && socket) {
		accepting->notify_socket = strdup(socket);
		is_well = accepting->notify_socket && environment_remove("NOTIFY_SOCKET") == 0;
	}
	for (size_t i = 0; i < sizeof stale / sizeof *stale; i++)
		is_well = is_well && environment_remove(stale[i]) == 0;
	for (size_t i = 0; i < VARIABLES; i++)
		memcpy(names[i], variables[i].name, sizeof names[i]);
	if (!is_well || !connection_environment_open(&server->environment, environment_all(),
	        (const char (*)[CONNECTION_NAME_SIZE])names))
		native_fatal_memory(invocation);
	if (accepting->chosen.handover && strcmp(accepting->chosen.handover, "systemd") == 0)
		server->spawn.pid_text = server->environment.variables[LISTEN_PROCESS].text
		    + server->environment.variables[LISTEN_PROCESS].prefix;
}

/* Returns false if a signal ends the server before there is room. */
static bool
notify_descriptor(struct accepting *accepting, int descriptor)
{
	int room = server_wait_for_room(&accepting->server, descriptor, BOUNDED_WRITE_SECONDS);

	if (room < 0 || (room > 0 && text_write_bytes(descriptor, "\n", 1) != 0))
		bounded_write_fatal_notify(accepting->invocation, descriptor);
	close(descriptor);
	if (server_fill_standard() != 0)
		native_fatal_call(accepting->invocation, "open", "/dev/null");
	return room > 0;
}

static void
tell_ready(struct accepting *accepting)
{
	int descriptor = accepting->notify_descriptor;

	if (descriptor < 0 || notify_descriptor(accepting, descriptor))
		notify(accepting, "READY=1");
}

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
	accepting->notify_descriptor = -1;
	if (accepting->chosen.notify_descriptor)
		accepting->notify_descriptor = descriptor_option_read(invocation, "notify-fd",
		    accepting->chosen.notify_descriptor, accepting->chosen.notify_descriptor);
	find_handler(invocation);
	find_identity(accepting);
}

static bool
is_listener(const struct server *server, int descriptor)
{
	for (size_t i = 0; i < server->listener_count; i++)
		if (server->listeners[i].descriptor == descriptor)
			return true;
	return false;
}

static void
check_descriptors(const struct accepting *accepting)
{
	const struct invocation *invocation = accepting->invocation;
	const struct spawn *spawn = &accepting->server.spawn;
	int number = accepting->notify_descriptor, instead = STDERR_FILENO + 1;

	if (spawn->handover == SPAWN_DESCRIPTOR)
		descriptor_option_check_limit(invocation, spawn->descriptor);
	if (number < 0)
		return;
	while (fcntl(instead, F_GETFD) >= 0)
		instead++;
	if (is_listener(&accepting->server, number))
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
	server->listeners = native_allocate(invocation, LISTENERS_MAX, sizeof *server->listeners);
	read_command_line(accepting, invocation);
	find_listeners(accepting);
	accept_options_read(invocation, &accepting->options, server);
	check_descriptors(accepting);
	return accepting;
}

static void
prepare(struct invocation *invocation)
{
	struct accepting *accepting = read_job(invocation);

	accepting->serving.server = &accepting->server;
	tell_identity(accepting);
	tell_options(accepting);
	tell_doubts(accepting);
	tell_variables(accepting);
	invocation->serving = &accepting->serving;
}

static void
run(struct invocation *invocation)
{
	struct accepting *accepting = read_job(invocation);
	struct server *server = &accepting->server;
	const char *call;

	warn_of_doubts(accepting);
	set_nonblocking(accepting);
	become_user(accepting, invocation);
	try_options(accepting, invocation);
	write_signals_restore();
	prepare_environment(accepting);
	server->front = accepting->chosen.limits ? &reloading_front : &front;
	server->context = accepting;
	server->tells_ends = accepting->log.kind != ACCEPT_LOG_FAILURES;
	server->spawn.argv = invocation->next;
	if (server_begin(server, &call) != 0)
		native_fatal_call(invocation, call, "for connections");
	if (!accept_log_open(&accepting->log))
		native_fatal_call(invocation, "open", "the log");
	tell_ready(accepting);
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
