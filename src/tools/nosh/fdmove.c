/* SPDX-License-Identifier: ISC */
/* fdmove [-c] TO FROM NEXT…, as nosh has it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "nosh.h"
#include "number.h"

struct settings {
	bool copy;
};

static const struct option_spec options[] = {
	OPTION('c', "copy", "", "leave FROM open as well", offsetof(struct settings, copy), true),
};

/* Returns 0, or the exit status. */
static int
read_descriptor(const struct invocation *invocation, const char *text, int *descriptor)
{
	static const struct number_rule rule = { .base = 0, .maximum = INT_MAX };
	long long number;

	if (number_read(text, &rule, &number) != NUMBER_READ)
		return nosh_fatal(invocation, text, "Not a number.");
	*descriptor = (int)number;
	return 0;
}

/* dup2(2) clears close-on-exec, except on a descriptor duplicated to itself. */
static int
duplicate(int from, int to)
{
	return from == to ? fcntl(from, F_SETFD, 0) : dup2(from, to);
}

static int
run(struct invocation *invocation)
{
	static const char *const missing[] = { "Missing destination file descriptor number.",
		"Missing source file descriptor number." };
	struct settings settings = { 0 };
	struct options_result parsed;
	int to = -1, from = -1, status;

	options_parse(invocation->command, invocation->argv, &settings, &parsed);
	if (parsed.problem != OPTIONS_FINE)
		return nosh_personality.bad_option(invocation, &parsed);
	status = nosh_take_operands(invocation, parsed.operands, 2, missing);
	if (status == 0)
		status = read_descriptor(invocation, parsed.operands[0], &to);
	if (status == 0)
		status = read_descriptor(invocation, parsed.operands[1], &from);
	if (status != 0)
		return status;
	if (duplicate(from, to) < 0) {
		status = nosh_fatal(invocation, "dup2", strerror(errno));
		nosh_info(invocation, "from descriptor %s to %s", parsed.operands[1],
		    parsed.operands[0]);
		return status;
	}
	if (!settings.copy && from != to)
		close(from);
	return COMMAND_CHAIN;
}

const struct command fdmove_command = {
	.name = COMMAND_NAME("fdmove"),
	.synopsis = "[-c] TO FROM NEXT...",
	.summary = "Move descriptor FROM to TO and execute NEXT.",
	.personality = &nosh_personality,
	.dialect = &nosh_dialect,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.run = run,
};
