/* SPDX-License-Identifier: ISC */
/* s6-tcpserver-socketbinder [-d|-D] [-b backlog] [-M|-m] [-B] ip port prog… */
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "request.h"
#include "command.h"
#include "fatal.h"
#include "handover.h"
#include "message.h"
#include "number.h"
#include "s6.h"

struct chosen {
	bool no_reuse_address, udp, blocking, no_holder_search;
	const char *backlog;
};

static const struct option_spec options[] = {
	OPTION('d', "reuse-address", "", "bind while old connections remain on the port (the default)",
	    offsetof(struct chosen, no_reuse_address), false),
	OPTION('D', "no-reuse-address", "", "fail while old connections remain on the port (TIME_WAIT)",
	    offsetof(struct chosen, no_reuse_address), true),
	OPTION('b', "backlog", "backlog",
	    "limit of the accept queue; 0: do not listen (default: maximum)",
	    offsetof(struct chosen, backlog), true),
	OPTION('M', "tcp", "", "a TCP socket (the default)", offsetof(struct chosen, udp), false),
	OPTION('m', "udp", "", "a UDP socket; needs -b 0", offsetof(struct chosen, udp), true),
	OPTION('B', "block", "", "leave the socket blocking",
	    offsetof(struct chosen, blocking), true),
	OPTION(0, "no-holder-search", "", "do not search for the holder of an address in use",
	    offsetof(struct chosen, no_holder_search), true),
};

static void
read_backlog(struct invocation *invocation, const char *text)
{
	if (s6_read_backlog(&invocation->request, text))
		return;
	fatal_line(invocation, "backlog must be an unsigned integer");
	message_inform(invocation, S6_NOT_A_BACKLOG, text);
	fatal_exit(invocation, S6_EXIT_USAGE);
}

static void
fill_request(struct invocation *invocation, const struct chosen *chosen)
{
	struct request *request = &invocation->request;

	invocation->no_holder_search = chosen->no_holder_search;
	request_init(request, chosen->udp ? BINDCHAIN_UDP : BINDCHAIN_TCP);
	request->nonblocking = !chosen->blocking;
	request->as_standard_input = true;
	request->options[BINDCHAIN_REUSE_ADDRESS]
	    = (struct option_setting) { BINDCHAIN_REQUIRED, !chosen->no_reuse_address };
	request->options[BINDCHAIN_V6ONLY] = (struct option_setting) { BINDCHAIN_REQUIRED, 1 };
	read_backlog(invocation, chosen->backlog);
}

/* Four decimal numbers, or an IPv6 literal.  s6 accepts no "127.1", which
 * getaddrinfo(3) does. */
static bool
is_literal(const char *host)
{
	struct address address;

	return strchr(host, ':') || address_from_literal(&address, host, 0);
}

static void
read_address(struct invocation *invocation, const char *host, const char *port)
{
	struct bindchain_failure failure;
	unsigned number;

	if (!port_read(port, &number))
		s6_usage(invocation, "not a port number (0 to 65535): %s", port);
	if (!is_literal(host)
	    || request_resolve(&invocation->request, host, port,
	           BINDCHAIN_NUMERIC_HOST | BINDCHAIN_NUMERIC_SERVICE, &failure) != 0)
		s6_usage(invocation, "not an IPv4 or IPv6 address: %s", host);
}

static void
prepare(struct invocation *invocation)
{
	static const char names[][8] = { "ip", "port", "prog" };
	struct chosen chosen = { 0 };
	char **operands = command_read_options(invocation, &chosen);

	for (int i = 0; i < 3; i++)
		if (!operands[i])
			s6_usage(invocation, "missing: %s", names[i]);
	handover_to_descriptor(&invocation->handover, STDIN_FILENO,
	    &(struct handover_sockets) { .count = 1 });
	invocation->next = operands + 2;
	fill_request(invocation, &chosen);
	read_address(invocation, operands[0], operands[1]);
}

const struct command s6_tcpserver_socketbinder_command = {
	.name = COMMAND_NAME("s6-tcpserver-socketbinder"),
	.synopsis = "[ -d | -D ] [ -b backlog ] [ -M | -m ] [ -B ] ip port prog...",
	.summary = "Open a TCP or UDP socket as standard input and execute prog.",
	.personality = &s6_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.prepare = prepare,
	.run = command_pass_socket,
};
