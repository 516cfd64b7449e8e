/* SPDX-License-Identifier: ISC */
/*
 * Command lines: one table-driven parser, with the dialect as data.  Parser, usage text
 * and the check of the manual pages read the same table.
 */
#ifndef BINDCHAIN_OPTIONS_H
#define BINDCHAIN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "request.h"
#include "text.h"

/*
 * A row sets one field of the command's `struct chosen`, at OFFSET: a const char * if the
 * option has an argument, else a bool, to VALUE.  Of a repeated option the last counts, unless it
 * has PLACES.
 *
 * Its texts are arrays: pointers of all commands would be relocated at every start.
 * benchmarks/README.md has the cost.
 */
struct option_spec {
	char short_name;    /* or 0 */
	char long_name[24]; /* or "" */
	char argument[12];  /* its name in usage texts, or "": takes none */
	char help[84];
	size_t offset;
	bool value;
	/* The size of the array of const char * that the field is, which is filled in the order of
	 * the arguments; those beyond it replace the last.  0: the field is no array. */
	unsigned char places;
};

/* A row; a text that does not fit with its null byte fails to compile. */
#define OPTION(letter, name, word, meaning, place, set) \
	{ .short_name = (letter), .long_name = OPTION_TEXT(long_name, name), \
	    .argument = OPTION_TEXT(argument, word), .help = OPTION_TEXT(help, meaning), \
	    .offset = (place), .value = (set) }
/* One with an argument, which has SIZE places. */
#define OPTION_REPEATED(name, word, meaning, place, size) \
	{ .long_name = OPTION_TEXT(long_name, name), .argument = OPTION_TEXT(argument, word), \
	    .help = OPTION_TEXT(help, meaning), .offset = (place), .places = (size) }
#define OPTION_TEXT(field, text) FIXED_TEXT(sizeof ((struct option_spec *)0)->field, text)

struct dialect {
	/* "--name=value" (and "--name value" never); else "--name value" (and
	 * "--name=value" never). */
	bool attached_arguments;
	/* A lone "-" before the operands is skipped; else it is the first operand. */
	bool lone_dash_skipped;
	/* A short option that ends its word takes "--" for its argument, and none
	 * is an error; else both leave it without. */
	bool argument_required;
	/* --help and --usage; -? and -h where no row has them. */
	bool help_options;
};

enum options_problem {
	OPTIONS_FINE,
	OPTIONS_HELP,  /* --help or -? was found; parsing stopped there */
	OPTIONS_USAGE, /* --usage */
	OPTIONS_UNKNOWN_LONG,
	OPTIONS_UNKNOWN_LONG_WITH_ARGUMENT, /* "--name=value", only where attached */
	OPTIONS_UNKNOWN_SHORT,
	OPTIONS_NAMELESS, /* "--=value" */
	OPTIONS_ARGUMENT_MISSING
};

struct options_result {
	enum options_problem problem;
	const char *word;               /* the argument at fault, whole */
	char letter;                    /* OPTIONS_UNKNOWN_SHORT */
	const struct option_spec *spec; /* OPTIONS_ARGUMENT_MISSING */
	char **operands;                /* OPTIONS_FINE: what is left */
};

struct command;

/* Parses ARGV (without the command's name) into CHOSEN.  Stops at the first operand or
 * after "--". */
void options_parse(const struct command *, char **argv, void *chosen,
    struct options_result *);

/* Sets the field of CHOSEN for an option with its argument or NULL, as options_parse() does. */
void options_set(void *chosen, const struct option_spec *, const char *argument);

/* Calls VISIT for each option in its order, with its argument or NULL. */
typedef void options_visitor(void *context, const struct option_spec *, const char *argument);
void options_visit(const struct command *, char **argv, options_visitor *, void *context,
    struct options_result *);

/* The long option that the word at fault resembles, or NULL. */
const struct option_spec *options_nearest(const struct command *, const struct options_result *);

/* Prints the usage, one line, or with every option; the caller finishes the output. */
void options_print_usage(const struct command *, bool in_full);

/* A line of such a list: the option or setting, and its meaning. */
void options_print_item(const char *written, const char *help);

#endif
