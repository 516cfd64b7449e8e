/* SPDX-License-Identifier: ISC */
/*
 * A daemon for systemd's socket activation.  It was written for libsystemd, and its only
 * change is the include: it compiled with <systemd/sd-daemon.h>, and now runs on FreeBSD
 * and macOS too.
 *
 *     cc sd_daemon.c -o sd_daemon $(pkg-config --cflags --libs bindchain)
 *     bindchain listen --tcp=127.0.0.1:8080,name=web ./sd_daemon
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bindchain/sd-daemon.h>

static void
answer(int listener)
{
	int connection = accept(listener, NULL, NULL);
	char line[256];
	ssize_t length;

	if (connection < 0) {
		fprintf(stderr, SD_ERR "accept: %s\n", strerror(errno));
		return;
	}
	length = read(connection, line, sizeof line);
	if (length > 0)
		dprintf(connection, "served: %.*s", (int)length, line);
	close(connection);
}

/* Each inherited descriptor must be a listening stream socket. */
static void
check_sockets(struct pollfd *sockets, int count, char **names)
{
	for (int i = 0; i < count; i++) {
		sockets[i].fd = SD_LISTEN_FDS_START + i;
		sockets[i].events = POLLIN;
		if (sd_is_socket(sockets[i].fd, AF_UNSPEC, SOCK_STREAM, 1) <= 0) {
			fprintf(stderr, SD_ERR "%s is not a listening socket\n", names[i]);
			exit(1);
		}
		fprintf(stderr, SD_INFO "serving %s\n", names[i]);
		free(names[i]);
	}
	free(names);
}

int
main(void)
{
	struct pollfd *sockets;
	char **names = NULL;
	int count = sd_listen_fds_with_names(1, &names);

	if (count <= 0) {
		fprintf(stderr, SD_ERR "no sockets: %s\n",
		    count < 0 ? strerror(-count) : "start me by socket activation");
		return 1;
	}
	sockets = calloc((size_t)count, sizeof *sockets);
	if (!sockets)
		return 1;
	check_sockets(sockets, count, names);
	sd_notifyf(0, "READY=1\nSTATUS=Serving %d sockets", count);
	while (poll(sockets, (nfds_t)count, -1) > 0)
		for (int i = 0; i < count; i++)
			if (sockets[i].revents)
				answer(sockets[i].fd);
	free(sockets);
	return 1;
}
