/* SPDX-License-Identifier: ISC */
/*
 * A program for the shim's own tests, which does what the tools must not do:
 * each argument is a deed.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int
bind_path(int descriptor, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	strcpy(address.sun_path, path);
	return bind(descriptor, (const struct sockaddr *)&address,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1));
}

/* Two sockets and one path, and a second path for the first socket. */
static void
crowd_a_path(void)
{
	int first = socket(AF_UNIX, SOCK_STREAM, 0), second = socket(AF_UNIX, SOCK_STREAM, 0);

	bind_path(first, "first");
	bind_path(second, "first");
	bind_path(first, "second");
}

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
		int first = socket(AF_INET, SOCK_STREAM, 0), second = dup(first);
		close(first);
		return listen(second, 5);
	}
	if (strcmp(name, "crowd-a-path") == 0) {
		crowd_a_path();
		return 0;
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
