/* SPDX-License-Identifier: ISC */
/* s6-tcpserver and s6-ipcserver [options] ip port prog… or path prog…: write the chain of a
 * binder, s6-applyuidgid where ids are to change, and a server, and execute it. */
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fatal.h"
#include "message.h"
#include "number.h"
#include "s6.h"
#include "s6_server.h"

struct chosen {
	bool silent, verbose, no_reuse, readiness, no_ids;
	bool from_environment; /* the ids */
	const char *limit, *limit_per_source, *backlog, *permissions;
	const char *user, *group, *groups;
};

#define FLAG(letter, field, set, help) \
	OPTION(letter, "", "", help, offsetof(struct chosen, field), set)
#define WORD(letter, word, field, help) \
	OPTION(letter, "", word, help, offsetof(struct chosen, field), true)

static const struct option_spec options[] = {
	FLAG('q', silent, true, "log nothing"),
	FLAG('Q', silent, false, "log warnings and refusals (the default)"),
	FLAG('v', verbose, true, "log everything"),
	FLAG('d', no_reuse, false, "let the socket replace a former one (the default)"),
	FLAG('D', no_reuse, true, "fail while connections, or a path, of a former one remain"),
	FLAG('1', readiness, true, "write a line to standard output when ready"),
	WORD('c', "maxconn", limit, "limit of connections (default: 40)"),
	WORD('C', "localmax", limit_per_source, "limit of connections from one source (default: 40)"),
	WORD('b', "backlog", backlog, "limit of the accept queue (default: maximum)"),
	WORD('G', "gidlist", groups, "set these supplementary groups, numbers with commas"),
	WORD('g', "gid", group, "become this group, a number"),
	WORD('u', "uid", user, "become this user, a number"),
	FLAG('U', from_environment, true, "take the ids from UID, GID and GIDLIST"),
	/* Last, and for Unix sockets alone. */
	FLAG('P', no_ids, true, "do not ask for the user of the peer"),
	FLAG('p', no_ids, false, "ask for the user of the peer (the default)"),
	WORD('a', "perms", permissions, "permissions of the path, octal (default: 0777)"),
};
#define OPTION_COUNT (sizeof options / sizeof *options)
#define TCP_OPTION_COUNT (OPTION_COUNT - 3)

/* ---- reading ---- */

struct reading {
	const struct invocation *invocation;
	struct chosen chosen;
};

/* Each argument is looked at where it stands, since a later one replaces it. */
static void
check_argument(const struct invocation *invocation, char letter, const char *argument)
{
	static const struct number_rule octal = { .base = 8, .maximum = UINT_MAX };
	long long number;

	switch (letter) {
	case 'c':
	case 'C':
		s6_read_unsigned(invocation, argument, "limit of connections");
		break;
	case 'b':
		s6_read_unsigned(invocation, argument, "backlog");
		break;
	case 'g':
	case 'u':
		s6_read_unsigned(invocation, argument, "number of a user or group");
		break;
	case 'a':
		if (number_read(argument, &octal, &number) != NUMBER_READ)
			s6_usage(invocation, "not permissions (octal): %s", argument);
		break;
	default:
		break;
	}
}

/* s6 drops what it cannot read of a list; here it is an error. */
static void
check_groups(const struct invocation *invocation, const char *list)
{
	while (*list) {
		char word[NUMBER_TEXT_SIZE];
		size_t length = strcspn(list, ",");
		snprintf(word, sizeof word, "%.*s", (int)(length < INT_MAX ? length : INT_MAX), list);
		if (length >= sizeof word)
			s6_usage(invocation, "not a group: %s", list);
		s6_read_unsigned(invocation, word, "group");
		list += length;
		if (!*list)
			return;
		list++;
		if (!*list)
			s6_usage(invocation, "a group is missing after the last comma");
	}
}

static void
store(void *context, const struct option_spec *spec, const char *argument)
{
	struct reading *reading = context;

	if (spec->argument[0]) {
		check_argument(reading->invocation, spec->short_name, argument);
		if (spec->short_name == 'G')
			check_groups(reading->invocation, argument);
	}
	options_set(&reading->chosen, spec, argument);
	/* The last of q, Q and v; and the ids of the environment replace earlier ones. */
	if (spec->short_name == 'q' || spec->short_name == 'Q')
		reading->chosen.verbose = false;
	if (spec->short_name == 'v')
		reading->chosen.silent = false;
	if (spec->short_name == 'U')
		reading->chosen.user = reading->chosen.group = reading->chosen.groups = NULL;
}

/* ---- writing ---- */

/* The chain is built in memory that the process keeps. */
struct chain_writer {
	const struct invocation *invocation;
	char **words;
	size_t count;
};

static void
add(struct chain_writer *writer, const char *word)
{
	char *copy = strdup(word);

	if (!copy)
		s6_server_fatal_call(writer->invocation, "allocate");
	writer->words[writer->count++] = copy;
}

static void
add_if(struct chain_writer *writer, bool wanted, const char *word)
{
	if (wanted)
		add(writer, word);
}

static void
add_number(struct chain_writer *writer, const char *option, unsigned number)
{
	char text[NUMBER_TEXT_SIZE];

	add(writer, option);
	add(writer, number_text(number, text));
}

static unsigned
number_of(const struct chain_writer *writer, const char *text)
{
	return text ? s6_read_unsigned(writer->invocation, text, "number") : 0;
}

/* s6 makes 0 a limit of 1; a backlog of 0 would not listen. */
static void
add_positive(struct chain_writer *writer, const char *option, const char *text)
{
	unsigned number = number_of(writer, text);

	if (text)
		add_number(writer, option, number ? number : 1);
}

static void
add_permissions(struct chain_writer *writer, const char *text)
{
	static const struct number_rule octal = { .base = 8, .maximum = UINT_MAX };
	long long number = 0777;
	char written[8];

	if (text)
		number_read(text, &octal, &number);
	if (number == 0777)
		return;
	snprintf(written, sizeof written, "0%o", (unsigned)number & 0777U);
	add(writer, "-a");
	add(writer, written);
}

static void
add_ids(struct chain_writer *writer, const struct chosen *chosen)
{
	unsigned user = number_of(writer, chosen->user), group = number_of(writer, chosen->group);

	if (!chosen->from_environment && !user && !group && !chosen->groups)
		return;
	add(writer, "s6-applyuidgid");
	add_if(writer, chosen->from_environment, "-Uz");
	if (user)
		add_number(writer, "-u", user);
	if (group)
		add_number(writer, "-g", group);
	if (chosen->groups) {
		add(writer, "-G");
		add(writer, chosen->groups);
	}
	add(writer, "--");
}

static void
add_binder(struct chain_writer *writer, const struct chosen *chosen, bool is_tcp, char **address)
{
	add(writer, is_tcp ? "s6-tcpserver-socketbinder" : "s6-ipcserver-socketbinder");
	add_if(writer, chosen->no_reuse, "-D");
	add_positive(writer, "-b", chosen->backlog);
	if (!is_tcp)
		add_permissions(writer, chosen->permissions);
	add(writer, "--");
	for (int i = 0; i < (is_tcp ? 2 : 1); i++)
		add(writer, address[i]);
}

static void
add_server(struct chain_writer *writer, const struct chosen *chosen, bool is_tcp)
{
	add(writer, is_tcp ? "s6-tcpserverd" : "s6-ipcserverd");
	add_if(writer, chosen->silent, "-v0");
	add_if(writer, chosen->verbose, "-v2");
	add_if(writer, chosen->readiness, "-1");
	add_if(writer, chosen->no_ids, "-P");
	add_positive(writer, "-c", chosen->limit);
	add_positive(writer, "-C", chosen->limit_per_source);
	add(writer, "--");
}

#define WORDS_MAX 40 /* without the handler's */

static void
run(struct invocation *invocation)
{
	struct reading reading = { .invocation = invocation };
	struct chain_writer writer = { .invocation = invocation };
	bool is_tcp = invocation->command->kind == BINDCHAIN_TCP;
	int operands = is_tcp ? 2 : 1;
	struct options_result parsed;
	size_t count = 0;

	options_visit(invocation->command, invocation->argv, store, &reading, &parsed);
	if (parsed.problem != OPTIONS_FINE)
		s6_usage(invocation, "unknown option, or one without its argument: %s", parsed.word);
	while (parsed.operands[count])
		count++;
	if (count < (size_t)operands + 1)
		s6_usage(invocation, "missing: %s", count < (size_t)operands ? "address" : "prog");
	writer.words = calloc(WORDS_MAX + count, sizeof *writer.words);
	if (!writer.words)
		s6_server_fatal_call(invocation, "allocate");
	add_binder(&writer, &reading.chosen, is_tcp, parsed.operands);
	add_ids(&writer, &reading.chosen);
	add_server(&writer, &reading.chosen, is_tcp);
	memcpy(writer.words + writer.count, parsed.operands + operands,
	    (count - (size_t)operands) * sizeof *writer.words);
	invocation->next = writer.words;
}

const struct command s6_tcpserver_command = {
	.name = COMMAND_NAME("s6-tcpserver"),
	.synopsis = "[ -q | -Q | -v ] [ -d | -D ] [ -1 ] [ -c maxconn ] [ -C localmaxconn ]"
	            " [ -b backlog ] [ -G gid,gid,... ] [ -g gid ] [ -u uid ] [ -U ] ip port prog...",
	.summary = "Open a listening TCP socket and execute prog for each connection.",
	.personality = &s6_server_personality,
	.options = options,
	.option_count = TCP_OPTION_COUNT,
	.writes_chain = true,
	.kind = BINDCHAIN_TCP,
	.run = run,
};

const struct command s6_ipcserver_command = {
	.name = COMMAND_NAME("s6-ipcserver"),
	.synopsis = "[ -q | -Q | -v ] [ -d | -D ] [ -P | -p ] [ -1 ] [ -c maxconn ] [ -C localmaxconn ]"
	            " [ -b backlog ] [ -a socketperms ] [ -G gid,gid,... ] [ -g gid ] [ -u uid ] [ -U ]"
	            " path prog...",
	.summary = "Open a listening Unix socket and execute prog for each connection.",
	.personality = &s6_server_personality,
	.options = options,
	.option_count = OPTION_COUNT,
	.writes_chain = true,
	.kind = BINDCHAIN_UNIX_STREAM,
	.run = run,
};
