/* SPDX-License-Identifier: ISC */
/*
 * How s6's tools speak: "PROG: fatal: unable to …", with PROG the name of the
 * command whatever it was called by, and an exit status for each class of
 * failure.  Lines that say "PROG: info: …" are ours.
 */
#include "s6.h"

#include <errno.h>
#include <limits.h>

#include "failure.h"
#include "number.h"
#include "hint_lines.h"
#include "message.h"

const struct dialect s6_dialect = {
	.attached_arguments = true,
};

static void
begin(struct text *text, const struct invocation *invocation, const char *kind)
{
	text_init(text);
	text_add(text, invocation->command->name);
	text_add(text, kind);
}

int
s6_fatal_usage(const struct invocation *invocation, const char *problem, const char *word)
{
	struct text text;

	begin(&text, invocation, ": fatal: ");
	text_add(&text, problem);
	if (word)
		text_add_visible(&text, word);
	message_keep(&text);
	return S6_EXIT_USAGE;
}

static void
info(const struct invocation *invocation, const char *problem, const char *word)
{
	struct text text;

	begin(&text, invocation, ": info: ");
	text_printf(&text, "%s%s", problem, word);
	message_keep(&text);
}

int
s6_usage(const struct invocation *invocation, const char *problem, const char *word)
{
	struct text text;

	begin(&text, invocation, ": usage: ");
	text_add(&text, invocation->command->name);
	text_add(&text, " ");
	text_add(&text, invocation->command->synopsis);
	message_keep(&text);
	info(invocation, problem, word);
	return S6_EXIT_USAGE;
}

int
s6_read_backlog(struct invocation *invocation, const char *text)
{
	static const struct number_rule rule = { .base = 10, .maximum = UINT_MAX };
	int *backlog = &invocation->request.backlog;
	long long number;

	*backlog = BINDCHAIN_BACKLOG_MAXIMUM;
	if (!text)
		return 0;
	if (number_read(text, &rule, &number) != NUMBER_READ) {
		s6_fatal_usage(invocation, "backlog must be an unsigned integer", NULL);
		info(invocation, "not 0 to 4294967295: ", text);
		return S6_EXIT_USAGE;
	}
	if (number == 0)
		*backlog = BINDCHAIN_NO_LISTEN;
	else if (number <= INT_MAX)
		*backlog = (int)number;
	return 0;
}

static int
unknown_option(const struct invocation *invocation, const struct options_result *result,
    const char *problem)
{
	const struct option_spec *nearest = options_nearest(invocation->command, result);
	const char *equals = nearest && nearest->argument[0] ? "=" : "";
	struct text text;

	s6_fatal_usage(invocation, problem, result->word);
	if (!nearest)
		return S6_EXIT_USAGE;
	begin(&text, invocation, ": info: ");
	text_printf(&text, "did you mean --%s%s%s", nearest->long_name, equals, nearest->argument);
	message_keep(&text);
	return S6_EXIT_USAGE;
}

static int
bad_option(const struct invocation *invocation, const struct options_result *result)
{
	const char letter[] = { result->letter, '\0' };

	switch (result->problem) {
	case OPTIONS_UNKNOWN_SHORT:
		return s6_fatal_usage(invocation, "unrecognized short option: ", letter);
	case OPTIONS_UNKNOWN_LONG_WITH_ARGUMENT:
		return unknown_option(invocation, result, "unrecognized option with argument: ");
	case OPTIONS_NAMELESS:
		return s6_fatal_usage(invocation, "invalid option: ", result->word);
	default:
		return unknown_option(invocation, result, "unrecognized boolean option: ");
	}
}

/* "bind to IP port N " and the like, where the space belongs to it, or "bind to
 * PATH". */
static void
add_address(struct text *text, const struct invocation *invocation, const char *what)
{
	text_add(text, what);
	text_add_visible(text, invocation->request.host);
	if (!invocation->request.service)
		return;
	text_add(text, " port ");
	text_add_visible(text, invocation->request.service);
	text_add(text, " ");
}

static void
add_what(struct text *text, const struct invocation *invocation,
    const struct bindchain_failure *failure)
{
	text_add(text, "unable to ");
	switch (failure->operation) {
	case BINDCHAIN_LISTEN:
		add_address(text, invocation, "listen to ");
		break;
	case BINDCHAIN_EXEC:
		text_add(text, "exec ");
		text_add_visible(text, failure->subject);
		break;
	case BINDCHAIN_SOCKET:
	case BINDCHAIN_FCNTL:
	case BINDCHAIN_PLACE:
		text_add(text, "create socket");
		break;
	default:
		/* s6 sets its options within "bind". */
		add_address(text, invocation, "bind to ");
		break;
	}
}

static int
failed(const struct invocation *invocation, const struct bindchain_failure *failure)
{
	struct text text, prefix;

	begin(&text, invocation, ": fatal: ");
	add_what(&text, invocation, failure);
	text_add(&text, ": ");
	text_add_cause(&text, failure);
	message_keep(&text);
	if (failure->operation == BINDCHAIN_EXEC)
		return failure->error == ENOENT ? S6_EXIT_NOT_FOUND : S6_EXIT_NOT_EXECUTABLE;
	begin(&text, invocation, ": info: ");
	prefix = text;
	if (text_add_details(&text, failure, &invocation->request))
		message_keep(&text);
	hint_lines_keep(&prefix, invocation, failure);
	return failure->operation == BINDCHAIN_UNSUPPORTED ? S6_EXIT_USAGE : S6_EXIT_FAILURE;
}

const struct personality s6_personality = { bad_option, failed, { .no_listen = "-b 0" } };
