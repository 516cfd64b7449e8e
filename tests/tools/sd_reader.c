/* SPDX-License-Identifier: ISC */
/*
 * The receiving side as others have it: libsystemd's reader of LISTEN_FDS.
 * Prints one line of JSON: {"count": N, "names": [...], "listening": [...]},
 * with a negative errno for the count when the library refuses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>

int
main(void)
{
	char **names = NULL;
	int count = sd_listen_fds_with_names(0, &names);

	printf("{\"count\": %d, \"names\": [", count);
	for (int i = 0; i < count; i++) {
		printf("%s\"%s\"", i ? ", " : "", names[i]);
		free(names[i]);
	}
	printf("], \"listening\": [");
	for (int i = 0; i < count; i++)
		printf("%s%d", i ? ", " : "",
		    sd_is_socket_inet(SD_LISTEN_FDS_START + i, AF_UNSPEC, SOCK_STREAM, 1, 0));
	puts("]}");
	free(names);
	return fflush(stdout) != 0;
}
