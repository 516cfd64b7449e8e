/* SPDX-License-Identifier: ISC */
/*
 * One executable with many commands, chosen by the name it is called by or, as plain
 * `bindchain`, by its first argument.  If a command's next program is this
 * executable, the loop continues without execve(2).
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chain.h"
#include "command.h"
#include "environment.h"
#include "fatal.h"
#include "made_paths.h"
#include "message.h"
#include "native.h"
#include "report_failure.h"
#include "own_process.h"
#include "report_file.h"
#include "write_signals.h"

/* Higher ones are closed at exit, a little later. */
#define CLOSED_AT_ONCE 65536

/* No socket stays open while the message blocks on a full pipe. */
static void
close_sockets(void)
{
	int highest = backend_highest_descriptor();
	struct stat status;

	for (int descriptor = 0; descriptor <= highest && descriptor < CLOSED_AT_ONCE; descriptor++)
		if (descriptor != STDERR_FILENO && fstat(descriptor, &status) == 0
		    && S_ISSOCK(status.st_mode))
			close(descriptor);
}

/* Paths first: the open sockets prove which are ours.  Messages last: writing them may block
 * forever. */
void
leave(int status)
{
	if (status != 0) {
		made_paths_remove();
		close_sockets();
		report_files_undo(); /* with their descriptors free */
	}
	message_write_kept();
	exit(status);
}

/* Executes the next program, or chooses its command if that is in this executable. */
static void
execute_next(struct invocation *invocation)
{
	const struct command *named = command_named(invocation->next);
	struct bindchain_failure failure;

	write_signals_restore();
	if (chain_execute(invocation->next, environment_all(), named != NULL, &failure) != 0)
		report_failure(invocation, &failure);
	command_choose(invocation, invocation->next, named);
}

int
main(int argc, char **argv)
{
	static char name[] = "bindchain";
	static char *nameless[] = { name, NULL };
	struct invocation invocation;

	if (argc == 0)
		argv = nameless;
	command_choose(&invocation, argv, command_named(argv));
	if (backend_is_set_id())
		native_refuse_set_id();
	for (;;) {
		invocation.command->run(&invocation);
		execute_next(&invocation);
	}
}
