/* SPDX-License-Identifier: ISC */
/* s6-tcpserverd [-v verbosity] [-1] [-c maxconn] [-C localmaxconn] prog…, as s6-networking has
 * it: serves TCP connections of standard input. */
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "environment.h"
#include "message.h"
#include "s6_address.h"
#include "s6_server.h"

static const struct option_spec options[] = {
	OPTION('v', "", "verbosity", "0: silent, 1: warnings and refusals (the default), 2: all",
	    offsetof(struct s6_server_chosen, verbosity), true),
	OPTION('1', "", "", "write the port to standard output when ready",
	    offsetof(struct s6_server_chosen, readiness), true),
	S6_SERVER_LIMIT_OPTIONS,
};

enum variable { REMOTE_IP, REMOTE_PORT, CONNECTION_NUMBER, VARIABLES };

/* Those of a predecessor about its own connection are removed: access rules may trust them. */
static const char variables[][CONNECTION_NAME_SIZE] = { "TCPREMOTEIP", "TCPREMOTEPORT",
	"TCPCONNNUM", "TCPREMOTEHOST", "TCPREMOTEINFO", "" };

static bool
describe(struct server *server, const struct server_connection *connection)
{
	struct connection_environment *environment = &server->environment;
	char ip[S6_ADDRESS_SIZE];

	connection_environment_set(environment, REMOTE_IP, s6_address(&connection->peer, ip));
	connection_environment_set_number(environment, REMOTE_PORT,
	    address_port(&connection->peer));
	connection_environment_set_number(environment, CONNECTION_NUMBER,
	    connection->source_count);
	return true;
}

static void
add_peer(struct text *line, const char *what, const struct server_connection *connection)
{
	char ip[S6_ADDRESS_SIZE];

	text_printf(line, "%s %s_%u", what, s6_address(&connection->peer, ip),
	    address_port(&connection->peer));
}

static void
log_connection(struct s6_server *server, const struct server_event *event)
{
	bool refused = event->kind == SERVER_REFUSED;
	struct text line;

	if (!s6_server_begin_line(server, refused ? 1 : 2, MESSAGE_INFO, &line))
		return;
	if (event->kind == SERVER_ENDED) {
		text_printf(&line, "end pid %d", (int)event->pid);
		s6_server_add_end(&line, event->status);
	} else
		add_peer(&line, refused ? "reject" : "accept", event->connection);
	if (event->kind == SERVER_STARTED)
		text_printf(&line, " pid %d", (int)event->pid);
	text_printf(&line, " count %u/%u", event->source_count,
	    server->server.rules.limit_per_source);
	s6_server_end_line(&line);
}

static const struct server_front front = {
	.signals = s6_server_signals,
	.failed_status = S6_EXIT_NOT_FOUND,
	.describe = describe,
	.tell = s6_server_tell,
};

static void
set_environment(struct s6_server *server, const char *ip, const char *port)
{
	if (environment_set("PROTO", "TCP") == 0 && environment_set("TCPLOCALIP", ip) == 0
	    && environment_set("TCPLOCALPORT", port) == 0)
		return;
	s6_server_fatal_call(server->invocation, "set the environment");
}

static void
log_start(struct s6_server *server, const char *ip, const char *port)
{
	struct text line;

	if (!s6_server_begin_line(server, 2, MESSAGE_INFO, &line))
		return;
	text_printf(&line, "starting - bound to ip %s port %s", ip, port);
	s6_server_end_line(&line);
}

static void
run(struct invocation *invocation)
{
	struct s6_server_chosen chosen = { 0 };
	struct s6_server *server = s6_server_prepare(invocation, &chosen);
	char ip[S6_ADDRESS_SIZE], port[NUMBER_TEXT_SIZE], line[NUMBER_TEXT_SIZE + 1];

	if (!address_is_internet(&server->listener.address)) {
		errno = EAFNOSUPPORT;
		s6_server_fatal_call(invocation, "get local socket information");
	}
	if (!server_set_nonblocking(STDIN_FILENO))
		s6_server_fatal_call(invocation, "set socket flags");
	s6_address(&server->listener.address, ip);
	snprintf(port, sizeof port, "%u", address_port(&server->listener.address));
	snprintf(line, sizeof line, "%s\n", port);
	set_environment(server, ip, port);
	server->log_connection = log_connection;
	server->joined = " and ";
	s6_server_begin(server, &front, variables);
	log_start(server, ip, port);
	s6_server_tell_ready(server, chosen.readiness ? line : NULL);
	s6_server_run(server);
}

const struct command s6_tcpserverd_command = {
	.name = COMMAND_NAME("s6-tcpserverd"),
	.synopsis = "[ -v verbosity ] [ -1 ] [ -c maxconn ] [ -C localmaxconn ] prog...",
	.summary = "Accept TCP connections on standard input and execute prog for each.",
	.personality = &s6_server_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.run = run,
};
