/* SPDX-License-Identifier: ISC */
/*
 * How nosh's tools speak: "PROG: FATAL: …", exit status 1 for everything.  The
 * first line is theirs; those behind it, "PROG: info: …", are ours: the second
 * names what theirs leaves out, and further ones say what is behind it.
 */
#include <unistd.h>

#include "command.h"
#include "failure.h"
#include "hint_lines.h"
#include "nosh.h"

const struct dialect nosh_dialect = {
	.lone_dash_skipped = true,
	.argument_required = true,
	.help_options = true,
};

static void
begin(struct text *text, const struct invocation *invocation, const char *kind)
{
	text_init(text);
	text_add_visible(text, invocation->program);
	text_add(text, kind);
}

int
nosh_fatal(const struct invocation *invocation, const char *subject, const char *problem)
{
	struct text text;

	begin(&text, invocation, ": FATAL: ");
	if (subject) {
		text_add_visible(&text, subject);
		text_add(&text, ": ");
	}
	text_add(&text, problem);
	text_write_line(&text, STDERR_FILENO);
	return NOSH_EXIT_FAILURE;
}

void
nosh_info(const struct invocation *invocation, const char *first, const char *second,
    const char *third, const char *fourth)
{
	const char *const parts[] = { first, second, third, fourth };
	struct text text;

	begin(&text, invocation, ": info: ");
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		text_add_visible(&text, parts[i]);
	text_write_line(&text, STDERR_FILENO);
}

int
nosh_take_operands(struct invocation *invocation, char **operands, int count,
    const char *const *missing)
{
	for (int i = 0; i < count; i++)
		if (!operands[i])
			return nosh_fatal(invocation, NULL, missing[i]);
	if (!operands[count])
		return nosh_fatal(invocation, NULL, "Missing next program.");
	invocation->next = operands + count;
	return 0;
}

static int
bad_option(const struct invocation *invocation, const struct options_result *result)
{
	switch (result->problem) {
	case OPTIONS_HELP:
	case OPTIONS_USAGE:
		return options_print_usage(invocation->command, invocation->program,
		    result->problem == OPTIONS_HELP);
	case OPTIONS_ARGUMENT_MISSING:
		return nosh_fatal(invocation, result->spec->long_name, "missing option argument");
	case OPTIONS_UNKNOWN_SHORT:
		return nosh_fatal(invocation, result->word, "unrecognized option(s)");
	default:
		return nosh_fatal(invocation, result->word, "unrecognized option");
	}
}

static void
add_subject(struct text *text, const struct invocation *invocation,
    const struct bindchain_failure *failure)
{
	switch (failure->operation) {
	case BINDCHAIN_RESOLVE:
	case BINDCHAIN_CHECK_INTERFACES:
		text_add_visible(text, invocation->request.host);
		text_add(text, " ");
		text_add_visible(text, invocation->request.service);
		text_add(text, ": ");
		break;
	case BINDCHAIN_UNSUPPORTED:
	case BINDCHAIN_EXEC:
		text_add_visible(text, failure->subject);
		text_add(text, ": ");
		break;
	case BINDCHAIN_INHERITED:
		text_add(text, "LISTEN_FDS: ");
		break;
	default:
		break;
	}
}

static int
failed(const struct invocation *invocation, const struct bindchain_failure *failure)
{
	const struct bindchain_request *request =
	    invocation->request.host ? &invocation->request : NULL;
	struct text text, prefix;

	begin(&text, invocation, ": FATAL: ");
	add_subject(&text, invocation, failure);
	text_add_cause(&text, failure);
	text_write_line(&text, STDERR_FILENO);
	begin(&text, invocation, ": info: ");
	prefix = text;
	if (text_add_details(&text, failure, request))
		text_write_line(&text, STDERR_FILENO);
	hint_lines_write(&prefix, invocation, failure);
	return NOSH_EXIT_FAILURE;
}

const struct personality nosh_personality = { bad_option, failed };
