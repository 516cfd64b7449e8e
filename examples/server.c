/* SPDX-License-Identifier: ISC */
/*
 * A server that inherits its listening sockets, or opens its own: one source for Linux,
 * FreeBSD and macOS.  It answers each connection with the line that it gets.
 *
 *     cc server.c -o server $(pkg-config --cflags --libs bindchain)
 *
 *     ./server 127.0.0.1 8080                      opens its own socket
 *     bindchain listen --tcp=:8080 ./server        inherits sockets, as from systemd
 *     ./server -f launchd:web                      inherits launchd's sockets of this name
 *     ./server -f stdin                            inherits standard input, as from inetd
 */
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bindchain.h>

#define SOCKETS_MAXIMUM 16

struct server {
	struct pollfd sockets[SOCKETS_MAXIMUM];
	nfds_t count;
};

static void
fail(const struct bindchain_failure *failure, const struct bindchain_request *request)
{
	char text[512];

	bindchain_failure_text(failure, request, text, sizeof text);
	fprintf(stderr, "server: %s\n", text);
	exit(111);
}

static void
add_socket(struct server *server, int descriptor)
{
	if (server->count == SOCKETS_MAXIMUM
	    || bindchain_is_socket(descriptor, BINDCHAIN_ANY, 1) <= 0) {
		fprintf(stderr, "server: descriptor %d: not a listening socket, or one too many\n",
		    descriptor);
		exit(111);
	}
	server->sockets[server->count].fd = descriptor;
	server->sockets[server->count].events = POLLIN;
	server->count++;
}

/* The variables are removed, so that no child of ours takes the sockets for its own. */
static void
inherit(struct server *server, const char *from)
{
	struct bindchain_failure failure;
	struct bindchain_inherited *inherited;

	inherited = bindchain_inherit(from, BINDCHAIN_REMOVE_VARIABLES, &failure);
	if (!inherited)
		fail(&failure, NULL);
	for (int i = 0; i < bindchain_inherited_count(inherited); i++)
		add_socket(server, bindchain_inherited_descriptor(inherited, i));
	bindchain_inherited_free(inherited);
}

static void
open_own(struct server *server, const char *host, const char *service)
{
	struct bindchain_request *request = bindchain_request_new(BINDCHAIN_TCP);
	struct bindchain_failure failure;
	int descriptor = -1;

	if (bindchain_resolve(request, host, service, 0, &failure) == 0
	    && bindchain_set_option(request, BINDCHAIN_REUSE_ADDRESS, BINDCHAIN_REQUIRED, 1,
	        &failure) == 0
	    && bindchain_set_flags(request, BINDCHAIN_CLOSE_ON_EXEC, &failure) == 0)
		descriptor = bindchain_open(request, &failure);
	if (descriptor < 0)
		fail(&failure, request);
	bindchain_request_free(request);
	add_socket(server, descriptor);
}

static void
print_address(int descriptor)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof address;
	char host[NI_MAXHOST] = "?", service[NI_MAXSERV] = "?";

	if (getsockname(descriptor, (struct sockaddr *)&address, &length) == 0)
		getnameinfo((struct sockaddr *)&address, length, host, sizeof host, service,
		    sizeof service, NI_NUMERICHOST | NI_NUMERICSERV);
	printf("listening on %s port %s\n", host, service);
}

/* A real server would not wait for one client at a time. */
static void
answer(int listener)
{
	int connection = accept(listener, NULL, NULL);
	char line[256];
	ssize_t length;

	if (connection < 0) {
		perror("server: accept");
		return;
	}
	length = read(connection, line, sizeof line);
	if (length > 0)
		dprintf(connection, "served: %.*s", (int)length, line);
	close(connection);
}

int
main(int argc, char *argv[])
{
	struct server server = { .count = 0 };
	const char *from = NULL;

	if (argc > 2 && strcmp(argv[1], "-f") == 0) {
		from = argv[2];
		argc -= 2;
		argv += 2;
	}
	inherit(&server, from);
	if (server.count == 0 && argc == 3)
		open_own(&server, argv[1], argv[2]);
	if (server.count == 0) {
		fprintf(stderr, "usage: server [-f convention] [host port]\n");
		return 100;
	}
	for (nfds_t i = 0; i < server.count; i++)
		print_address(server.sockets[i].fd);
	fflush(stdout);
	for (;;) {
		if (poll(server.sockets, server.count, -1) < 0) {
			perror("server: poll");
			return 111;
		}
		for (nfds_t i = 0; i < server.count; i++)
			if (server.sockets[i].revents)
				answer(server.sockets[i].fd);
	}
}
