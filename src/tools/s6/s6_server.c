/* SPDX-License-Identifier: ISC */
/* The servers of s6: command line, signals and log. */
#include "s6_server.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "environment.h"
#include "fatal.h"
#include "message.h"
#include "number.h"
#include "write_signals.h"

#define DEFAULT_LIMIT 40
#define LIMIT_MAX 16384

const struct server_signal s6_server_signals[] = {
	{ SIGTERM, SERVER_END },
	{ SIGHUP, SERVER_TERMINATE },
	{ SIGQUIT, SERVER_TERMINATE | SERVER_END },
	{ SIGABRT, SERVER_KILL | SERVER_END },
	{ 0, 0 },
};

/* ---- the command line ---- */

unsigned
s6_read_unsigned(const struct invocation *invocation, const char *text, const char *name)
{
	static const struct number_rule rule = { .base = 10, .maximum = UINT_MAX };
	long long number;

	if (number_read(text, &rule, &number) != NUMBER_READ)
		s6_usage(invocation, "not a %s (0 to 4294967295): %s", name, text);
	return (unsigned)number;
}

static unsigned
read_or(const struct invocation *invocation, const char *text, const char *name,
    unsigned standard)
{
	return text ? s6_read_unsigned(invocation, text, name) : standard;
}

void
s6_server_fatal_call(const struct invocation *invocation, const char *what)
{
	fatal_line(invocation, "unable to %s: %s", what, strerror(errno));
	fatal_exit(invocation, S6_EXIT_FAILURE);
}

/* s6 serves nobody with a limit of 0 per source, and one at a time with one of 0 in total. */
static unsigned
between_one_and(unsigned maximum, unsigned limit)
{
	if (limit == 0)
		return 1;
	return limit < maximum ? limit : maximum;
}

static void
read_limits(struct s6_server *server, const struct s6_server_chosen *chosen)
{
	struct serve_rules *rules = &server->server.rules;
	unsigned limit = read_or(server->invocation, chosen->limit, "limit of connections",
	    DEFAULT_LIMIT);
	unsigned per_source = read_or(server->invocation, chosen->limit_per_source,
	    "limit of connections from one source", DEFAULT_LIMIT);

	server->verbosity = read_or(server->invocation, chosen->verbosity, "verbosity", 1);
	rules->limit = between_one_and(LIMIT_MAX, limit);
	rules->limit_per_source = chosen->no_ids ? rules->limit
	                                         : between_one_and(rules->limit, per_source);
	rules->ipv4_prefix = 32;
	rules->ipv6_prefix = 128;
}

static void
check_listener(struct s6_server *server)
{
	const struct invocation *invocation = server->invocation;

	switch (server_listener_read(&server->listener, STDIN_FILENO)) {
	case SERVER_LISTENER_WELL:
	case SERVER_LISTENER_OTHER_FAMILY:
		return;
	case SERVER_LISTENER_CLOSED:
		s6_server_fatal_call(invocation, "fstat stdin");
	case SERVER_LISTENER_NO_SOCKET:
		fatal(invocation, "stdin is not a socket");
	case SERVER_LISTENER_OTHER_TYPE:
		fatal_line(invocation, "trouble with socket");
		message_inform(invocation, "descriptor 0 is a datagram socket,"
		    " which accepts no connections");
		break;
	case SERVER_LISTENER_NOT_LISTENING:
		fatal_line(invocation, "trouble with socket");
		message_inform(invocation, "descriptor 0 is not a listening socket");
		break;
	}
	fatal_exit(invocation, S6_EXIT_FAILURE);
}
/* Static memory would lengthen the executable's file (cmake/start.ld). */
static struct s6_server *
allocate(const struct invocation *invocation)
{
	struct s6_server *server = calloc(1, sizeof *server);

	if (!server)
		s6_server_fatal_call(invocation, "allocate");
	return server;
}

struct s6_server *
s6_server_prepare(struct invocation *invocation, struct s6_server_chosen *chosen)
{
	struct s6_server *server = allocate(invocation);
	struct options_result parsed;

	server->invocation = invocation;
	options_parse(invocation->command, invocation->argv, chosen, &parsed);
	if (parsed.problem == OPTIONS_ARGUMENT_MISSING)
		s6_usage(invocation, "option needs an argument: %s", parsed.word);
	if (parsed.problem != OPTIONS_FINE)
		s6_usage(invocation, "unknown option: %s", parsed.word);
	read_limits(server, chosen);
	if (!parsed.operands[0] || !parsed.operands[0][0])
		s6_usage(invocation, "missing: prog");
	invocation->next = parsed.operands;
	check_listener(server);
	return server;
}

/* ---- the start ---- */

void
s6_server_begin(struct s6_server *server, const struct server_front *front,
    const char (*names)[CONNECTION_NAME_SIZE])
{
	const char *call;

	write_signals_restore();
	server->server.front = front;
	server->server.context = server;
	server->server.tells_ends = server->verbosity >= 2;
	server->server.listeners = &server->listener;
	server->server.listener_count = 1;
	server->server.spawn.argv = server->invocation->next;
	if (!connection_environment_open(&server->server.environment, environment_all(), names)) {
		errno = ENOMEM;
		s6_server_fatal_call(server->invocation, "allocate");
	}
	if (server_begin(&server->server, &call) != 0)
		s6_server_fatal_call(server->invocation, call);
}

/* Waits as long as there is no room, as s6 does; but here a signal ends that. */
void
s6_server_tell_ready(struct s6_server *server, const char *line)
{
	if (line && server_wait_for_room(&server->server, STDOUT_FILENO, 0) != 0)
		text_write_bytes(STDOUT_FILENO, line, strlen(line));
	close(STDOUT_FILENO);
	if (server_fill_standard() != 0)
		s6_server_fatal_call(server->invocation, "open /dev/null");
}

/* "PROG: info: status: N/MAXCONN" */
static void
log_status(struct s6_server *server)
{
	struct text line;

	if (!s6_server_begin_line(server, 2, MESSAGE_INFO, &line))
		return;
	text_printf(&line, "status: %u/%u", server->server.children.count,
	    server->server.rules.limit);
	s6_server_end_line(&line);
}

void
s6_server_run(struct s6_server *server)
{
	struct text line;

	log_status(server);
	if (server_run(&server->server) != 0)
		s6_server_fatal_call(server->invocation, "iopause");
	if (s6_server_begin_line(server, 2, MESSAGE_INFO, &line)) {
		text_printf(&line, "exiting");
		s6_server_end_line(&line);
	}
	leave(0);
}

/* ---- the log ---- */

bool
s6_server_begin_line(const struct s6_server *server, unsigned verbosity, const char *kind,
    struct text *line)
{
	if (server->verbosity < verbosity)
		return false;
	message_begin(line, server->invocation, kind);
	return true;
}

/* SIGPIPE is blocked. */
void
s6_server_end_line(struct text *line)
{
	text_write_line(line, STDERR_FILENO);
}

void
s6_server_add_end(struct text *line, int status)
{
	if (WIFSIGNALED(status))
		text_printf(line, " signal %d", WTERMSIG(status));
	else
		text_printf(line, " exitcode %d", WEXITSTATUS(status));
}

static void
add_signal(struct text *line, int signal, const char *joined)
{
	switch (signal) {
	case SIGTERM:
		text_printf(line, "received SIGTERM, quitting");
		break;
	case SIGHUP:
		text_printf(line, "received SIGHUP, sending SIGTERM%sSIGCONT to all connections",
		    joined);
		break;
	case SIGQUIT:
		text_printf(line, "received SIGQUIT, sending SIGTERM%sSIGCONT to all connections"
		    " and quitting", joined);
		break;
	default:
		text_printf(line, "received SIGABRT, sending SIGKILL to all connections"
		    " and quitting");
		break;
	}
}

static void
warn(const struct s6_server *server, const char *what, const char *subject, int error)
{
	struct text line;

	if (!s6_server_begin_line(server, 1, s6_personality.warning, &line))
		return;
	text_printf(&line, "unable to %s%s%s: %s", what, subject ? " " : "",
	    subject ? subject : "", strerror(error));
	s6_server_end_line(&line);
}

static void
log_other(struct s6_server *server, const struct server_event *event)
{
	struct text line;

	switch (event->kind) {
	case SERVER_SIGNALLED:
		if (!s6_server_begin_line(server, 2, MESSAGE_INFO, &line))
			return;
		add_signal(&line, event->signal, server->joined);
		s6_server_end_line(&line);
		break;
	case SERVER_NOT_STARTED:
		warn(server, "spawn", server->invocation->next[0], event->error);
		break;
	case SERVER_NOT_ACCEPTED:
		warn(server, "accept", NULL, event->error);
		break;
	case SERVER_PEER_UNKNOWN:
		warn(server, "getpeereid", NULL, event->error);
		break;
	default:
		break;
	}
}

void
s6_server_tell(struct server *server, const struct server_event *event)
{
	struct s6_server *own = server->context;

	switch (event->kind) {
	case SERVER_STARTED:
	case SERVER_ENDED:
		own->log_connection(own, event);
		log_status(own);
		break;
	case SERVER_REFUSED:
		own->log_connection(own, event);
		break;
	default:
		log_other(own, event);
		break;
	}
}
