/* SPDX-License-Identifier: ISC */
/* What a descriptor is, by fstat(2), getsockopt(2) and getsockname(2). */
#ifndef BINDCHAIN_SOCKET_CHECK_H
#define BINDCHAIN_SOCKET_CHECK_H

#include <stdbool.h>
#include <sys/stat.h>

#include "address.h"

/*
 * Each returns 1, 0 if the descriptor is something else, or a negative errno.  TYPE is
 * SOCK_..., 0 for any; LISTENING is as truth, any if negative.
 */
int socket_check(int descriptor, int type, int listening);

/* The same, and BOUND is set to its address. */
int socket_check_address(int descriptor, int type, int listening, struct address *bound);

/* Copies a wanted address; false if it is NULL, or LENGTH is not one of its family's. */
bool socket_check_wanted(const struct sockaddr *, socklen_t length, struct address *);

/* A file of the kind S_IF..., and the one at PATH unless that is NULL. */
int file_check(int descriptor, mode_t kind, const char *path);

#endif
