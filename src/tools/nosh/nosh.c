/* SPDX-License-Identifier: ISC */
/*
 * The messages of nosh's tools: "PROG: FATAL: …", exit status 1 for everything.
 * The first line is nosh's; further lines, "PROG: info: …", are ours: the second
 * has the details that the first lacks, further ones the causes.
 */
#include "nosh.h"

#include <errno.h>
#include <limits.h>

#include "address.h"
#include "failure.h"
#include "handover.h"
#include "message.h"
#include "number.h"
#include "report_failure.h"

#define NOSH_DEFAULT_BACKLOG 5

const struct dialect nosh_dialect = {
	.lone_dash_skipped = true,
	.argument_required = true,
	.help_options = true,
};

static void
make(struct text *text, const struct invocation *invocation, const char *kind,
    const char *subject, const char *problem)
{
	message_begin(text, invocation, kind);
	text_printf(text, "%s%s%s", subject ? subject : "", subject ? ": " : "", problem);
}

int
nosh_fatal(const struct invocation *invocation, const char *subject, const char *problem)
{
	struct text text;

	make(&text, invocation, nosh_personality.fatal, subject, problem);
	message_keep(&text);
	return NOSH_EXIT_FAILURE;
}

void
nosh_warning(const struct invocation *invocation, const char *subject, const char *problem)
{
	struct text text;

	make(&text, invocation, nosh_personality.warning, subject, problem);
	message_write(&text);
}

void
nosh_info(const struct invocation *invocation, const char *format, ...)
{
	va_list arguments;
	struct text text;

	message_begin(&text, invocation, MESSAGE_INFO);
	va_start(arguments, format);
	text_vprintf(&text, format, arguments);
	va_end(arguments);
	message_keep(&text);
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

void
nosh_require(struct bindchain_request *request, enum bindchain_option option, bool wanted,
    int value)
{
	if (wanted)
		request->options[option]
		    = (struct bindchain_setting) { BINDCHAIN_REQUIRED, value };
}

/*
 * Any int is a backlog, as C writes it.  A negative one, or one that only fits
 * an unsigned int, is the maximum: listen(2) takes an int, and every kernel
 * truncates a negative one to the maximum.
 */
int
nosh_read_backlog(struct invocation *invocation, const char *text)
{
	static const struct number_rule rule = { .sign_allowed = true, .minimum = INT_MIN,
		.maximum = UINT_MAX };
	int *backlog = &invocation->request.backlog;
	long long number;

	*backlog = NOSH_DEFAULT_BACKLOG;
	if (!text)
		return 0;
	switch (number_read(text, &rule, &number)) {
	case NUMBER_MALFORMED:
		return nosh_fatal(invocation, text, "not a number");
	case NUMBER_OUT_OF_RANGE:
		return nosh_fatal(invocation, text,
		    "not a number from -2147483648 to 4294967295");
	case NUMBER_READ:
		break;
	}
	*backlog = number < 0 || number > INT_MAX ? BINDCHAIN_BACKLOG_MAXIMUM : (int)number;
	return 0;
}

int
nosh_set_path(struct invocation *invocation, const char *path)
{
	struct bindchain_failure failure;

	if (command_set_path(&invocation->request, path, &failure) == 0)
		return 0;
	return report_failure(invocation, &failure);
}

int
nosh_hand_over(struct invocation *invocation, bool systemd, bool upstart)
{
	static const struct handover_sockets nameless = { .count = 1 };
	struct bindchain_failure failure;
	unsigned conventions = (systemd ? HANDOVER_SYSTEMD : 0) | (upstart ? HANDOVER_UPSTART : 0);

	if (handover_to_listen_fds(&invocation->handover, conventions, &nameless, &failure) == 0)
		return COMMAND_CHAIN;
	return report_failure(invocation, &failure);
}

/* The first line is nosh's, the suggestion ours. */
static int
unknown_option(const struct invocation *invocation, const struct options_result *result,
    const char *problem)
{
	const struct option_spec *nearest = options_nearest(invocation->command, result);

	nosh_fatal(invocation, result->word, problem);
	if (nearest)
		nosh_info(invocation, "did you mean --%s%s%s", nearest->long_name,
		    nearest->argument[0] ? " " : "", nearest->argument);
	return NOSH_EXIT_FAILURE;
}

static int
bad_option(const struct invocation *invocation, const struct options_result *result)
{
	switch (result->problem) {
	case OPTIONS_HELP:
	case OPTIONS_USAGE:
		options_print_usage(invocation->command, result->problem == OPTIONS_HELP);
		return command_finish_output(invocation);
	case OPTIONS_ARGUMENT_MISSING:
		return nosh_fatal(invocation, result->spec->long_name, "missing option argument");
	case OPTIONS_UNKNOWN_SHORT:
		return nosh_fatal(invocation, result->word, "unrecognized option(s)");
	default:
		return unknown_option(invocation, result, "unrecognized option");
	}
}

static void
add_subject(struct text *text, const struct invocation *invocation,
    const struct bindchain_failure *failure)
{
	const char *host = invocation->request.host, *service = invocation->request.service;

	switch (failure->operation) {
	case BINDCHAIN_RESOLVE:
	case BINDCHAIN_CHECK_INTERFACES:
		text_printf(text, "%s%s%s: ", host, service ? " " : "", service ? service : "");
		break;
	case BINDCHAIN_UNSUPPORTED:
	case BINDCHAIN_EXEC:
		text_printf(text, "%s: ", failure->subject);
		break;
	case BINDCHAIN_INHERITED:
		text_printf(text, "LISTEN_FDS: ");
		break;
	default:
		if (address_family(&invocation->request.address) == AF_UNIX)
			text_printf(text, "%s: ", host);
		break;
	}
}

/* nosh's first line names no call. */
static bool
add_first_line(struct text *text, const struct invocation *invocation,
    const struct bindchain_failure *failure)
{
	if (failure->operation == BINDCHAIN_PATH && failure->error == ENAMETOOLONG) {
		text_printf(text, "Listen path name is too long.");
		return false;
	}
	add_subject(text, invocation, failure);
	text_printf(text, "%s", failure_cause(failure));
	return false;
}

static int
exit_status(const struct bindchain_failure *failure)
{
	(void)failure;
	return NOSH_EXIT_FAILURE;
}

const struct personality nosh_personality = {
	.fatal = "FATAL",
	.warning = "WARNING",
	.bad_option = bad_option,
	.add_first_line = add_first_line,
	.exit_status = exit_status,
	.words = { .bind_any = "--bind-to-any" },
};
