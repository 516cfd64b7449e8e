/* SPDX-License-Identifier: ISC */
/*
 * One executable, many commands: it goes by the name it was called by, or as
 * plain `bindchain` by its first argument.  When a command's next program is
 * this executable again, the loop goes round instead of an execve.
 */
#include <string.h>
#include <unistd.h>

#include "backend.h"
#include "chain.h"
#include "command.h"
#include "native.h"

/* Finds the command that ARGV calls for, and what is its own of it. */
static void
choose_command(struct invocation *invocation, char **argv)
{
	const char *name = chain_basename(argv[0]);
	const struct command *command = command_find(name);

	memset(invocation, 0, sizeof *invocation);
	invocation->command = command && !command->internal ? command : &bindchain_command;
	invocation->program = name;
	invocation->argv = argv + 1;
	if (invocation->command != &bindchain_command)
		return;
	invocation->program = bindchain_command.name;
	command = argv[1] ? command_find(argv[1]) : NULL;
	if (command && command != &bindchain_command) {
		invocation->command = command;
		invocation->program = command->name;
		invocation->argv = argv + 2;
	}
}

/* Only what goes by a name of ours can be one of our commands. */
static bool
may_be_ours(const char *program)
{
	const struct command *command = command_find(chain_basename(program));

	return command && !command->internal;
}

int
main(int argc, char **argv)
{
	static char name[] = "bindchain";
	static char *nameless[] = { name, NULL };
	struct bindchain_failure failure;
	struct invocation invocation;
	int status;

	choose_command(&invocation, argc > 0 ? argv : nameless);
	if (backend_is_set_id())
		return native_refuse_set_id();
	for (;;) {
		status = invocation.command->run(&invocation);
		if (status != COMMAND_CHAIN)
			return status;
		if (chain_execute(invocation.next, may_be_ours(invocation.next[0]), &failure) != 0)
			return invocation.command->personality->failed(&invocation, &failure);
		choose_command(&invocation, invocation.next);
	}
}
