/* SPDX-License-Identifier: ISC */
/* The messages of the native commands, and the command `bindchain` itself. */
#include "native.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choices.h"
#include "failure.h"
#include "fatal.h"
#include "message.h"
#include "nearest_word.h"
#include "own_process.h"
#include "print.h"
#include "request.h"

const struct dialect native_dialect = {
	.attached_arguments = true,
	.argument_required = true,
	.help_options = true,
};

/* "; did you mean RIGHT?", if there is one. */
static void
suggest(struct text *text, const struct nearest_word *nearest)
{
	if (nearest->right)
		text_printf(text, "; did you mean %s%s?", nearest->prefix, nearest->right);
}

void
native_fatal_choice(const struct invocation *invocation, const char *option, const char *word)
{
	const struct choices *choices = choices_find(option);
	struct nearest_word nearest;
	const char *choice;
	struct text text;

	nearest_word_begin(&nearest, word, strlen(word));
	message_begin(&text, invocation, native_personality.fatal);
	text_printf(&text, "--%s=%s: not ", option, word);
	for (size_t i = 0; (choice = choices_word(choices, i)); i++) {
		nearest_word_offer(&nearest, choice);
		text_printf(&text, "%s%s", i == 0 ? "" : choices_word(choices, i + 1) ? ", " : " or ",
		    choice);
	}
	suggest(&text, &nearest);
	message_keep(&text);
	fatal_exit(invocation, NATIVE_EXIT_USAGE);
}

void
native_fatal_call(const struct invocation *invocation, const char *call, const char *subject)
{
	fatal_line(invocation, "%s %s: %s", call, subject, strerror(errno));
	fatal_exit(invocation, NATIVE_EXIT_FAILURE);
}

void
native_fatal_descriptor(const struct invocation *invocation, const char *call, int descriptor)
{
	fatal_line(invocation, "%s descriptor %d: %s", call, descriptor, strerror(errno));
	fatal_exit(invocation, NATIVE_EXIT_FAILURE);
}

void
native_fatal_memory(const struct invocation *invocation)
{
	errno = ENOMEM;
	native_fatal_call(invocation, "allocate", "sockets");
}

void *
native_allocate(const struct invocation *invocation, size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (!memory)
		native_fatal_memory(invocation);
	return memory;
}

const char *
native_copy_text(const struct invocation *invocation, struct text *text)
{
	char *copy = strdup(text_string(text));

	if (!copy)
		native_fatal_memory(invocation);
	return copy;
}

void
native_refuse_set_id(void)
{
	const struct invocation invocation = { .command = &bindchain_command };

	fatal(&invocation, "refusing to run set-user-ID or set-group-ID; %sstart as the user",
	    backend_has_file_capabilities ? "give the file a capability instead, or " : "");
}

static void
unknown_option(const struct invocation *invocation, const struct options_result *result)
{
	const struct option_spec *nearest = options_nearest(invocation->command, result);

	if (nearest && strcspn(result->word + 2, "=") == strlen(nearest->long_name)
	    && strncmp(result->word + 2, nearest->long_name, strlen(nearest->long_name)) == 0)
		fatal_line(invocation, "option takes no argument: %s", result->word);
	else if (!nearest)
		fatal_line(invocation, "unknown option: %s", result->word);
	else
		fatal_line(invocation, "unknown option: %s; did you mean --%s?", result->word,
		    nearest->long_name);
}

static void
refuse_option(const struct invocation *invocation, const struct options_result *result)
{
	const char letter[] = { result->letter, '\0' };

	switch (result->problem) {
	case OPTIONS_UNKNOWN_SHORT:
		fatal_line(invocation, "unknown option: -%s", letter);
		break;
	case OPTIONS_ARGUMENT_MISSING:
		fatal_line(invocation, "option needs an argument: %s", result->word);
		break;
	default:
		unknown_option(invocation, result);
		break;
	}
}

static int
exit_status(const struct bindchain_failure *failure)
{
	switch (failure->operation) {
	case BINDCHAIN_UNSUPPORTED:
	case BINDCHAIN_PATH:
	case BINDCHAIN_REQUIREMENT:
	case BINDCHAIN_INHERITED:
		return NATIVE_EXIT_USAGE;
	case BINDCHAIN_EXEC:
		return failure->error == ENOENT ? NATIVE_EXIT_NOT_FOUND
		                                : NATIVE_EXIT_NOT_EXECUTABLE;
	default:
		return NATIVE_EXIT_FAILURE;
	}
}

static bool
add_first_line(struct text *text, const struct invocation *invocation,
    const struct bindchain_failure *failure)
{
	bool has_details = text_add_failure(text, failure,
	    invocation->request.host ? &invocation->request : NULL);

	if (invocation->waited)
		text_printf(text, " (after %d second%s)", invocation->waited,
		    invocation->waited == 1 ? "" : "s");
	return has_details;
}

const struct personality native_personality = {
	.fatal = "fatal",
	.warning = "warning",
	.usage_status = NATIVE_EXIT_USAGE,
	.dialect = &native_dialect,
	.refuse_option = refuse_option,
	.add_first_line = add_first_line,
	.exit_status = exit_status,
	.words = { .bind_any = "bind-any", .wait = "wait" },
	.names_sections = true,
};

struct chosen {
	bool version;
};

static const struct option_spec options[] = {
	OPTION('V', "version", "", "print the version", offsetof(struct chosen, version), true),
};

static void
print_commands(void)
{
	printf("\nCommands:\n");
	for (const struct command *const *command = command_table; *command; command++)
		if (*command != &bindchain_command)
			printf("  %s\n      %s\n", (*command)->name, (*command)->summary);
	printf("\nSee bindchain(1) and bindchain-COMMAND(1).\n");
}

void
native_read_options_alone(const struct invocation *invocation, void *chosen)
{
	char **operands = command_read_options(invocation, chosen);

	if (operands[0])
		fatal(invocation, "unexpected argument: %s", operands[0]);
}

void
native_unknown_command(const struct invocation *invocation, const char *word, bool opens)
{
	struct nearest_word nearest;
	struct text text;

	nearest_word_begin(&nearest, word, strlen(word));
	for (const struct command *const *command = command_table; *command; command++)
		if (*command != &bindchain_command
		    && (!opens || (*command)->prepare || (*command)->writes_chain))
			nearest_word_offer(&nearest, (*command)->name);
	message_begin(&text, invocation, native_personality.fatal);
	text_printf(&text, "unknown command: %s", word);
	suggest(&text, &nearest);
	message_keep(&text);
	fatal_exit(invocation, NATIVE_EXIT_USAGE);
}

static void
run(struct invocation *invocation)
{
	struct chosen chosen = { 0 };
	char **operands = command_read_options(invocation, &chosen);

	if (chosen.version) {
		print_begin();
		printf("bindchain %s\n", bindchain_version());
		print_end(invocation, 0);
	}
	if (operands[0])
		native_unknown_command(invocation, operands[0], false);
	fatal(invocation, "no command; bindchain --help lists them");
}

const struct command bindchain_command = {
	.name = COMMAND_NAME("bindchain"),
	.synopsis = "[-V] [--help] COMMAND [ARGUMENT...]",
	.summary = "Socket activation: bind a socket, then execute the program that serves it.",
	.personality = &native_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.print_more_help = print_commands,
	.run = run,
};
