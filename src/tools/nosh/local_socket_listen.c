/* SPDX-License-Identifier: ISC */
/* local-stream-socket-listen, local-seqpacket-socket-listen and
 * local-datagram-socket-listen [options] PATH NEXT…, as nosh has them. */
#include <stddef.h>
#include <string.h>

#include "command.h"
#include "nosh.h"
#include "path_access.h"
#include "request.h"

struct chosen {
	bool upstart, systemd, pass_credentials, pass_security;
	struct path_access access;
	const char *backlog;
};

#define FLAG(long_name, field, help) \
	OPTION(0, long_name, "", help, offsetof(struct chosen, field), true)

static const struct option_spec options[] = {
	PATH_ACCESS_OPTIONS(struct chosen, access),
	FLAG("pass-credentials", pass_credentials,
	    "receive the sender's process and user with each message"),
	FLAG("pass-security", pass_security,
	    "receive the sender's security label with each message"),
	FLAG("upstart-compatibility", upstart, "set UPSTART_EVENTS and UPSTART_FDS"),
	FLAG("systemd-compatibility", systemd, "set LISTEN_FDS and LISTEN_PID"),
	/* Last, and not for datagram sockets: they have no accept queue. */
	OPTION('b', "backlog", "NUMBER", "limit of the accept queue (default 5)",
	    offsetof(struct chosen, backlog), true),
};
#define OPTION_COUNT (sizeof options / sizeof *options)

static void
fill_request(struct invocation *invocation, const struct chosen *chosen)
{
	struct request *request = &invocation->request;

	request_init(request, invocation->command->kind);
	if (request->kind != BINDCHAIN_UNIX_DATAGRAM)
		nosh_read_backlog(invocation, chosen->backlog);
	nosh_require(request, BINDCHAIN_PASS_CREDENTIALS, chosen->pass_credentials, 1);
	nosh_require(request, BINDCHAIN_PASS_SECURITY, chosen->pass_security, 1);
	path_access_read(invocation, &chosen->access);
}

static void
prepare(struct invocation *invocation)
{
	static const char *const missing[] = { "Missing listen path name." };
	struct chosen chosen = { 0 };
	char **operands = command_read_options(invocation, &chosen);

	fill_request(invocation, &chosen);
	nosh_take_operands(invocation, operands, 1, missing);
	nosh_set_path(invocation, operands[0]);
	nosh_plan_handover(invocation, chosen.systemd, chosen.upstart);
}

const struct command local_stream_socket_listen_command = {
	.name = COMMAND_NAME("local-stream-socket-listen"),
	.synopsis = "[options] PATH NEXT...",
	.summary = "Open a listening stream Unix socket as descriptor 3 and execute NEXT.",
	.personality = &nosh_personality,
	.options = options,
	.option_count = OPTION_COUNT,
	.kind = BINDCHAIN_UNIX_STREAM,
	.prepare = prepare,
	.run = command_pass_socket,
};

const struct command local_seqpacket_socket_listen_command = {
	.name = COMMAND_NAME("local-seqpacket-socket-listen"),
	.synopsis = "[options] PATH NEXT...",
	.summary = "Open a listening seqpacket Unix socket as descriptor 3 and execute NEXT.",
	.personality = &nosh_personality,
	.options = options,
	.option_count = OPTION_COUNT,
	.kind = BINDCHAIN_UNIX_SEQPACKET,
	.prepare = prepare,
	.run = command_pass_socket,
};

const struct command local_datagram_socket_listen_command = {
	.name = COMMAND_NAME("local-datagram-socket-listen"),
	.synopsis = "[options] PATH NEXT...",
	.summary = "Open a datagram Unix socket as descriptor 3 and execute NEXT.",
	.personality = &nosh_personality,
	.options = options,
	.option_count = OPTION_COUNT - 1,
	.kind = BINDCHAIN_UNIX_DATAGRAM,
	.prepare = prepare,
	.run = command_pass_socket,
};
