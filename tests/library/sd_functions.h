/* SPDX-License-Identifier: ISC */
/* The functions of sd-daemon.h, from either library: sd_functions.c is compiled for each
 * with nothing changed but the path of the header. */
#ifndef TESTS_LIBRARY_SD_FUNCTIONS_H
#define TESTS_LIBRARY_SD_FUNCTIONS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sd_functions {
	const char *const *levels; /* SD_EMERG to SD_DEBUG */
	int listen_fds_start;
	int (*listen_fds)(int unset_environment);
	int (*listen_fds_with_names)(int unset_environment, char ***names);
	int (*is_fifo)(int fd, const char *path);
	int (*is_special)(int fd, const char *path);
	int (*is_socket)(int fd, int family, int type, int listening);
	int (*is_socket_inet)(int fd, int family, int type, int listening, uint16_t port);
	int (*is_socket_sockaddr)(int fd, int type, const struct sockaddr *addr, unsigned length,
	    int listening);
	int (*is_socket_unix)(int fd, int type, int listening, const char *path, size_t length);
	int (*notify)(int unset_environment, const char *state);
	int (*notifyf)(int unset_environment, const char *format, ...);
	int (*booted)(void);
	int (*watchdog_enabled)(int unset_environment, uint64_t *usec);
};

extern const struct sd_functions sd_functions_ours, sd_functions_theirs;

#ifdef __cplusplus
}
#endif

#endif
