/* SPDX-License-Identifier: ISC */
/* What the kernel says of a socket. */
#ifndef BINDCHAIN_ADOPT_SOCKETS_H
#define BINDCHAIN_ADOPT_SOCKETS_H

#include <stdbool.h>

/* -1: it is no socket. */
int socket_type(int descriptor);

/* The protocol, or 0 where the system does not tell. */
int socket_protocol(int descriptor);

bool socket_is_connected(int descriptor);
bool socket_is_bound(int descriptor);

#endif
