/* SPDX-License-Identifier: ISC */
/*
 * The options of every command, in every dialect, and what is said of wrong ones.
 * Input: the name of a command in the first line, a word in each further one.
 */
#include <string.h>

#include "command.h"
#include "kernel.h"
#include "leaving.h"

struct visit {
	const struct command *command;
	const struct words *words;
	size_t count;
};

/* Is it in one of the words, or one of them? */
static bool
is_of_words(const struct words *words, const char *argument)
{
	for (size_t i = 0; i < words->count; i++)
		if (argument >= words->argv[i]
		    && argument <= words->argv[i] + strlen(words->argv[i]))
			return true;
	return false;
}

static bool
is_of_command(const struct command *command, const struct option_spec *spec)
{
	return spec >= command->options && spec < command->options + command->option_count;
}

static void
visit_option(void *context, const struct option_spec *spec, const char *argument)
{
	struct visit *visit = context;

	require(is_of_command(visit->command, spec));
	require(!argument || is_of_words(visit->words, argument));
	require(argument || !spec->argument[0]);
	require(!argument || spec->argument[0]);
	visit->count++;
}

static bool
has_option(const struct command *command, const char *name)
{
	const struct option_spec *spec = command->options;

	for (; spec < command->options + command->option_count; spec++)
		if (strcmp(spec->long_name, name) == 0)
			return true;
	return false;
}

/* An invocation whose options are wrong. */
struct wrong {
	const struct invocation *invocation;
	const struct options_result *result;
};

static void
refuse(void *context)
{
	const struct wrong *wrong = context;

	command_check_options(wrong->invocation, wrong->result);
}

static void
check_problem(struct invocation *invocation, const struct words *words,
    const struct options_result *result)
{
	const struct command *command = invocation->command;
	const struct option_spec *nearest = options_nearest(command, result);

	require(is_of_words(words, result->word));
	require(!nearest || is_of_command(command, nearest));
	if (result->problem == OPTIONS_ARGUMENT_MISSING)
		require(is_of_command(command, result->spec) && result->spec->argument[0]);
	if (result->problem == OPTIONS_UNKNOWN_LONG && command->personality->dialect->argument_required)
		require(!has_option(command, result->word + 2));
	if (result->problem != OPTIONS_HELP && result->problem != OPTIONS_USAGE)
		require(leaving_status(refuse, &(struct wrong) { invocation, result }) > 0);
}

static void
parse(const struct command *command, struct words *words)
{
	struct visit visit = { command, words, 0 };
	struct invocation invocation = { .command = command, .argv = words->argv };
	struct options_result result;

	options_visit(command, words->argv, visit_option, &visit, &result);
	require(result.operands >= words->argv && result.operands <= words->argv + words->count);
	if (result.problem != OPTIONS_FINE)
		check_problem(&invocation, words, &result);
	else if (result.operands > words->argv)
		require(visit.count > 0 || result.operands[-1][0] == '-');
}

/* The one of that name, or one that its first letter chooses. */
static const struct command *
choose(const char *name)
{
	const struct command *command = command_find(name);
	size_t count = 0;

	while (command_table[count])
		count++;
	return command ? command : command_table[(unsigned char)name[0] % count];
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	const struct command *command = choose(input_text(&input, '\n', 64));
	struct words words;

	input_words(&input, &words);
	parse(command, &words);
	input_end();
	return 0;
}
