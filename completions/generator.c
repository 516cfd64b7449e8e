/* SPDX-License-Identifier: ISC */
/*
 * completions_generator SHELL TEMPLATE OUTPUT NAME...: copies TEMPLATE, the completions of a
 * shell, to OUTPUT.  "@TABLES@" in a line is replaced by the commands with their options and
 * the settings of listeners, "@NAMES@" by the NAMEs.
 *
 * The tables are functions that set variables:
 *
 *   describe COMMAND   style (attached: --name=value; or separate), dash (a lone one is an
 *                      operand or skipped), first (what is completed first: operands or
 *                      options), operands (an action each), option_records
 *   commands           command_records
 *   settings           setting_records
 *   addresses          protocols and cids, the beginnings of such listeners: actions
 *
 * Records have fields that are separated by "|":
 *
 *   options    letter or empty|long name or empty, with "=" if it is attached to an argument
 *              |action, with "=" before it if there is an argument|meaning
 *   commands   "o" if it opens a socket, "n" if it has a name of its own|name|meaning
 *   settings   kinds of listeners as in ",tcp,udp,", with "+" before them if the setting has the
 *              prefix of preferred ones|name, with "=" if it needs a value|action|meaning
 *
 * An action is a list of words, completed as they are; one that ends with a colon is continued.
 * Words with "@" stand for what the shell finds, such as @files; @list at the beginning for
 * several of the others, with commas between.
 */
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "backend.h"
#include "choices.h"
#include "command.h"
#include "listener.h"
#include "listener_settings.h"
#include "own_process.h"
#include "request.h"
#include "socket_option.h"
#include "sockopt.h"

/* What main.c has for the commands, none of which runs here. */
_Noreturn void leave(int status);

void
leave(int status)
{
	exit(status);
}

static FILE *output;
static const char *output_path;

/* Without the output, which a later build would find complete. */
static _Noreturn void
fail(const char *subject, const char *problem)
{
	fprintf(stderr, "completions_generator: %s: %s\n", subject, problem);
	if (output)
		remove(output_path);
	exit(1);
}

/* ---- text that grows ---- */

struct words {
	char text[512];
};

static void
append_part(struct words *words, const char *text, size_t length)
{
	size_t end = strlen(words->text);

	if (end + length >= sizeof words->text)
		fail(text, "too long");
	memcpy(words->text + end, text, length);
	words->text[end + length] = '\0';
}

static void
append(struct words *words, const char *text)
{
	append_part(words, text, strlen(text));
}

/* ---- the syntax of shells ---- */

struct shell {
	const char *name;
	const char *function, *end_function, *select, *label, *end_label, *otherwise, *end_select;
	const char *set, *set_list, *item, *end_list; /* of variables */
	const char *quote, *backslash;     /* as they are inside of quotes */
	bool meanings; /* it shows them */
};

#define POSIX_LIKE \
	.function = "\n%s()\n{\n", .end_function = "}\n", .select = "\tcase $1 in\n", \
	.label = "\t%s)\n", .end_label = "\t\t;;\n", .otherwise = "\t*) return 1 ;;\n", \
	.end_select = "\tesac\n", .set = "\t\t%s='", .set_list = "\t\t%s=(", \
	.item = "\n\t\t\t'", .end_list = ")\n", .quote = "'\\''", .backslash = "\\"

static const struct shell shells[] = {
	{ .name = "bash", POSIX_LIKE },
	{ .name = "zsh", POSIX_LIKE, .meanings = true },
	{ .name = "fish", .function = "\nfunction _%s --no-scope-shadowing\n",
	    .end_function = "end\n", .select = "    switch $argv[1]\n", .label = "        case %s\n",
	    .end_label = "", .otherwise = "        case '*'\n            return 1\n",
	    .end_select = "    end\n    return 0\n", .set = "            set %s '",
	    .set_list = "            set %s", .item = " \\\n                '",
	    .end_list = "\n", .quote = "\\'",
	    .backslash = "\\\\", .meanings = true },
};

static const struct shell *shell;

/* FORMAT is of the table of shells. */
static void
put(const char *format, const char *word)
{
	for (; *format; format++)
		if (format[0] == '%' && format[1] == 's') {
			fputs(word, output);
			format++;
		} else
			putc(*format, output);
}

static void
put_quoted(const char *text)
{
	for (; *text; text++)
		if (*text == '\'')
			fputs(shell->quote, output);
		else if (*text == '\\')
			fputs(shell->backslash, output);
		else
			putc(*text, output);
}

static void
begin_function(const char *name)
{
	struct words whole = { "_bindchain_" };

	append(&whole, name);
	put(shell->function, whole.text);
}

static void
set(const char *variable, const char *value)
{
	put(shell->set, variable);
	put_quoted(value);
	fputs("'\n", output);
}

static void
put_item(const char *record)
{
	fputs(shell->item, output);
	put_quoted(record);
	putc('\'', output);
}

/* FIELDS with bars between; the last is a meaning, for shells that show it. */
static void
put_record(const char *const fields[], size_t count)
{
	struct words record = { "" };

	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			append(&record, "|");
		if (i + 1 < count || shell->meanings)
			append(&record, fields[i]);
	}
	put_item(record.text);
}
#define PUT_RECORD(...) \
	do { \
		const char *const fields[] = { __VA_ARGS__ }; \
		put_record(fields, sizeof fields / sizeof *fields); \
	} while (false)

/* ---- actions ---- */

static void
add(struct words *action, const char *word)
{
	if (action->text[0])
		append(action, " ");
	append(action, word);
}

/* What usage texts write for something that a user knows; an empty action if the shell does
 * not. */
static const struct {
	char usage[20], action[12];
} sources[] = {
	{ "PATH", "@files" }, { "path", "@files" }, { "FILE", "@files" },
	{ "USER", "@users" }, { "ACCOUNT", "@account" }, { "GROUP", "@groups" },
	{ "INTERFACE", "@interfaces" }, { "HOST", "@hosts" }, { "ip", "@hosts" },
	{ "OPTION", "@connection" }, { "COMMAND", "@commands" },
	{ "N", "" }, { "NAME", "" }, { "NUMBER", "" }, { "SECONDS", "" }, { "BYTES", "" },
	{ "BITS", "" }, { "OCTAL", "" }, { "TEXT", "" }, { "N/SECONDS", "" },
	{ "NAME=FORMAT", "" }, { "LEVEL:NAME:VALUE", "" }, { "GROUPS", "" }, { "TO", "" },
	{ "FROM", "" }, { "backlog", "" }, { "perms", "" }, { "verbosity", "" }, { "maxconn", "" },
	{ "localmax", "" }, { "gidlist", "" }, { "gid", "" }, { "uid", "" },
};

static bool
find_source(const char *usage, struct words *action)
{
	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
		if (strcmp(sources[i].usage, usage) == 0) {
			if (sources[i].action[0])
				add(action, sources[i].action);
			return true;
		}
	return false;
}

/* "fd:N" begins with "fd:"; other words of lower case are meant as they are. */
static void
add_alternative(struct words *action, const char *word)
{
	size_t length = strcspn(word, ":");
	struct words beginning = { "" };

	if (find_source(word, action))
		return;
	if (word[length] && isupper((unsigned char)word[length + 1])) {
		append_part(&beginning, word, length + 1);
		word = beginning.text;
	}
	for (const char *letter = word; *letter; letter++)
		if (isupper((unsigned char)*letter))
			fail(word, "not in the table of sources: add what shells complete for it");
	add(action, word);
}

/* Those of "fd:N|PATH". */
static void
add_alternatives(struct words *action, const char *usage)
{
	while (*usage) {
		size_t length = strcspn(usage, "|");
		struct words word = { "" };
		append_part(&word, usage, length);
		add_alternative(action, word.text);
		usage += length + (usage[length] == '|');
	}
}

static bool
has_launchd(void)
{
	int *descriptors;
	size_t count;

	return backend_launchd_sockets("", &descriptors, &count) != ENOTSUP;
}

static void
add_choices(struct words *action, const struct choices *choices)
{
	const char *word;

	if (choices->is_list)
		add(action, "@list");
	for (size_t i = 0; (word = choices_word(choices, i)); i++)
		if (strncmp(word, "launchd:", 8) != 0 || has_launchd())
			add_alternative(action, word);
}

static void
add_netlink(struct words *action)
{
	for (int number = 0; number < 32; number++) /* MAX_LINKS of linux/netlink.h */
		if (backend_netlink_name(number))
			add(action, backend_netlink_name(number));
}

/* ---- options and operands ---- */

static bool
takes_user_and_group(const struct command *command)
{
	return command == &accept_command;
}

static void
set_argument_action(const struct command *command, const struct option_spec *spec,
    struct words *action)
{
	const struct choices *choices = choices_find(spec->long_name);

	if (command == &listen_command && listener_kind_of_option(spec)) {
		append(action, "@listener:");
		append(action, spec->long_name);
	} else if (choices)
		add_choices(action, choices);
	else if (strcmp(spec->long_name, "user") == 0)
		add(action, takes_user_and_group(command) ? "@account" : "@users");
	else if (strcmp(spec->long_name, "group") == 0)
		add(action, "@groups");
	else
		add_alternatives(action, spec->argument);
}

static void
put_option(const struct command *command, const struct option_spec *spec)
{
	bool attached = command->personality->dialect->attached_arguments;
	const char letter[] = { spec->short_name, '\0' };
	struct words name = { "" }, argument = { "" }, action = { "" };

	if (spec->argument[0]) {
		set_argument_action(command, spec, &action);
		append(&argument, "=");
		append(&argument, action.text);
	}
	if (spec->long_name[0]) {
		append(&name, "--");
		append(&name, spec->long_name);
		append(&name, spec->argument[0] && attached ? "=" : "");
	}
	PUT_RECORD(letter, name.text, argument.text, spec->help);
}

static void
put_options(const struct command *command)
{
	put(shell->set_list, "option_records");
	for (size_t i = 0; i < command->option_count; i++)
		put_option(command, &command->options[i]);
	if (command->personality->dialect->help_options) {
		PUT_RECORD("?", "--help", "", "print this");
		PUT_RECORD("", "--usage", "", "print the usage line alone");
	}
	fputs(shell->end_list, output);
}

static void
put_operand(const struct command *command, const char *word)
{
	struct words action = { "" };
	size_t length = strlen(word);

	if (length > 3 && strcmp(word + length - 3, "...") == 0)
		add(&action, "@next");
	else if (strcmp(word, "SERVICE") == 0 || strcmp(word, "port") == 0)
		add(&action, command->kind == BINDCHAIN_UDP ? "@ports:udp" : "@ports:tcp");
	else if (strcmp(word, "PROTOCOL") == 0)
		add_netlink(&action);
	else if (strcmp(word, "COMMAND") == 0 && command == &explain_command)
		add(&action, "@openers");
	else
		add_alternative(&action, word);
	put_item(action.text);
}

/* The words of a synopsis outside of brackets. */
static void
put_operands(const struct command *command)
{
	const char *rest = command->synopsis;

	put(shell->set_list, "operands");
	for (int depth = 0; *rest;) {
		size_t length = strcspn(rest, " []");
		struct words word = { "" };
		depth += (*rest == '[') - (*rest == ']');
		append_part(&word, rest, length);
		if (depth == 0 && length > 0 && strcmp(word.text, "OPTION...") != 0)
			put_operand(command, word.text);
		rest += length ? length : 1;
	}
	fputs(shell->end_list, output);
}

static void
put_command(const struct command *command)
{
	const struct dialect *dialect = command->personality->dialect;

	put(shell->label, command->name);
	set("style", dialect->attached_arguments ? "attached" : "separate");
	set("dash", dialect->lone_dash_skipped ? "skipped" : "operand");
	set("first", strncmp(command->synopsis, "OPTION...", 9) == 0 ? "options" : "operands");
	put_operands(command);
	put_options(command);
	fputs(shell->end_label, output);
}

static void
put_commands(void)
{
	begin_function("describe");
	fputs(shell->select, output);
	for (const struct command *const *command = command_table; *command; command++)
		put_command(*command);
	fputs(shell->otherwise, output);
	fputs(shell->end_select, output);
	fputs(shell->end_function, output);

	begin_function("commands");
	put(shell->set_list, "command_records");
	for (const struct command *const *command = command_table; *command; command++) {
		struct words flags = { "" };
		append(&flags, (*command)->prepare || (*command)->writes_chain ? "o" : "");
		append(&flags, (*command)->internal ? "" : "n");
		PUT_RECORD(flags.text, (*command)->name, (*command)->summary);
	}
	fputs(shell->end_list, output);
	fputs(shell->end_function, output);
}

/* ---- settings ---- */

static bool
is_supported_at(enum bindchain_kind kind, const struct address *address,
    enum bindchain_option option, int value)
{
	struct backend_spelling spelling;
	struct request request;

	request_init(&request, kind);
	request.address = *address;
	sockopt_spell(&request, option, value, &spelling);
	return !spelling.reason;
}

/* Whether this system has the option with this value for such a listener, at any address. */
static bool
is_supported(enum bindchain_kind kind, enum bindchain_option option, int value)
{
	struct address address = { 0 };
	int protocol;

	if (backend_lack(kind))
		return false;
	switch (kind) {
	case BINDCHAIN_TCP:
	case BINDCHAIN_UDP:
		if (address_from_literal(&address, "0.0.0.0", 1)
		    && is_supported_at(kind, &address, option, value))
			return true;
		return address_from_literal(&address, "::", 1)
		    && is_supported_at(kind, &address, option, value);
	case BINDCHAIN_NETLINK:
		return backend_netlink("route", 0, &address, &protocol)
		    && is_supported_at(kind, &address, option, value);
	case BINDCHAIN_VSOCK_STREAM:
	case BINDCHAIN_VSOCK_SEQPACKET:
		return backend_vsock(VSOCK_ANY, 1, &address)
		    && is_supported_at(kind, &address, option, value);
	default:
		return address_from_path(&address, "/")
		    && is_supported_at(kind, &address, option, value);
	}
}

static int
example_value(enum bindchain_option option)
{
	return option_table[option].least > 0 ? option_table[option].least : 1;
}

/* ",tcp,udp,", or "" if no listener has it: by the names of options of `bindchain listen`. */
static void
list_kinds(size_t index, const struct setting_usage *usage, bool preferred, struct words *list)
{
	const struct command *command = &listen_command;
	const struct option_spec *spec = command->options;
	enum bindchain_option option = usage->option;

	for (; spec < command->options + command->option_count; spec++) {
		const enum bindchain_kind *kind = listener_kind_of_option(spec);
		if (!kind || !listener_setting_is_for(index, *kind)
		    || (option < BINDCHAIN_OPTIONS && !preferred
		        && !is_supported(*kind, option, example_value(option))))
			continue;
		if (!list->text[0])
			append(list, preferred ? "+," : ",");
		append(list, spec->long_name);
		append(list, ",");
	}
}

/* Words that this system has not are for preferred settings. */
static void
add_words(struct words *action, enum bindchain_option option, bool preferred)
{
	const struct option_row *row = &option_table[option];
	enum bindchain_kind kind
	    = row->sockets == OPTION_OF_UDP ? BINDCHAIN_UDP : BINDCHAIN_TCP;

	for (int i = 0; row->words[i][0]; i++)
		if (preferred || is_supported(kind, option, i))
			add(action, row->words[i]);
}

/* PREFIX is that of preferred settings, or "". */
static void
put_setting(size_t index, const struct setting_usage *usage, const char *prefix)
{
	const char *value = usage->value + strcspn(usage->value, "=") + 1;
	struct words kinds = { "" }, name = { "" }, action = { "" }, values = { "" };
	bool is_words = usage->option < BINDCHAIN_OPTIONS
	    && option_table[usage->option].value == OPTION_WORD;

	list_kinds(index, usage, prefix[0] != '\0', &kinds);
	if (!kinds.text[0])
		return;
	append(&name, prefix);
	append(&name, usage->name);
	append(&name, usage->value[0] == '[' ? "" : "=");
	append_part(&values, value, strcspn(value, "]"));
	if (is_words)
		add_words(&action, usage->option, prefix[0] != '\0');
	else
		add_alternatives(&action, values.text);
	PUT_RECORD(kinds.text, name.text, action.text, usage->meaning);
}

/* Those of `bindchain accept --set`, as a kind of listener. */
static void
put_connection_options(void)
{
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++) {
		enum bindchain_option option = (enum bindchain_option)i;
		const struct option_row *row = &option_table[i];
		struct words name = { "" };
		if (!row->of_connections
		    || (!is_supported(BINDCHAIN_TCP, option, example_value(option))
		        && !is_supported(BINDCHAIN_UNIX_STREAM, option, example_value(option))))
			continue;
		append(&name, row->name);
		append(&name, row->value == OPTION_FLAG ? "" : "=");
		PUT_RECORD(",connection,", name.text, "", row->meaning);
	}
}

static void
put_settings(void)
{
	struct setting_usage usage;

	begin_function("settings");
	put(shell->set_list, "setting_records");
	for (size_t i = 0; listener_setting_usage(i, &usage); i++)
		put_setting(i, &usage, "");
	for (size_t i = 0; listener_setting_usage(i, &usage); i++)
		if (usage.option < BINDCHAIN_OPTIONS)
			put_setting(i, &usage, "prefer-");
	put_connection_options();
	fputs(shell->end_list, output);
	fputs(shell->end_function, output);
}

/* What comes before the comma in a listener that is no path and no host. */
static void
put_addresses(void)
{
	static const unsigned numbers[] = { VSOCK_ANY, 0, 1, 2 }; /* vsock(7) */
	struct words protocols = { "" }, cids = { "" };
	char number[NUMBER_TEXT_SIZE];

	begin_function("addresses");
	add_netlink(&protocols);
	set("protocols", protocols.text);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		add(&cids, vsock_cid_text(numbers[i], number));
		append(&cids, ":");
	}
	set("cids", cids.text);
	fputs(shell->end_function, output);
}

/* ---- the file ---- */

static void
copy_line(char *line, char *const *names)
{
	char *mark = strstr(line, "@NAMES@");

	if (strstr(line, "@TABLES@")) {
		put_commands();
		put_settings();
		put_addresses();
		return;
	}
	if (!mark) {
		fputs(line, output);
		return;
	}
	*mark = '\0';
	fputs(line, output);
	for (char *const *name = names; *name; name++)
		fprintf(output, "%s%s", name == names ? "" : " ", *name);
	fputs(mark + strlen("@NAMES@"), output);
}

int
main(int argc, char **argv)
{
	char line[1024];
	FILE *template;

	if (argc < 4)
		fail("usage", "completions_generator SHELL TEMPLATE OUTPUT NAME...");
	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
		if (strcmp(shells[i].name, argv[1]) == 0)
			shell = &shells[i];
	if (!shell)
		fail(argv[1], "unknown shell");
	template = fopen(argv[2], "r");
	if (!template)
		fail(argv[2], strerror(errno));
	output_path = argv[3];
	output = fopen(output_path, "w");
	if (!output)
		fail(output_path, strerror(errno));
	while (fgets(line, sizeof line, template))
		copy_line(line, argv + 4);
	if (ferror(template) || ferror(output) || fclose(output) != 0)
		fail(output_path, strerror(errno));
	fclose(template);
	return 0;
}
