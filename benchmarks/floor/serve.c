/* SPDX-License-Identifier: ISC */
/*
 * The floor of servers: accept(2), vfork(2), execve(2) for each connection of descriptor 3,
 * and nothing else.  It counts nothing, tells a handler nothing, and has no end.
 */
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int
main(int argc, char **argv)
{
	if (argc < 2)
		return 100;
	for (;;) {
		int connection = accept4(3, NULL, NULL, SOCK_CLOEXEC);
		if (connection < 0)
			return 111;
		if (vfork() == 0) {
			dup2(connection, 0);
			dup2(connection, 1);
			execve(argv[1], argv + 1, environ);
			_exit(127);
		}
		close(connection);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
}
