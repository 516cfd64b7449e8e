/* SPDX-License-Identifier: ISC */
/* s6-ipcserver-socketbinder [-d|-D] [-b backlog] [-M|-m] [-a perms] [-B] path prog… */
#include <limits.h>
#include <stddef.h>
#include <unistd.h>

#include "command.h"
#include "handover.h"
#include "number.h"
#include "report_failure.h"
#include "request.h"
#include "s6.h"

struct chosen {
	bool no_reuse, datagram, blocking;
	const char *backlog, *permissions;
};

static const struct option_spec options[] = {
	OPTION('d', "", "", "replace a stale socket at path (the default)",
	    offsetof(struct chosen, no_reuse), false),
	OPTION('D', "", "", "fail if path exists",
	    offsetof(struct chosen, no_reuse), true),
	OPTION('b', "", "backlog", "limit of the accept queue; 0: do not listen (default: maximum)",
	    offsetof(struct chosen, backlog), true),
	OPTION('M', "", "", "a stream socket (the default)",
	    offsetof(struct chosen, datagram), false),
	OPTION('m', "", "", "a datagram socket; needs -b 0",
	    offsetof(struct chosen, datagram), true),
	OPTION('a', "", "perms", "permissions of the path, octal (default: 0777)",
	    offsetof(struct chosen, permissions), true),
	OPTION('B', "", "", "leave the socket blocking",
	    offsetof(struct chosen, blocking), true),
};

static void
read_permissions(struct invocation *invocation, const char *text)
{
	static const struct number_rule rule = { .base = 8, .maximum = UINT_MAX };
	long long mode = 0777;

	if (text && number_read(text, &rule, &mode) != NUMBER_READ)
		s6_usage(invocation, "not permissions (octal): %s", text);
	invocation->request.access.has_mode = true;
	invocation->request.access.mode = (mode_t)(mode & 0777);
}

static void
fill_request(struct invocation *invocation, const struct chosen *chosen)
{
	struct request *request = &invocation->request;

	request_init(request,
	    chosen->datagram ? BINDCHAIN_UNIX_DATAGRAM : BINDCHAIN_UNIX_STREAM);
	request->nonblocking = !chosen->blocking;
	request->as_standard_input = true;
	request->keep_path = chosen->no_reuse;
	if (!s6_read_backlog(request, chosen->backlog))
		s6_usage(invocation, S6_NOT_A_BACKLOG, chosen->backlog);
	read_permissions(invocation, chosen->permissions);
}

static void
prepare(struct invocation *invocation)
{
	static const char operands[][8] = { "path", "prog" };
	struct chosen chosen = { 0 };
	struct bindchain_failure failure;
	struct options_result parsed;

	options_parse(invocation->command, invocation->argv, &chosen, &parsed);
	if (parsed.problem != OPTIONS_FINE)
		s6_usage(invocation, "unknown option: %s", parsed.word);
	for (int i = 0; i < 2; i++)
		if (!parsed.operands[i])
			s6_usage(invocation, "missing: %s", operands[i]);
	handover_to_descriptor(&invocation->handover, STDIN_FILENO,
	    &(struct handover_sockets) { .count = 1 });
	invocation->next = parsed.operands + 1;
	fill_request(invocation, &chosen);
	if (command_set_path(&invocation->request, parsed.operands[0], &failure) != 0)
		report_failure(invocation, &failure);
}

const struct command s6_ipcserver_socketbinder_command = {
	.name = COMMAND_NAME("s6-ipcserver-socketbinder"),
	.synopsis = "[ -d | -D ] [ -b backlog ] [ -M | -m ] [ -a perms ] [ -B ] path prog...",
	.summary = "Open a Unix socket as standard input and execute prog.",
	.personality = &s6_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.prepare = prepare,
	.run = command_pass_socket,
};
