/* SPDX-License-Identifier: ISC */
/* s6-ipcserverd [-v verbosity] [-1] [-P|-p] [-c maxconn] [-C localmaxconn] prog…, as s6 has
 * it: serves connections of the Unix socket that is standard input. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "environment.h"
#include "fatal.h"
#include "message.h"
#include "s6_server.h"

static const struct option_spec options[] = {
	OPTION('v', "", "verbosity", "0: silent, 1: warnings and refusals (the default), 2: all",
	    offsetof(struct s6_server_chosen, verbosity), true),
	OPTION('1', "", "", "write a newline to standard output when ready",
	    offsetof(struct s6_server_chosen, readiness), true),
	OPTION('P', "", "", "do not ask for the user of the peer",
	    offsetof(struct s6_server_chosen, no_ids), true),
	OPTION('p', "", "", "ask for the user of the peer (the default)",
	    offsetof(struct s6_server_chosen, no_ids), false),
	S6_SERVER_LIMIT_OPTIONS,
};

enum variable { REMOTE_USER, REMOTE_GROUP, CONNECTION_NUMBER, REMOTE_PATH };

/* Those of a predecessor about its own connection are removed: access rules may trust them. */
static const char variables[][CONNECTION_NAME_SIZE] = { "IPCREMOTEEUID", "IPCREMOTEEGID",
	"IPCCONNNUM", "IPCREMOTEPATH", "IPCLOCALPATH", "IPCREMOTEINFO", "" };

static bool
describe(struct server *server, const struct server_connection *connection)
{
	struct connection_environment *environment = &server->environment;
	const struct serve_peer *ids = &connection->ids;
	char path[ADDRESS_PATH_SIZE];

	if (ids->is_known) {
		connection_environment_set_number(environment, REMOTE_USER, ids->user);
		connection_environment_set_number(environment, REMOTE_GROUP, ids->group);
		connection_environment_set_number(environment, CONNECTION_NUMBER,
		    connection->source_count);
	} else
		connection_environment_set(environment, CONNECTION_NUMBER, "");
	address_file_path(&connection->peer, path);
	connection_environment_set(environment, REMOTE_PATH, path);
	return true;
}

static void
add_peer(struct text *line, const char *what, const struct server_connection *connection)
{
	const struct serve_peer *ids = &connection->ids;

	if (ids->is_known)
		text_printf(line, "%s %u:%u", what, (unsigned)ids->user, (unsigned)ids->group);
	else
		text_printf(line, "%s ?:?", what);
}

static void
add_count(struct text *line, const struct s6_server *server, const struct server_event *event)
{
	unsigned limit = server->server.rules.limit_per_source;

	if (event->connection->ids.is_known)
		text_printf(line, " count %u/%u", event->source_count, limit);
	else
		text_printf(line, " count ?/%u", limit);
}

static void
log_end(const struct s6_server *server, const struct server_event *event)
{
	struct text line;

	if (!s6_server_begin_line(server, 2, MESSAGE_INFO, &line))
		return;
	text_printf(&line, "end pid %d uid ", (int)event->pid);
	if (event->source->kind == SOURCE_USER)
		text_printf(&line, "%u", (unsigned)source_user(event->source));
	else
		text_printf(&line, "?");
	s6_server_add_end(&line, event->status);
	s6_server_end_line(&line);
}

static void
log_connection(struct s6_server *server, const struct server_event *event)
{
	bool refused = event->kind == SERVER_REFUSED;
	struct text line;

	if (event->kind == SERVER_ENDED) {
		log_end(server, event);
		return;
	}
	if (!s6_server_begin_line(server, refused ? 1 : 2, MESSAGE_INFO, &line))
		return;
	add_peer(&line, refused ? "deny" : "allow", event->connection);
	if (!refused)
		text_printf(&line, " pid %d", (int)event->pid);
	add_count(&line, server, event);
	s6_server_end_line(&line);
}

static const struct server_front front_with_ids = {
	.signals = s6_server_signals,
	.wants_ids = true,
	.needs_ids = true,
	.failed_status = S6_EXIT_NOT_FOUND,
	.describe = describe,
	.tell = s6_server_tell,
};

static const struct server_front front = {
	.signals = s6_server_signals,
	.failed_status = S6_EXIT_NOT_FOUND,
	.describe = describe,
	.tell = s6_server_tell,
};

static void
check(const struct s6_server *server, const struct s6_server_chosen *chosen)
{
	const struct invocation *invocation = server->invocation;

	if (address_family(&server->listener.address) != AF_UNIX) {
		fatal_line(invocation, "trouble with socket");
		message_inform(invocation, "descriptor 0 is not a Unix socket");
		fatal_exit(invocation, S6_EXIT_FAILURE);
	}
	if (chosen->readiness && fcntl(STDOUT_FILENO, F_GETFD) < 0)
		fatal(invocation, "called with option -1 but stdout said: %s", strerror(errno));
}

static void
run(struct invocation *invocation)
{
	struct s6_server_chosen chosen = { 0 };
	struct s6_server *server = s6_server_prepare(invocation, &chosen);
	struct text line;

	check(server, &chosen);
	if (environment_set("PROTO", "IPC") != 0)
		s6_server_fatal_call(invocation, "set the environment");
	server->log_connection = log_connection;
	server->joined = "+";
	s6_server_begin(server, chosen.no_ids ? &front : &front_with_ids, variables);
	if (s6_server_begin_line(server, 2, MESSAGE_INFO, &line)) {
		text_printf(&line, "starting");
		s6_server_end_line(&line);
	}
	s6_server_tell_ready(server, chosen.readiness ? "\n" : NULL);
	s6_server_run(server);
}

const struct command s6_ipcserverd_command = {
	.name = COMMAND_NAME("s6-ipcserverd"),
	.synopsis = "[ -v verbosity ] [ -1 ] [ -P | -p ] [ -c maxconn ] [ -C localmaxconn ] prog...",
	.summary = "Accept connections on the Unix socket that is standard input and execute prog"
	           " for each.",
	.personality = &s6_server_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.run = run,
};
