/* SPDX-License-Identifier: ISC */
/* The messages of the native commands, and the command `bindchain` itself. */
#include "native.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "failure.h"
#include "message.h"
#include "own_process.h"

const struct dialect native_dialect = {
	.attached_arguments = true,
	.argument_required = true,
	.help_options = true,
};

int
native_fatal_text(const struct invocation *invocation, const struct text *sentence)
{
	struct text text;

	message_begin(&text, invocation, native_personality.fatal);
	text_add_text(&text, sentence);
	message_keep(&text);
	return NATIVE_EXIT_USAGE;
}

int
native_fatal_usage(const struct invocation *invocation, const char *format, ...)
{
	va_list arguments;
	struct text text;

	message_begin(&text, invocation, native_personality.fatal);
	va_start(arguments, format);
	text_vprintf(&text, format, arguments);
	va_end(arguments);
	message_keep(&text);
	return NATIVE_EXIT_USAGE;
}

void
native_suggest(struct text *text, const struct nearest_word *nearest)
{
	if (nearest->right)
		text_printf(text, "; did you mean %s%s?", nearest->prefix, nearest->right);
}

int
native_fatal_choice(const struct invocation *invocation, const char *option, const char *word,
    const char (*choices)[NATIVE_CHOICE_SIZE])
{
	struct nearest_word nearest;
	struct text text;

	nearest_word_begin(&nearest, word, strlen(word));
	message_begin(&text, invocation, native_personality.fatal);
	text_printf(&text, "%s=%s: not ", option, word);
	for (size_t i = 0; choices[i][0]; i++) {
		nearest_word_offer(&nearest, choices[i]);
		text_printf(&text, "%s%s", i == 0 ? "" : choices[i + 1][0] ? ", " : " or ",
		    choices[i]);
	}
	native_suggest(&text, &nearest);
	message_keep(&text);
	return NATIVE_EXIT_USAGE;
}

static void
write_message(const struct invocation *invocation, const char *kind, const struct text *message)
{
	struct text text;

	message_begin(&text, invocation, kind);
	text_add_text(&text, message);
	message_write(&text);
}

static void
compose_message(const struct invocation *invocation, const char *kind, const char *format,
    va_list arguments)
{
	struct text text;

	text_init(&text);
	text_vprintf(&text, format, arguments);
	write_message(invocation, kind, &text);
}

void
native_warn(const struct invocation *invocation, const struct text *sentence)
{
	write_message(invocation, native_personality.warning, sentence);
}

void
native_warning(const struct invocation *invocation, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	compose_message(invocation, native_personality.warning, format, arguments);
	va_end(arguments);
}

void
native_inform(const struct invocation *invocation, const struct text *sentence)
{
	write_message(invocation, MESSAGE_INFO, sentence);
}

void
native_info(const struct invocation *invocation, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	compose_message(invocation, MESSAGE_INFO, format, arguments);
	va_end(arguments);
}

int
native_fatal_call(const struct invocation *invocation, const char *call, const char *subject)
{
	int error = errno;
	struct text text;

	message_begin(&text, invocation, native_personality.fatal);
	text_printf(&text, "%s %s: %s", call, subject, strerror(error));
	message_keep(&text);
	return NATIVE_EXIT_FAILURE;
}

int
native_refuse_set_id(void)
{
	const struct invocation invocation = { .command = &bindchain_command };
	struct text text;

	message_begin(&text, &invocation, native_personality.fatal);
	text_printf(&text, "refusing to run set-user-ID or set-group-ID; %sstart as the user",
	    backend_has_file_capabilities ? "give the file a capability instead, or " : "");
	message_keep(&text);
	return NATIVE_EXIT_USAGE;
}

static int
unknown_option(const struct invocation *invocation, const struct options_result *result)
{
	const struct option_spec *nearest = options_nearest(invocation->command, result);

	if (nearest && strcspn(result->word + 2, "=") == strlen(nearest->long_name)
	    && strncmp(result->word + 2, nearest->long_name, strlen(nearest->long_name)) == 0)
		return native_fatal_usage(invocation, "option takes no argument: %s", result->word);
	if (!nearest)
		return native_fatal_usage(invocation, "unknown option: %s", result->word);
	return native_fatal_usage(invocation, "unknown option: %s; did you mean --%s?",
	    result->word, nearest->long_name);
}

static int
bad_option(const struct invocation *invocation, const struct options_result *result)
{
	const char letter[] = { result->letter, '\0' };

	switch (result->problem) {
	case OPTIONS_HELP:
	case OPTIONS_USAGE:
		options_print_usage(invocation->command, result->problem == OPTIONS_HELP);
		return command_finish_output(invocation);
	case OPTIONS_UNKNOWN_SHORT:
		return native_fatal_usage(invocation, "unknown option: -%s", letter);
	case OPTIONS_ARGUMENT_MISSING:
		return native_fatal_usage(invocation, "option needs an argument: %s", result->word);
	default:
		return unknown_option(invocation, result);
	}
}

static int
exit_status(const struct bindchain_failure *failure)
{
	switch (failure->operation) {
	case BINDCHAIN_UNSUPPORTED:
	case BINDCHAIN_PATH:
	case BINDCHAIN_REQUIREMENT:
		return NATIVE_EXIT_USAGE;
	case BINDCHAIN_EXEC:
		return failure->error == ENOENT ? NATIVE_EXIT_NOT_FOUND
		                                : NATIVE_EXIT_NOT_EXECUTABLE;
	default:
		return NATIVE_EXIT_FAILURE;
	}
}

/* All of it is in the first line, but the alternative to what is not supported. */
static bool
add_first_line(struct text *text, const struct invocation *invocation,
    const struct bindchain_failure *failure)
{
	const struct bindchain_request *request =
	    invocation->request.host ? &invocation->request : NULL;

	if (failure->operation != BINDCHAIN_UNSUPPORTED
	    && text_add_details(text, failure, request))
		return true;
	if (failure->operation == BINDCHAIN_RESOLVE && request)
		text_printf(text, "%s %s: ", request->host, request->service);
	else if (failure->subject)
		text_printf(text, "%s: ", failure->subject);
	text_printf(text, "%s", failure_cause(failure));
	return false;
}

const struct personality native_personality = {
	.fatal = "fatal",
	.warning = "warning",
	.bad_option = bad_option,
	.add_first_line = add_first_line,
	.exit_status = exit_status,
	.words = { .bind_any = "bind-any" },
};

struct settings {
	bool version;
};

static const struct option_spec options[] = {
	OPTION('V', "version", "", "print the version", offsetof(struct settings, version), true),
};

static int
print_commands(const struct invocation *invocation)
{
	options_print_usage(invocation->command, true);
	printf("\nCommands:\n");
	for (const struct command *const *command = command_table; *command; command++)
		if (*command != &bindchain_command)
			printf("  %s\n      %s\n", (*command)->name, (*command)->summary);
	printf("\nSee bindchain(1) and bindchain-COMMAND(1).\n");
	return command_finish_output(invocation);
}

int
native_unknown_command(const struct invocation *invocation, const char *word, bool opens)
{
	struct nearest_word nearest;
	struct text text;

	nearest_word_begin(&nearest, word, strlen(word));
	for (const struct command *const *command = command_table; *command; command++)
		if (*command != &bindchain_command && (!opens || (*command)->prepare))
			nearest_word_offer(&nearest, (*command)->name);
	message_begin(&text, invocation, native_personality.fatal);
	text_printf(&text, "unknown command: %s", word);
	native_suggest(&text, &nearest);
	message_keep(&text);
	return NATIVE_EXIT_USAGE;
}

static int
run(struct invocation *invocation)
{
	struct settings settings = { 0 };
	struct options_result parsed;

	options_parse(invocation->command, invocation->argv, &settings, &parsed);
	if (parsed.problem == OPTIONS_HELP)
		return print_commands(invocation);
	if (parsed.problem != OPTIONS_FINE)
		return bad_option(invocation, &parsed);
	if (settings.version) {
		command_begin_output();
		printf("bindchain %s\n", bindchain_version());
		return command_finish_output(invocation);
	}
	if (parsed.operands[0])
		return native_unknown_command(invocation, parsed.operands[0], false);
	return native_fatal_usage(invocation, "no command; bindchain --help lists them");
}

const struct command bindchain_command = {
	.name = COMMAND_NAME("bindchain"),
	.synopsis = "[-V] [--help] COMMAND [ARGUMENT...]",
	.summary = "Socket activation: bind a socket, then execute the program that serves it.",
	.personality = &native_personality,
	.dialect = &native_dialect,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.run = run,
};
