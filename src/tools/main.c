/* SPDX-License-Identifier: ISC */
/*
 * One executable, many commands: it goes by the name it was called by, or as
 * plain `bindchain` by its first argument.  When a command's next program is
 * this executable again, the loop goes round instead of an execve.
 */
#include "backend.h"
#include "chain.h"
#include "command.h"
#include "made_paths.h"
#include "native.h"

int
main(int argc, char **argv)
{
	static char name[] = "bindchain";
	static char *nameless[] = { name, NULL };
	struct bindchain_failure failure;
	struct invocation invocation;
	const struct command *named;
	int status;

	if (argc == 0)
		argv = nameless;
	command_choose(&invocation, argv, command_named(argv));
	if (backend_is_set_id())
		return native_refuse_set_id();
	for (;;) {
		status = invocation.command->run(&invocation);
		if (status != COMMAND_CHAIN)
			break;
		named = command_named(invocation.next);
		if (chain_execute(invocation.next, named != NULL, &failure) != 0) {
			status = invocation.command->personality->failed(&invocation, &failure);
			break;
		}
		command_choose(&invocation, invocation.next, named);
	}
	if (status != 0)
		made_paths_remove();
	return status;
}
