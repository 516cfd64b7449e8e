/* SPDX-License-Identifier: ISC */
/* fdmove [-c] TO FROM NEXT…, as nosh has it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "fatal.h"
#include "message.h"
#include "nosh.h"
#include "number.h"

struct chosen {
	bool copy;
};

static const struct option_spec options[] = {
	OPTION('c', "copy", "", "leave FROM open as well", offsetof(struct chosen, copy), true),
};

static int
read_descriptor(const struct invocation *invocation, const char *text)
{
	static const struct number_rule rule = { .base = 0, .maximum = INT_MAX };
	long long number;

	if (number_read(text, &rule, &number) != NUMBER_READ)
		fatal(invocation, "%s: Not a number.", text);
	return (int)number;
}

/* dup2(2) clears close-on-exec, except on a descriptor duplicated to itself. */
static int
duplicate(int from, int to)
{
	return from == to ? fcntl(from, F_SETFD, 0) : dup2(from, to);
}

static void
run(struct invocation *invocation)
{
	static const char *const missing[] = { "Missing destination file descriptor number.",
		"Missing source file descriptor number." };
	struct chosen chosen = { 0 };
	char **operands = command_read_options(invocation, &chosen);
	int to, from;

	nosh_take_operands(invocation, operands, 2, missing);
	to = read_descriptor(invocation, operands[0]);
	from = read_descriptor(invocation, operands[1]);
	if (duplicate(from, to) < 0) {
		fatal_line(invocation, "dup2: %s", strerror(errno));
		message_inform(invocation, "from descriptor %s to %s", operands[1], operands[0]);
		fatal_exit(invocation, NOSH_EXIT_FAILURE);
	}
	if (!chosen.copy && from != to)
		close(from);
}

const struct command fdmove_command = {
	.name = COMMAND_NAME("fdmove"),
	.synopsis = "[-c] TO FROM NEXT...",
	.summary = "Move descriptor FROM to TO and execute NEXT.",
	.personality = &nosh_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.run = run,
};
