/* SPDX-License-Identifier: ISC */
/*
 * path_owner: the program that a Unix socket is handed over to.
 *
 *   path_owner own DESCRIPTOR PATH   says "owner", or "stolen" where PATH does not lead to
 *                                    the socket; at SIGTERM says "kept" or "stolen", and ends
 *   path_owner await DESCRIPTOR COMMAND...
 *                                    executes COMMAND at the end of file there
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static bool
leads_to(const char *path, int owned)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int type, client, accepted = -1;
	socklen_t size = sizeof type;
	bool leads;
	char byte;

	strncpy(address.sun_path, path, sizeof address.sun_path - 1);
	if (getsockopt(owned, SOL_SOCKET, SO_TYPE, &type, &size) != 0)
		return false;
	client = socket(AF_UNIX, type, 0);
	fcntl(owned, F_SETFL, O_NONBLOCK);
	leads = connect(client, (const struct sockaddr *)&address, sizeof address) == 0;
	if (leads && type == SOCK_DGRAM)
		leads = send(client, "", 1, 0) == 1 && recv(owned, &byte, 1, 0) == 1;
	else if (leads)
		leads = (accepted = accept(owned, NULL, NULL)) >= 0;
	close(client);
	if (accepted >= 0)
		close(accepted);
	return leads;
}

static int
own(const char *path, int descriptor)
{
	sigset_t end;
	int signal;

	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	sigprocmask(SIG_BLOCK, &end, NULL);
	puts(leads_to(path, descriptor) ? "owner" : "stolen");
	fflush(stdout);
	sigwait(&end, &signal);
	puts(leads_to(path, descriptor) ? "kept" : "stolen");
	return 0;
}

static int
await(int descriptor, char **command)
{
	char byte;

	while (read(descriptor, &byte, 1) > 0)
		continue;
	close(descriptor);
	execv(command[0], command);
	return 99;
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "own") == 0)
		return own(argv[3], atoi(argv[2]));
	if (argc > 3 && strcmp(argv[1], "await") == 0)
		return await(atoi(argv[2]), argv + 3);
	return 98;
}
