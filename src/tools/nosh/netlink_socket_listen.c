/* SPDX-License-Identifier: ISC */
/* netlink-datagram-socket-listen [options] PROTOCOL GROUPS NEXT…, as nosh has it. */
#include <limits.h>
#include <stddef.h>

#include "backend.h"
#include "command.h"
#include "fatal.h"
#include "nosh.h"
#include "number.h"
#include "request.h"

struct chosen {
	bool upstart, systemd, raw, pass_credentials, pass_security;
	const char *receive_buffer;
};

#define FLAG(long_name, field, help) \
	OPTION(0, long_name, "", help, offsetof(struct chosen, field), true)

static const struct option_spec options[] = {
	FLAG("raw", raw, "open a raw socket instead of a datagram one"),
	OPTION(0, "receive-buffer-size", "BYTES", "size of the receive buffer",
	    offsetof(struct chosen, receive_buffer), true),
	FLAG("pass-credentials", pass_credentials,
	    "receive the sender's process and user with each message"),
	FLAG("pass-security", pass_security,
	    "receive the sender's security label with each message"),
	FLAG("upstart-compatibility", upstart, "set UPSTART_EVENTS and UPSTART_FDS"),
	FLAG("systemd-compatibility", systemd, "set LISTEN_FDS and LISTEN_PID"),
};

static void
read_receive_buffer(struct invocation *invocation, const char *text)
{
	static const struct number_rule rule = { .base = 0, .maximum = INT_MAX };
	long long bytes;

	if (!text)
		return;
	bytes = nosh_read_number(invocation, text, &rule,
	    "not a size, which is 0 to 2147483647");
	nosh_require(&invocation->request, BINDCHAIN_RECEIVE_BUFFER, true, (int)bytes);
}

static void
set_address(struct invocation *invocation, const char *protocol, const char *groups)
{
	static const struct number_rule rule = { .base = 0, .maximum = UINT_MAX };
	struct request *request = &invocation->request;
	long long mask;

	request->host = protocol;
	if (number_read(groups, &rule, &mask) != NUMBER_READ)
		fatal(invocation, "%s: Bad group number.", groups);
	if (!backend_lack(request->kind)
	    && !backend_netlink(protocol, (unsigned)mask, &request->address,
	           &request->protocol))
		fatal(invocation, "%s: unknown netlink protocol", protocol);
}

static void
prepare(struct invocation *invocation)
{
	static const char *const missing[] = { "Missing protocol name.",
		"Missing group number." };
	struct chosen chosen = { 0 };
	char **operands = command_read_options(invocation, &chosen);

	request_init(&invocation->request,
	    chosen.raw ? BINDCHAIN_NETLINK_RAW : BINDCHAIN_NETLINK);
	nosh_require(&invocation->request, BINDCHAIN_PASS_CREDENTIALS,
	    chosen.pass_credentials, 1);
	nosh_require(&invocation->request, BINDCHAIN_PASS_SECURITY, chosen.pass_security, 1);
	read_receive_buffer(invocation, chosen.receive_buffer);
	nosh_take_operands(invocation, operands, 2, missing);
	set_address(invocation, operands[0], operands[1]);
	nosh_plan_handover(invocation, chosen.systemd, chosen.upstart);
}

const struct command netlink_datagram_socket_listen_command = {
	.name = COMMAND_NAME("netlink-datagram-socket-listen"),
	.synopsis = "[options] PROTOCOL GROUPS NEXT...",
	.summary = "Open a netlink socket as descriptor 3 and execute NEXT.",
	.personality = &nosh_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.kind = BINDCHAIN_NETLINK,
	.prepare = prepare,
	.run = command_pass_socket,
};
