/* SPDX-License-Identifier: ISC */
/* tcp-socket-accept, local-stream-socket-accept and local-seqpacket-socket-accept [options]
 * NEXT…, as nosh has them: serve connections of inherited sockets. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "environment.h"
#include "fatal.h"
#include "listen_fds.h"
#include "message.h"
#include "nosh.h"
#include "server.h"
#include "sockopt.h"
#include "write_signals.h"

#define DEFAULT_LIMIT 40

struct chosen {
	bool verbose, keepalive, nodelay, keep_ip_options;
	const char *limit, *local_name;
};

static const struct option_spec options[] = {
	OPTION('v', "verbose", "", "log connections and the ends of handlers",
	    offsetof(struct chosen, verbose), true),
	OPTION('c', "connection-limit", "NUMBER", "limit of connections (default 40)",
	    offsetof(struct chosen, limit), true),
	OPTION('l', "localname", "NAME", "the local name that handlers are told",
	    offsetof(struct chosen, local_name), true),
	/* Last, and not for Unix sockets. */
	OPTION('k', "keepalives", "", "send keepalive probes on idle connections",
	    offsetof(struct chosen, keepalive), true),
	OPTION('D', "no-delay", "", "send small segments at once (TCP_NODELAY)",
	    offsetof(struct chosen, nodelay), true),
	OPTION('o', "no-kill-IP-options", "", "leave IPv4 options, as source routes, in place",
	    offsetof(struct chosen, keep_ip_options), true),
};
#define OPTION_COUNT (sizeof options / sizeof *options)
#define LOCAL_OPTION_COUNT 3

struct accepting {
	const struct invocation *invocation;
	bool verbose;
	const char *local_name; /* or NULL */
	struct server server;
};

/* ---- the command line and the sockets ---- */

/* As C writes numbers; strtol(3), which nosh calls, skips leading blanks. */
static unsigned
read_limit(const struct invocation *invocation, const char *text)
{
	static const struct number_rule rule = { .sign_allowed = true, .minimum = 1,
		.maximum = SERVE_LIMIT_MAX };
	const char *digits = text;
	long long number;

	if (!text)
		return DEFAULT_LIMIT;
	digits += strspn(text, " \t\n\v\f\r");
	switch (number_read(digits, &rule, &number)) {
	case NUMBER_MALFORMED:
		fatal(invocation, "%s: not a number", text);
	case NUMBER_OUT_OF_RANGE:
		fatal(invocation, "%s: not a limit of connections, which is 1 to %u", text,
		    SERVE_LIMIT_MAX);
	case NUMBER_READ:
		break;
	}
	return (unsigned)number;
}

static _Noreturn void
refuse_list(const struct invocation *invocation, const struct listen_environment *environment)
{
	fatal_line(invocation, "LISTEN_FDS: %s", strerror(EINVAL));
	if (environment->well_formed)
		message_inform(invocation, "no inherited sockets: LISTEN_FDS is %s", environment->fds);
	else
		message_inform(invocation, "LISTEN_FDS=%s: not a number of descriptors",
		    environment->fds);
	fatal_exit(invocation, NOSH_EXIT_FAILURE);
}

/* Descriptor 3 alone, unless a list is for this process. */
static size_t
count_listeners(const struct invocation *invocation)
{
	struct listen_environment environment;

	listen_environment_read(&environment);
	if (!environment.fds || environment.owner == LISTEN_OWNER_OTHER)
		return 1;
	if (!environment.well_formed || environment.count <= 0)
		refuse_list(invocation, &environment);
	return (size_t)environment.count;
}

static _Noreturn void
refuse_listener(const struct invocation *invocation, int descriptor, const char *why)
{
	fatal(invocation, "descriptor %d: %s", descriptor, why);
}

static void
read_listener(const struct invocation *invocation, struct server_listener *listener,
    int descriptor)
{
	bool is_tcp = invocation->command->kind == BINDCHAIN_TCP;
	enum server_listener_problem problem = server_listener_read(listener, descriptor);

	if (problem == SERVER_LISTENER_CLOSED || problem == SERVER_LISTENER_NO_SOCKET)
		refuse_listener(invocation, descriptor, strerror(errno));
	if (is_tcp != address_is_internet(&listener->address)
	    || problem == SERVER_LISTENER_OTHER_FAMILY || problem == SERVER_LISTENER_OTHER_TYPE)
		refuse_listener(invocation, descriptor, is_tcp ? "not a TCP socket"
		                                               : "not a Unix socket for connections");
	if (problem == SERVER_LISTENER_NOT_LISTENING)
		refuse_listener(invocation, descriptor, "not a listening socket");
}

static void
read_listeners(struct accepting *accepting)
{
	const struct invocation *invocation = accepting->invocation;
	struct server *server = &accepting->server;
	size_t count = count_listeners(invocation);
	int closed = listen_environment_first_closed((int)count);

	if (closed >= 0)
		refuse_listener(invocation, closed, strerror(EBADF));
	server->listener_count = count;
	server->listeners = calloc(count, sizeof *server->listeners);
	if (!server->listeners)
		fatal(invocation, "%s", strerror(ENOMEM));
	for (size_t i = 0; i < count; i++)
		read_listener(invocation, &server->listeners[i], LISTEN_FDS_START + (int)i);
}

/* ---- options of connections ---- */

static void
add_option(struct server_listener *listener, enum bindchain_option option)
{
	struct request like;
	struct backend_spelling spelling;

	request_init(&like, BINDCHAIN_TCP);
	like.address = listener->address;
	sockopt_spell(&like, option, 1, &spelling);
	for (size_t i = 0; i < spelling.count; i++)
		listener->options[listener->option_count++] = spelling.calls[i];
}

static void
add_options(struct accepting *accepting, const struct chosen *chosen)
{
	static const struct backend_option no_delay = { .level = IPPROTO_TCP,
		.name = TCP_NODELAY, .value = 1, .name_text = "TCP_NODELAY",
		.level_text = "IPPROTO_TCP" };
	/* No options replace those of the SYN, a source route among them: ip(7). */
	static const struct backend_option kill_options = { .level = IPPROTO_IP,
		.name = IP_OPTIONS, .data = "", .name_text = "IP_OPTIONS",
		.level_text = "IPPROTO_IP" };

	for (size_t i = 0; i < accepting->server.listener_count; i++) {
		struct server_listener *listener = &accepting->server.listeners[i];
		if (chosen->keepalive)
			add_option(listener, BINDCHAIN_KEEPALIVE);
		if (chosen->nodelay)
			listener->options[listener->option_count++] = no_delay;
		if (!chosen->keep_ip_options && address_family(&listener->address) == AF_INET)
			listener->options[listener->option_count++] = kill_options;
	}
}

/* ---- TCP ---- */

enum tcp_variable { TCP_LOCAL_IP, TCP_LOCAL_PORT, TCP_REMOTE_IP, TCP_REMOTE_PORT };

static const char tcp_variables[][CONNECTION_NAME_SIZE] = { "TCPLOCALIP", "TCPLOCALPORT",
	"TCPREMOTEIP", "TCPREMOTEPORT", "TCPLOCALINFO", "TCPREMOTEHOST", "TCPREMOTEINFO", "" };

static bool
describe_tcp(struct server *server, const struct server_connection *connection)
{
	struct address local;

	if (address_read(&local, connection->descriptor))
		connection_environment_set_address(&server->environment, TCP_LOCAL_IP, &local);
	connection_environment_set_address(&server->environment, TCP_REMOTE_IP, &connection->peer);
	return true;
}

/* ---- Unix sockets ---- */

enum local_variable {
	REMOTE_PATH,
	REMOTE_PID,
	REMOTE_USER,
	REMOTE_GROUP,
	LOCAL_PATH = 7 /* last: with -l it is the same for all */
};

static const char local_variables[][CONNECTION_NAME_SIZE] = { "UNIXREMOTEPATH", "UNIXREMOTEPID",
	"UNIXREMOTEEUID", "UNIXREMOTEEGID", "UNIXLOCALUID", "UNIXLOCALGID", "UNIXLOCALPID",
	"UNIXLOCALPATH", "" };

static bool
describe_local(struct server *server, const struct server_connection *connection)
{
	const struct accepting *accepting = server->context;
	struct connection_environment *environment = &server->environment;

	if (!accepting->local_name)
		connection_environment_set_path(environment, LOCAL_PATH, &connection->listener->address);
	connection_environment_set_path(environment, REMOTE_PATH, &connection->peer);
	connection_environment_set_peer(environment, REMOTE_PID, &connection->ids);
	return true;
}

/* ---- the log ---- */

/* SIGPIPE is blocked. */
static void
write_line(struct text *line)
{
	text_write_line(line, STDERR_FILENO);
}

static void
add_value(struct text *line, const struct accepting *accepting, size_t index)
{
	const char *value =
	    connection_environment_value(&accepting->server.environment, index);

	text_printf(line, " %s", value ? value : "");
}

/* What a handler of nosh says of itself before it begins: the values of its variables. */
static void
log_connection(const struct accepting *accepting, pid_t pid)
{
	bool is_tcp = accepting->invocation->command->kind == BINDCHAIN_TCP;
	size_t last = is_tcp ? (size_t)TCP_REMOTE_PORT : (size_t)REMOTE_GROUP;
	struct text line;

	text_init(&line);
	command_add_name(&line, accepting->invocation->command);
	text_printf(&line, ": %d", (int)pid);
	if (!is_tcp && accepting->local_name)
		text_printf(&line, " %s", accepting->local_name);
	else if (!is_tcp)
		add_value(&line, accepting, LOCAL_PATH);
	for (size_t i = 0; i <= last; i++)
		add_value(&line, accepting, i);
	write_line(&line);
}

static int
status_class(int status)
{
	if (WIFEXITED(status))
		return 1;
#ifdef WCOREDUMP
	if (WCOREDUMP(status))
		return 3;
#endif
	return 2;
}

static void
log_handler(const struct accepting *accepting, const struct server_event *event)
{
	const struct server *server = &accepting->server;
	int status = event->status;
	struct text line;

	text_init(&line);
	command_add_name(&line, accepting->invocation->command);
	if (event->kind == SERVER_STARTED)
		text_printf(&line, ": %d started", (int)event->pid);
	else
		text_printf(&line, ": %d ended status %d code %d", (int)event->pid,
		    status_class(status),
		    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	text_printf(&line, " %u/%u", server->children.count, server->rules.limit);
	write_line(&line);
}

/* The first line is nosh's; it goes on. */
static void
log_error(const struct accepting *accepting, const struct server_event *event)
{
	const struct invocation *invocation = accepting->invocation;
	struct text line;

	if (event->kind == SERVER_NOT_STARTED && event->pid > 0) {
		message_begin(&line, invocation, nosh_personality.fatal);
		text_printf(&line, "%s: ", invocation->next[0]);
	} else
		message_begin(&line, invocation, "ERROR");
	text_printf(&line, "%s", strerror(event->error));
	write_line(&line);
	message_begin(&line, invocation, MESSAGE_INFO);
	if (event->kind == SERVER_NOT_ACCEPTED)
		text_printf(&line, "accept failed; it is tried again");
	else if (event->kind == SERVER_OPTION_FAILED)
		text_printf(&line, "setsockopt %s failed; the connection is closed",
		    event->option->name_text);
	else if (event->pid < 0)
		text_printf(&line, "no process for a handler; the connection is closed");
	else
		return;
	write_line(&line);
}

static void
tell(struct server *server, const struct server_event *event)
{
	const struct accepting *accepting = server->context;

	switch (event->kind) {
	case SERVER_STARTED:
		if (!accepting->verbose)
			return;
		log_handler(accepting, event);
		log_connection(accepting, event->pid);
		break;
	case SERVER_ENDED:
		if (accepting->verbose)
			log_handler(accepting, event);
		break;
	case SERVER_NOT_STARTED:
	case SERVER_NOT_ACCEPTED:
	case SERVER_OPTION_FAILED:
		log_error(accepting, event);
		break;
	default:
		break;
	}
}

/* ---- the server ---- */

/* No signal is handled: each has its default action, or is ignored. */
static const struct server_signal no_signals[] = { { 0, 0 } };

static const struct server_front tcp_front = {
	.signals = no_signals,
	.keeps_mask = true,
	.counts_failed = true,
	.failed_status = NOSH_EXIT_FAILURE,
	.describe = describe_tcp,
	.tell = tell,
};

static const struct server_front local_front = {
	.signals = no_signals,
	.keeps_mask = true,
	.wants_ids = true,
	.counts_failed = true,
	.failed_status = NOSH_EXIT_FAILURE,
	.describe = describe_local,
	.tell = tell,
};

static int
set_local_name(const char *variable, const char *name)
{
	return name ? environment_set(variable, name) : environment_remove(variable);
}

static bool
set_environment(const struct invocation *invocation, const char *local_name)
{
	bool is_tcp = invocation->command->kind == BINDCHAIN_TCP;

	if (environment_set("PROTO", is_tcp ? "TCP" : "UNIX") != 0)
		return false;
	for (size_t i = 0; *listen_variables[i]; i++)
		if (environment_remove(listen_variables[i]) != 0)
			return false;
	return set_local_name(is_tcp ? "TCPLOCALHOST" : "UNIXLOCALPATH", local_name) == 0;
}

static void
begin(struct accepting *accepting, const struct chosen *chosen)
{
	const struct invocation *invocation = accepting->invocation;
	bool is_tcp = invocation->command->kind == BINDCHAIN_TCP;
	struct server *server = &accepting->server;
	const char(*names)[CONNECTION_NAME_SIZE] = is_tcp ? tcp_variables : local_variables;
	char rest[LOCAL_PATH + 1][CONNECTION_NAME_SIZE] = { "" };
	const char *call;

	if (!is_tcp && accepting->local_name) {
		memcpy(rest, local_variables, LOCAL_PATH * sizeof *rest);
		names = (const char(*)[CONNECTION_NAME_SIZE])rest;
	}
	write_signals_restore();
	server->front = is_tcp ? &tcp_front : &local_front;
	server->context = accepting;
	server->tells_ends = accepting->verbose;
	server->spawn.argv = invocation->next;
	if (!set_environment(invocation, chosen->local_name)
	    || !connection_environment_open(&server->environment, environment_all(), names))
		fatal(invocation, "%s", strerror(ENOMEM));
	if (server_begin(server, &call) != 0)
		fatal(invocation, "%s: %s", call, strerror(errno));
}

/* Static memory would lengthen the executable's file (cmake/start.ld). */
static struct accepting *
allocate(const struct invocation *invocation)
{
	struct accepting *accepting = calloc(1, sizeof *accepting);

	if (!accepting)
		fatal(invocation, "%s", strerror(ENOMEM));
	return accepting;
}

static void
run(struct invocation *invocation)
{
	struct accepting *accepting = allocate(invocation);
	struct chosen chosen = { 0 };
	char **operands = command_read_options(invocation, &chosen);

	accepting->invocation = invocation;
	accepting->verbose = chosen.verbose;
	accepting->local_name = chosen.local_name;
	accepting->server.rules.limit = read_limit(invocation, chosen.limit);
	nosh_take_operands(invocation, operands, 0, NULL);
	read_listeners(accepting);
	add_options(accepting, &chosen);
	begin(accepting, &chosen);
	server_run(&accepting->server);
	fatal(invocation, "%s", strerror(errno));
}

const struct command tcp_socket_accept_command = {
	.name = COMMAND_NAME("tcp-socket-accept"),
	.synopsis = "[options] NEXT...",
	.summary = "Accept TCP connections on inherited sockets and execute NEXT for each.",
	.personality = &nosh_personality,
	.options = options,
	.option_count = OPTION_COUNT,
	.kind = BINDCHAIN_TCP,
	.run = run,
};

const struct command local_stream_socket_accept_command = {
	.name = COMMAND_NAME("local-stream-socket-accept"),
	.synopsis = "[options] NEXT...",
	.summary = "Accept connections on inherited stream Unix sockets and execute NEXT for each.",
	.personality = &nosh_personality,
	.options = options,
	.option_count = LOCAL_OPTION_COUNT,
	.kind = BINDCHAIN_UNIX_STREAM,
	.run = run,
};

const struct command local_seqpacket_socket_accept_command = {
	.name = COMMAND_NAME("local-seqpacket-socket-accept"),
	.synopsis = "[options] NEXT...",
	.summary = "Accept connections on inherited seqpacket Unix sockets and execute NEXT for each.",
	.personality = &nosh_personality,
	.options = options,
	.option_count = LOCAL_OPTION_COUNT,
	.kind = BINDCHAIN_UNIX_SEQPACKET,
	.run = run,
};
