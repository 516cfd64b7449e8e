/* SPDX-License-Identifier: ISC */
#include "options.h"

#include <stdio.h>
#include <string.h>

#include "command.h"
#include "nearest_word.h"
#include "print.h"

struct parser {
	const struct command *command;
	const struct dialect *dialect;
	char **next; /* the word to look at next */
	options_visitor *visit;
	void *context;
	struct options_result *result;
};

/* Returns false, so that parsing stops. */
static bool
stop(struct parser *parser, enum options_problem problem, const char *word)
{
	parser->result->problem = problem;
	parser->result->word = word;
	return false;
}

static void
store(const struct parser *parser, const struct option_spec *spec, const char *argument)
{
	parser->visit(parser->context, spec, argument);
}

/* Returns the first place of the array that is free, or its last. */
static char *
find_place(char *field, const struct option_spec *spec)
{
	const char *taken;

	for (unsigned place = 1; place < spec->places; place++) {
		memcpy(&taken, field, sizeof taken);
		if (!taken)
			break;
		field += sizeof taken;
	}
	return field;
}

void
options_set(void *chosen, const struct option_spec *spec, const char *argument)
{
	char *field = (char *)chosen + spec->offset;

	if (spec->argument[0])
		memcpy(find_place(field, spec), &argument, sizeof argument);
	else
		memcpy(field, &spec->value, sizeof spec->value);
}

static const struct option_spec *
find_long(const struct command *command, const char *name, size_t length)
{
	const struct option_spec *spec = command->options;

	for (; spec < command->options + command->option_count; spec++)
		if (spec->long_name[0] == name[0] && strlen(spec->long_name) == length
		    && strncmp(spec->long_name, name, length) == 0)
			return spec;
	return NULL;
}

static const struct option_spec *
find_short(const struct command *command, char letter)
{
	const struct option_spec *spec = command->options;

	for (; spec < command->options + command->option_count; spec++)
		if (spec->short_name == letter)
			return spec;
	return NULL;
}

static bool
missing_argument(struct parser *parser, const struct option_spec *spec, const char *word)
{
	parser->result->spec = spec;
	return stop(parser, OPTIONS_ARGUMENT_MISSING, word);
}

/* The next word is the option's argument. */
static bool
take_next_word(struct parser *parser, const struct option_spec *spec, const char *word)
{
	if (!*parser->next)
		return missing_argument(parser, spec, word);
	store(parser, spec, *parser->next++);
	return true;
}

static bool
parse_long_attached(struct parser *parser, const char *word)
{
	const char *name = word + 2, *equals = strchr(name, '=');
	size_t length = equals ? (size_t)(equals - name) : strlen(name);
	const struct option_spec *spec = find_long(parser->command, name, length);

	if (equals == name)
		return stop(parser, OPTIONS_NAMELESS, word);
	if (spec && spec->argument[0] && !equals && parser->dialect->argument_required)
		return missing_argument(parser, spec, word);
	if (!spec || !spec->argument[0] != !equals)
		return stop(parser, equals ? OPTIONS_UNKNOWN_LONG_WITH_ARGUMENT
		                           : OPTIONS_UNKNOWN_LONG, word);
	store(parser, spec, equals ? equals + 1 : NULL);
	return true;
}

static bool
parse_long_separate(struct parser *parser, const char *word)
{
	const char *name = word + 2;
	const struct option_spec *spec = find_long(parser->command, name, strlen(name));

	if (!spec)
		return stop(parser, OPTIONS_UNKNOWN_LONG, word);
	if (spec->argument[0])
		return take_next_word(parser, spec, word);
	store(parser, spec, NULL);
	return true;
}

static bool
parse_long(struct parser *parser, const char *word)
{
	if (parser->dialect->help_options && strcmp(word, "--help") == 0)
		return stop(parser, OPTIONS_HELP, word);
	if (parser->dialect->help_options && strcmp(word, "--usage") == 0)
		return stop(parser, OPTIONS_USAGE, word);
	return parser->dialect->attached_arguments ? parse_long_attached(parser, word)
	                                           : parse_long_separate(parser, word);
}

/* The argument is the rest of the cluster, or the next word. */
static bool
parse_short_argument(struct parser *parser, const struct option_spec *spec, const char *word,
    const char *rest)
{
	const char *next = *parser->next;

	if (*rest) {
		store(parser, spec, rest);
		return true;
	}
	if (!parser->dialect->argument_required && (!next || strcmp(next, "--") == 0))
		return true;
	return take_next_word(parser, spec, word);
}

static bool
parse_cluster(struct parser *parser, const char *word)
{
	for (const char *letter = word + 1; *letter; letter++) {
		const struct option_spec *spec = find_short(parser->command, *letter);
		if (!spec && *letter == '?' && parser->dialect->help_options)
			return stop(parser, OPTIONS_HELP, word);
		if (!spec) {
			parser->result->letter = *letter;
			return stop(parser, OPTIONS_UNKNOWN_SHORT, word);
		}
		if (spec->argument[0])
			return parse_short_argument(parser, spec, word, letter + 1);
		store(parser, spec, NULL);
	}
	return true;
}

void
options_parse(const struct command *command, char **argv, void *chosen,
    struct options_result *result)
{
	options_visit(command, argv, options_set, chosen, result);
}

void
options_visit(const struct command *command, char **argv, options_visitor *visit,
    void *context, struct options_result *result)
{
	struct parser parser = { command, command->personality->dialect, argv, visit, context, result };
	bool going = true;

	memset(result, 0, sizeof *result);
	while (going && *parser.next && (*parser.next)[0] == '-') {
		const char *word = *parser.next;
		if (!word[1] && !parser.dialect->lone_dash_skipped)
			break;
		parser.next++;
		if (strcmp(word, "--") == 0)
			break;
		going = word[1] == '-' ? parse_long(&parser, word) : parse_cluster(&parser, word);
	}
	result->operands = parser.next;
}

const struct option_spec *
options_nearest(const struct command *command, const struct options_result *result)
{
	const struct option_spec *spec = command->options;
	struct nearest_word nearest;
	const char *name;

	if (!result->word || strncmp(result->word, "--", 2) != 0)
		return NULL;
	name = result->word + 2;
	nearest_word_begin(&nearest, name, strcspn(name, "="));
	for (; spec < command->options + command->option_count; spec++)
		nearest_word_offer(&nearest, spec->long_name);
	return nearest.right ? find_long(command, nearest.right, strlen(nearest.right)) : NULL;
}

#define LEFT_WIDTH 30

void
options_print_item(const char *written, const char *help)
{
	if (strlen(written) > LEFT_WIDTH) {
		printf("  %s\n", written);
		written = "";
	}
	printf("  %-*s %s\n", LEFT_WIDTH, written, help);
}

/* "  -b, --backlog NUMBER        what it does"; long names stand in one column. */
static void
print_row(char short_name, const char *long_name, const char *argument, const char *between,
    const char *help)
{
	char left[64];

	snprintf(left, sizeof left, "%s%c%s%s%s%s%s", short_name ? "-" : " ",
	    short_name ? short_name : ' ',
	    !long_name[0] ? "" : short_name ? ", " : "  ",
	    long_name[0] ? "--" : "", long_name, argument[0] ? between : "", argument);
	options_print_item(left, help);
}

static void
print_options(const struct command *command)
{
	const struct dialect *dialect = command->personality->dialect;
	const struct option_spec *spec = command->options;

	for (; spec < command->options + command->option_count; spec++)
		print_row(spec->short_name, spec->long_name, spec->argument,
		    dialect->attached_arguments && spec->long_name[0] ? "=" : " ",
		    spec->help);
	if (!dialect->help_options)
		return;
	print_row('?', "help", "", "", "print this");
	print_row(0, "usage", "", "", "print the usage line alone");
}

void
options_print_usage(const struct command *command, bool in_full)
{
	struct text name;

	text_init(&name);
	command_add_name(&name, command);
	print_begin();
	printf("usage: %s %s\n", text_string(&name), command->synopsis);
	if (in_full) {
		printf("%s\n\n", command->summary);
		print_options(command);
		if (command->print_more_help)
			command->print_more_help();
	}
}
