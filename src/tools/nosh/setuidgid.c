/* SPDX-License-Identifier: ISC */
/* setuidgid [-s] [-g GROUP] ACCOUNT NEXT…, as nosh has it, and USER:GROUP. */
#include <stddef.h>
#include <string.h>

#include "command.h"
#include "fatal.h"
#include "identity.h"
#include "nosh.h"

/* After the account is found, failures have daemontools' status of a temporary one. */
#define SETUIDGID_EXIT_FAILURE 111

struct chosen {
	bool supplementary;
	const char *primary_group;
};

static const struct option_spec options[] = {
	OPTION('s', "supplementary", "", "set the account's supplementary groups too",
	    offsetof(struct chosen, supplementary), true),
	OPTION('g', "primary-group", "GROUP", "use this primary group instead of the account's",
	    offsetof(struct chosen, primary_group), true),
};

/* As nosh says it. */
static _Noreturn void
give_up(const struct invocation *invocation, const struct identity *identity,
    const struct identity_problem *problem)
{
	static const char sentences[][64] = {
		[IDENTITY_NO_USER] = "No such user.",
		[IDENTITY_NEEDS_GROUP] = "No such user.",
		[IDENTITY_NO_ACCOUNT] = "No such user.",
		[IDENTITY_NO_GROUP] = "No such group.",
		[IDENTITY_UNCHANGED] = "The ids did not change.",
		[IDENTITY_UNDOABLE] = "The change of ids could be undone; is a capability kept?",
	};

	fatal_line(invocation, "%s: %s", problem->subject, problem->obstacle >= IDENTITY_LOOKUP
	        ? strerror(problem->error) : sentences[problem->obstacle]);
	identity_inform(invocation, identity, problem);
	fatal_exit(invocation, SETUIDGID_EXIT_FAILURE);
}

/* OPERAND is USER or USER:GROUP, and is split. */
static void
look_up(const struct invocation *invocation, const struct chosen *chosen, char *operand,
    struct identity *identity)
{
	const char *group = chosen->primary_group;
	char *colon = strchr(operand, ':');
	struct identity_problem problem;

	if (colon && group)
		fatal(invocation, "The group is given twice.");
	if (colon) {
		*colon = '\0';
		group = colon + 1;
	}
	if (!identity_find(identity, operand, group, &problem))
		give_up(invocation, identity, &problem);
}

static void
run(struct invocation *invocation)
{
	static const char *const missing[] = { "Missing account name." };
	struct chosen chosen = { 0 };
	char **operands = command_read_options(invocation, &chosen);
	struct identity identity = { .supplementary = chosen.supplementary };
	struct identity_problem problem;

	nosh_take_operands(invocation, operands, 1, missing);
	look_up(invocation, &chosen, operands[0], &identity);
	if (!identity_become(&identity, &problem))
		give_up(invocation, &identity, &problem);
}

const struct command setuidgid_command = {
	.name = COMMAND_NAME("setuidgid"),
	.synopsis = "[-s] [-g GROUP] ACCOUNT NEXT...",
	.summary = "Become the user ACCOUNT, or USER:GROUP, and execute NEXT.",
	.personality = &nosh_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.run = run,
};
