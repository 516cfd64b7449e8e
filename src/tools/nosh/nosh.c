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
#include "environment.h"
#include "failure.h"
#include "fatal.h"
#include "handover.h"
#include "message.h"
#include "number.h"
#include "report_failure.h"
#include "request.h"

#define NOSH_DEFAULT_BACKLOG 5

const struct dialect nosh_dialect = {
	.lone_dash_skipped = true,
	.argument_required = true,
	.help_options = true,
};

void
nosh_take_operands(struct invocation *invocation, char **operands, int count,
    const char *const *missing)
{
	for (int i = 0; i < count; i++)
		if (!operands[i])
			fatal(invocation, "%s", missing[i]);
	if (!operands[count])
		fatal(invocation, "Missing next program.");
	invocation->next = operands + count;
}

void
nosh_require(struct request *request, enum bindchain_option option, bool wanted,
    int value)
{
	if (wanted)
		request->options[option]
		    = (struct option_setting) { BINDCHAIN_REQUIRED, value };
}

long long
nosh_read_number(const struct invocation *invocation, const char *text,
    const struct number_rule *rule, const char *out_of_range)
{
	long long number;

	switch (number_read(text, rule, &number)) {
	case NUMBER_MALFORMED:
		fatal(invocation, "%s: not a number", text);
	case NUMBER_OUT_OF_RANGE:
		fatal(invocation, "%s: %s", text, out_of_range);
	case NUMBER_READ:
		break;
	}
	return number;
}

/*
 * Any int is a backlog, as C writes it.  A negative one, or one that only fits
 * an unsigned int, is the maximum: listen(2) takes an int, and every kernel
 * truncates a negative one to the maximum.
 */
void
nosh_read_backlog(struct invocation *invocation, const char *text)
{
	static const struct number_rule rule = { .sign_allowed = true, .minimum = INT_MIN,
		.maximum = UINT_MAX };
	int *backlog = &invocation->request.backlog;
	long long number;

	*backlog = NOSH_DEFAULT_BACKLOG;
	if (!text)
		return;
	number = nosh_read_number(invocation, text, &rule,
	    "not a number from -2147483648 to 4294967295");
	*backlog = number < 0 || number > INT_MAX ? BINDCHAIN_BACKLOG_MAXIMUM : (int)number;
}

void
nosh_set_path(struct invocation *invocation, const char *path)
{
	struct bindchain_failure failure;

	if (command_set_path(&invocation->request, path, &failure) != 0)
		report_failure(invocation, &failure);
}

void
nosh_plan_handover(struct invocation *invocation, bool systemd, bool upstart)
{
	static const struct handover_sockets nameless = { .count = 1 };
	struct bindchain_failure failure;
	unsigned conventions = (systemd ? HANDOVER_SYSTEMD : 0) | (upstart ? HANDOVER_UPSTART : 0);

	if (handover_to_listen_fds(&invocation->handover, conventions, environment_all(),
	        &nameless, &failure) != 0)
		report_failure(invocation, &failure);
}

/* The first line is nosh's, the suggestion ours. */
static void
unknown_option(const struct invocation *invocation, const struct options_result *result)
{
	const struct option_spec *nearest = options_nearest(invocation->command, result);

	fatal_line(invocation, "%s: unrecognized option", result->word);
	if (nearest)
		message_inform(invocation, "did you mean --%s%s%s", nearest->long_name,
		    nearest->argument[0] ? " " : "", nearest->argument);
}

static void
refuse_option(const struct invocation *invocation, const struct options_result *result)
{
	switch (result->problem) {
	case OPTIONS_ARGUMENT_MISSING:
		fatal_line(invocation, "%s: missing option argument", result->spec->long_name);
		break;
	case OPTIONS_UNKNOWN_SHORT:
		fatal_line(invocation, "%s: unrecognized option(s)", result->word);
		break;
	default:
		unknown_option(invocation, result);
		break;
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
	char cause[ERROR_TEXT_SIZE];

	if (failure->operation == BINDCHAIN_PATH && failure->error == ENAMETOOLONG) {
		text_printf(text, "Listen path name is too long.");
		return false;
	}
	add_subject(text, invocation, failure);
	text_printf(text, "%s", failure_cause(failure, cause));
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
	.usage_status = NOSH_EXIT_FAILURE,
	.dialect = &nosh_dialect,
	.refuse_option = refuse_option,
	.add_first_line = add_first_line,
	.exit_status = exit_status,
	.words = { .bind_any = "--bind-to-any" },
};
