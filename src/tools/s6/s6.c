/* SPDX-License-Identifier: ISC */
/*
 * The messages of s6's tools: "PROG: fatal: unable to …", with the command's own
 * name for PROG, whatever it was called by, and an exit status for each class of
 * failure.  Lines with "PROG: info: …" are ours.
 */
#include "request.h"
#include "s6.h"

#include <errno.h>
#include <limits.h>

#include "failure.h"
#include "fatal.h"
#include "message.h"
#include "number.h"

const struct dialect s6_dialect = {
	.attached_arguments = true,
};

/* skalibs' subgetopt, for the servers and what starts them: an option's argument may be
 * "--". */
static const struct dialect getopt_dialect = {
	.attached_arguments = true,
	.argument_required = true,
};

void
s6_usage(const struct invocation *invocation, const char *format, ...)
{
	const struct command *command = invocation->command;
	struct text text;
	va_list arguments;

	message_begin(&text, invocation, "usage");
	text_printf(&text, "%s %s", command->name, command->synopsis);
	message_keep(&text);
	message_begin(&text, invocation, MESSAGE_INFO);
	va_start(arguments, format);
	text_vprintf(&text, format, arguments);
	va_end(arguments);
	message_keep(&text);
	fatal_exit(invocation, S6_EXIT_USAGE);
}

bool
s6_read_backlog(struct request *request, const char *text)
{
	static const struct number_rule rule = { .base = 10, .maximum = UINT_MAX };
	long long number;

	request->backlog = BINDCHAIN_BACKLOG_MAXIMUM;
	if (!text)
		return true;
	if (number_read(text, &rule, &number) != NUMBER_READ)
		return false;
	if (number == 0)
		request->backlog = BINDCHAIN_NO_LISTEN;
	else if (number <= INT_MAX)
		request->backlog = (int)number;
	return true;
}

/* The suggestion that follows the first line. */
static void
suggest(const struct invocation *invocation, const struct options_result *result)
{
	const struct option_spec *nearest = options_nearest(invocation->command, result);

	if (nearest)
		message_inform(invocation, "did you mean --%s%s%s", nearest->long_name,
		    nearest->argument[0] ? "=" : "", nearest->argument);
}

static void
refuse_option(const struct invocation *invocation, const struct options_result *result)
{
	const char letter[] = { result->letter, '\0' };

	switch (result->problem) {
	case OPTIONS_UNKNOWN_SHORT:
		fatal_line(invocation, "unrecognized short option: %s", letter);
		break;
	case OPTIONS_UNKNOWN_LONG_WITH_ARGUMENT:
		fatal_line(invocation, "unrecognized option with argument: %s", result->word);
		suggest(invocation, result);
		break;
	case OPTIONS_NAMELESS:
		fatal_line(invocation, "invalid option: %s", result->word);
		break;
	default:
		fatal_line(invocation, "unrecognized boolean option: %s", result->word);
		suggest(invocation, result);
		break;
	}
}

/* "bind to IP port N ", where the space is s6's, or "bind to PATH". */
static void
add_address(struct text *text, const struct invocation *invocation, const char *what)
{
	const struct request *request = &invocation->request;

	if (request->service)
		text_printf(text, "unable to %s to %s port %s ", what, request->host,
		    request->service);
	else
		text_printf(text, "unable to %s to %s", what, request->host);
}

static void
add_what(struct text *text, const struct invocation *invocation,
    const struct bindchain_failure *failure)
{
	switch (failure->operation) {
	case BINDCHAIN_LISTEN:
		add_address(text, invocation, "listen");
		break;
	case BINDCHAIN_EXEC:
		text_printf(text, "unable to exec %s", failure->subject);
		break;
	case BINDCHAIN_SOCKET:
	case BINDCHAIN_FCNTL:
	case BINDCHAIN_PLACE:
		text_printf(text, "unable to create socket");
		break;
	default:
		/* s6 sets its options within "bind". */
		add_address(text, invocation, "bind");
		break;
	}
}

static bool
add_first_line(struct text *text, const struct invocation *invocation,
    const struct bindchain_failure *failure)
{
	char cause[ERROR_TEXT_SIZE];

	add_what(text, invocation, failure);
	text_printf(text, ": %s", failure_cause(failure, cause));
	return false;
}

static int
exit_status(const struct bindchain_failure *failure)
{
	switch (failure->operation) {
	case BINDCHAIN_UNSUPPORTED:
		return S6_EXIT_USAGE;
	case BINDCHAIN_EXEC:
		return failure->error == ENOENT ? S6_EXIT_NOT_FOUND : S6_EXIT_NOT_EXECUTABLE;
	default:
		return S6_EXIT_FAILURE;
	}
}

const struct personality s6_personality = {
	.fatal = "fatal",
	.warning = "warning",
	.usage_status = S6_EXIT_USAGE,
	.dialect = &s6_dialect,
	.refuse_option = refuse_option,
	.add_first_line = add_first_line,
	.exit_status = exit_status,
	.words = { .no_listen = "-b 0", .replace = "-d" },
};

/* Its commands refuse options by s6_usage(). */
const struct personality s6_server_personality = {
	.fatal = "fatal",
	.warning = "warning",
	.usage_status = S6_EXIT_USAGE,
	.dialect = &getopt_dialect,
	.refuse_option = refuse_option,
	.add_first_line = add_first_line,
	.exit_status = exit_status,
};
