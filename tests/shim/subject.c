/* SPDX-License-Identifier: ISC */
/*
 * A program for the shim's own tests, which does what the tools must not do:
 * each argument is a deed.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int
deed(const char *name)
{
	if (strcmp(name, "leave-a-descriptor") == 0)
		return open("/dev/null", O_RDONLY) < 0;
	if (strcmp(name, "leave-a-socket") == 0)
		return socket(AF_INET, SOCK_STREAM, 0) < 0;
	if (strcmp(name, "close-everything") == 0)
		return close_range(3, ~0U, 0);
	if (strcmp(name, "bind-a-duplicate") == 0) {
		const struct sockaddr_in any = { .sin_family = AF_INET };
		int first = socket(AF_INET, SOCK_STREAM, 0), second = dup(first);
		if (bind(first, (const struct sockaddr *)&any, sizeof any) != 0)
			return 1;
		close(first);
		return listen(second, 5);
	}
	fprintf(stderr, "no such deed: %s\n", name);
	return 1;
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (deed(argv[i]) != 0)
			return i;
	return 0;
}
