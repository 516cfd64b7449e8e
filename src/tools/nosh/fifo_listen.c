/* SPDX-License-Identifier: ISC */
/* fifo-listen [options] PATH NEXT…, as nosh has it. */
#include <stddef.h>

#include "command.h"
#include "nosh.h"
#include "path_access.h"
#include "request.h"

struct chosen {
	bool systemd, read_only;
	struct path_access access;
};

static const struct option_spec options[] = {
	PATH_ACCESS_OPTIONS(struct chosen, access),
	OPTION(0, "systemd-compatibility", "", "set LISTEN_FDS and LISTEN_PID",
	    offsetof(struct chosen, systemd), true),
	OPTION(0, "read-only", "", "let end-of-file follow the last writer",
	    offsetof(struct chosen, read_only), true),
};

static void
prepare(struct invocation *invocation)
{
	static const char *const missing[] = { "Missing listen path name." };
	struct chosen chosen = { 0 };
	char **operands = command_read_options(invocation, &chosen);

	request_init(&invocation->request, BINDCHAIN_FIFO);
	path_access_read(invocation, &chosen.access);
	invocation->request.read_only = chosen.read_only;
	nosh_take_operands(invocation, operands, 1, missing);
	nosh_set_path(invocation, operands[0]);
	nosh_plan_handover(invocation, chosen.systemd, false);
}

const struct command fifo_listen_command = {
	.name = COMMAND_NAME("fifo-listen"),
	.synopsis = "[options] PATH NEXT...",
	.summary = "Open a FIFO, created if missing, as descriptor 3 and execute NEXT.",
	.personality = &nosh_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.kind = BINDCHAIN_FIFO,
	.prepare = prepare,
	.run = command_pass_socket,
};
