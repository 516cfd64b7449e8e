/* SPDX-License-Identifier: ISC */
/* tcp-socket-listen and udp-socket-listen [options] HOST SERVICE NEXT…, as nosh
 * has them. */
#include <stdbool.h>
#include <stddef.h>

#include "request.h"
#include "command.h"
#include "nosh.h"
#include "report_failure.h"

struct chosen {
	bool no_reuse_address, reuse_port, bind_to_any;
	bool numeric_host, numeric_service, check_interfaces, combine4and6;
	bool upstart, systemd, no_holder_search;
	const char *backlog;
};

#define FLAG(short_name, long_name, field, help) \
	OPTION(short_name, long_name, "", help, offsetof(struct chosen, field), true)

static const struct option_spec options[] = {
	FLAG(0, "no-reuse-address", no_reuse_address,
	    "fail while old connections remain on the port (TIME_WAIT)"),
	FLAG(0, "reuse-port", reuse_port, "share the address and port with other sockets"),
	FLAG(0, "bind-to-any", bind_to_any, "allow an address that no interface has"),
	FLAG('H', "numeric-host", numeric_host, "HOST is an address, never a name"),
	FLAG(0, "numeric-service", numeric_service, "SERVICE is a port number"),
	FLAG(0, "check-interfaces", check_interfaces,
	    "use only families that an interface has"),
	FLAG(0, "combine4and6", combine4and6, "accept IPv4 traffic on an IPv6 socket too (dual-stack)"),
	FLAG(0, "upstart-compatibility", upstart, "set UPSTART_EVENTS and UPSTART_FDS"),
	FLAG(0, "systemd-compatibility", systemd, "set LISTEN_FDS and LISTEN_PID"),
	FLAG(0, "no-holder-search", no_holder_search,
	    "do not search for the holder of an address in use"),
	/* Last, and not for datagram sockets: they have no accept queue. */
	OPTION('b', "backlog", "NUMBER", "limit of the accept queue (default 5)",
	    offsetof(struct chosen, backlog), true),
};
#define OPTION_COUNT (sizeof options / sizeof *options)

static void
fill_request(struct invocation *invocation, const struct chosen *chosen)
{
	struct request *request = &invocation->request;

	invocation->no_holder_search = chosen->no_holder_search;
	request_init(request, invocation->command->kind);
	nosh_require(request, BINDCHAIN_REUSE_ADDRESS, !chosen->no_reuse_address, 1);
	nosh_require(request, BINDCHAIN_SHARE, chosen->reuse_port, 1);
	nosh_require(request, BINDCHAIN_BIND_ANY, chosen->bind_to_any, 1);
	nosh_require(request, BINDCHAIN_V6ONLY, true, !chosen->combine4and6);
	if (request->kind != BINDCHAIN_UDP)
		nosh_read_backlog(invocation, chosen->backlog);
}

static void
resolve(struct invocation *invocation, const struct chosen *chosen, char **operands)
{
	unsigned flags = (chosen->numeric_host ? BINDCHAIN_NUMERIC_HOST : 0U)
	    | (chosen->numeric_service ? BINDCHAIN_NUMERIC_SERVICE : 0U)
	    | (chosen->check_interfaces ? BINDCHAIN_INTERFACES : 0U);
	struct bindchain_failure failure;

	if (request_resolve(&invocation->request, operands[0], operands[1], flags,
	        &failure) != 0)
		report_failure(invocation, &failure);
}

static void
prepare(struct invocation *invocation)
{
	static const char *const missing[] = { "Missing listen host name.",
		"Missing listen port number." };
	struct chosen chosen = { 0 };
	char **operands = command_read_options(invocation, &chosen);

	fill_request(invocation, &chosen);
	nosh_take_operands(invocation, operands, 2, missing);
	resolve(invocation, &chosen, operands);
	nosh_plan_handover(invocation, chosen.systemd, chosen.upstart);
}

const struct command tcp_socket_listen_command = {
	.name = COMMAND_NAME("tcp-socket-listen"),
	.synopsis = "[options] HOST SERVICE NEXT...",
	.summary = "Open a listening TCP socket as descriptor 3 and execute NEXT.",
	.personality = &nosh_personality,
	.options = options,
	.option_count = OPTION_COUNT,
	.kind = BINDCHAIN_TCP,
	.prepare = prepare,
	.run = command_pass_socket,
};

const struct command udp_socket_listen_command = {
	.name = COMMAND_NAME("udp-socket-listen"),
	.synopsis = "[options] HOST SERVICE NEXT...",
	.summary = "Open a UDP socket as descriptor 3 and execute NEXT.",
	.personality = &nosh_personality,
	.options = options,
	.option_count = OPTION_COUNT - 1,
	.kind = BINDCHAIN_UDP,
	.prepare = prepare,
	.run = command_pass_socket,
};
