/* SPDX-License-Identifier: ISC */
/* The inherited sockets that `bindchain accept` serves: --fd, or those of LISTEN_FDS. */
#ifndef BINDCHAIN_ACCEPT_LISTENERS_H
#define BINDCHAIN_ACCEPT_LISTENERS_H

#include <stdbool.h>

#include "command.h"
#include "server.h"
#include "serving.h"

/* The caller allocates so many listeners of the server. */
#define ACCEPT_LISTENERS_MAX 64

/* Adds DESCRIPTOR; or refuses it if it is one too many, or one of them. */
void accept_listeners_add(const struct invocation *, struct server *, int descriptor);

bool accept_listeners_have(const struct server *, int descriptor);

/*
 * Takes those of LISTEN_FDS if none was added, and reads the address of each.  Refuses what
 * accepts no connections; for explain it fills the problems instead.
 */
void accept_listeners_find(const struct invocation *, struct server *, struct serving *);

/* For everybody who has the sockets. */
void accept_listeners_set_nonblocking(const struct invocation *, const struct server *);

#endif
