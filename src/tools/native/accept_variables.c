/* SPDX-License-Identifier: ISC */
#include "accept_variables.h"

#include <string.h>

#include "address.h"
#include "connection_environment.h"
#include "environment.h"
#include "native.h"

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

void
accept_variables_open(const struct invocation *invocation, struct server *server, bool by_systemd)
{
	struct connection_environment *environment = &server->environment;
	char names[VARIABLES + 1][CONNECTION_NAME_SIZE] = { 0 };
	bool is_well = true;

	for (size_t i = 0; i < sizeof stale / sizeof *stale; i++)
		is_well = is_well && environment_remove(stale[i]) == 0;
	for (size_t i = 0; i < VARIABLES; i++)
		memcpy(names[i], variables[i].name, sizeof names[i]);
	if (!is_well || !connection_environment_open(environment, environment_all(),
	        (const char (*)[CONNECTION_NAME_SIZE])names))
		native_fatal_memory(invocation);
	if (by_systemd)
		server->spawn.pid_text = environment->variables[LISTEN_PROCESS].text
		    + environment->variables[LISTEN_PROCESS].prefix;
}

/* ---- of a connection ---- */

static void
describe_local(struct connection_environment *environment,
    const struct server_connection *connection)
{
	connection_environment_set(environment, PROTOCOL, "UNIX");
	connection_environment_set_path(environment, LOCAL_PATH, &connection->listener->address);
	connection_environment_set_path(environment, REMOTE_PATH, &connection->peer);
	connection_environment_set_peer(environment, REMOTE_PID, &connection->ids);
}

bool
accept_variables_describe(struct server *server, const struct server_connection *connection)
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
has_variable(const struct server *server, enum variable variable, bool by_systemd)
{
	switch (variables[variable].of) {
	case OF_TCP:
		return serves(server, true);
	case OF_UNIX:
		return serves(server, false);
	case OF_SYSTEMD:
		return by_systemd;
	default:
		return true;
	}
}

static void
tell_removed(struct serving *serving, const char *name)
{
	serving->variables[serving->variable_count++] = (struct serving_variable) {
		.name = name, .change = SERVING_REMOVED };
}

void
accept_variables_tell(struct serving *serving, bool by_systemd)
{
	const struct server *server = serving->server;

	for (enum variable variable = PROTOCOL; variable <= LISTEN_NAMES; variable++) {
		struct serving_variable *told = &serving->variables[serving->variable_count];
		tell_removed(serving, variables[variable].name);
		if (!has_variable(server, variable, by_systemd))
			continue;
		told->value = variable == PROTOCOL ? protocols(server)
		                                   : variables[variable].meaning;
		told->change = variable == LISTEN_PROCESS ? SERVING_PROCESS
		    : variables[variable].of == OF_SYSTEMD ? SERVING_SET : SERVING_OF_CONNECTION;
	}
	for (size_t i = 0; i < sizeof stale / sizeof *stale; i++)
		tell_removed(serving, stale[i]);
}
