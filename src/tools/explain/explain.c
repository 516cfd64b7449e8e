/* SPDX-License-Identifier: ISC */
/*
 * bindchain explain: shows what a command line would do, up to the next
 * program, without doing it.
 */
#include <stddef.h>
#include <stdio.h>

#include "request.h"
#include "explanation.h"
#include "fatal.h"
#include "native.h"
#include "observe.h"
#include "print.h"
#include "sockopt.h"

struct chosen {
	bool json;
};

static const struct option_spec options[] = {
	OPTION('j', "json", "", "print JSON", offsetof(struct chosen, json), true),
};

enum explained_socket_option
explain_socket_option(const struct request *request, enum bindchain_option option,
    struct backend_spelling *spelling)
{
	const struct option_setting *setting = &request->options[option];

	sockopt_spell(request, option, setting->want == BINDCHAIN_UNASKED ? 1 : setting->value,
	    spelling);
	if (setting->want == BINDCHAIN_UNASKED)
		return EXPLAINED_UNASKED;
	if (spelling->is_default)
		return EXPLAINED_DEFAULT;
	if (spelling->count)
		return EXPLAINED_SET;
	return setting->want == BINDCHAIN_REQUIRED ? EXPLAINED_REFUSED : EXPLAINED_IGNORED;
}

static void
add_difference(void *findings, const struct text *difference)
{
	findings_add_text(findings, FINDING_WARNING, difference);
}

static void
foresee_differences(struct explained_socket *explained, const struct invocation *invocation,
    int index)
{
	findings_init(&explained->findings);
	claims_compare(&invocation->claims->listeners[index], explained->inherited,
	    explained->request, add_difference, &explained->findings);
}

void
explain_socket(struct explained_socket *explained, const struct invocation *invocation, int index)
{
	const struct request *request = command_request(invocation, index);

	*explained = (struct explained_socket) { .request = request,
		.inherited = claims_find(invocation->claims, index) };
	explained->planned = plan_make(&explained->plan, request, &explained->failure) == 0;
	if (request->backlog != BINDCHAIN_NO_LISTEN)
		backlog_predict(request, &explained->backlog);
	if (explained->inherited) {
		foresee_differences(explained, invocation, index);
		return;
	}
	/* All requests are in one array. */
	diagnose_request(request - index, index, &invocation->command->personality->words,
	    !invocation->no_holder_search, &explained->conflicts, &explained->findings);
}

bool
explained_follows(const struct invocation *invocation, int index)
{
	return invocation->follows && invocation->follows[index];
}

void
explain_next(struct explained_next *explained, const struct invocation *invocation)
{
	/* A handler gets a process of its own. */
	bool stays = !invocation->serving && command_named(invocation->next);

	explained->found = chain_find(invocation->next, stays, &explained->target,
	    &explained->missing) == 0;
}

/* The command at the beginning of WORDS, by its name or after `bindchain`, or the first of the
 * command line that it writes. */
static struct invocation
choose_explained(const struct invocation *own, char **words)
{
	const struct command *command;
	struct invocation chain;

	if (!words[0])
		fatal(own, "no command to explain");
	command = command_find(chain_basename(words[0]));
	if (command == &bindchain_command && words[1])
		command = command_find(*++words);
	if (command && command->writes_chain) {
		chain = (struct invocation) { .command = command, .argv = words + 1 };
		command->run(&chain);
		words = chain.next;
		command = command_find(words[0]);
	}
	if (!command || command == &bindchain_command)
		native_unknown_command(own, words[0], true);
	else if (!command->prepare)
		fatal(own, "%s opens no socket: nothing to explain", words[0]);
	return (struct invocation) { .command = command, .argv = words + 1,
		.is_explained = true };
}

static void
run(struct invocation *invocation)
{
	struct chosen chosen = { 0 };
	char **words = command_read_options(invocation, &chosen);
	struct invocation explained = choose_explained(invocation, words);
	bool works;

	explained.command->prepare(&explained);
	print_begin();
	works = chosen.json ? explain_as_json(&explained) : explain_as_text(&explained);
	handover_free(&explained.handover);
	print_end(invocation, works ? 0 : NATIVE_EXIT_USAGE);
}

const struct command explain_command = {
	.name = COMMAND_NAME("explain"),
	.synopsis = "[--json] COMMAND [ARGUMENT...]",
	.summary = "Show what a command would do, without doing it.",
	.personality = &native_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.internal = true,
	.run = run,
};
