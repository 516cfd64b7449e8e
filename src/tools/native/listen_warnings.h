/* SPDX-License-Identifier: ISC */
/* The warnings of `bindchain listen`: what was requested and is not so, and fails nothing. */
#ifndef BINDCHAIN_LISTEN_WARNINGS_H
#define BINDCHAIN_LISTEN_WARNINGS_H

#include "command.h"
#include "listener.h"

/* Before the sockets are opened: of settings, families and inherited sockets. */
void listen_warn_of_settings(struct invocation *, const struct listener_list *);

/* Before the socket of the request is opened: an earlier one may have made its directory. */
void listen_warn_of_directory(const struct invocation *, const struct request *);

/* When all sockets are open and placed.  READS_BACK: their addresses are read in any case. */
void listen_warn_of_sockets(const struct invocation *, const struct listener_list *,
    bool reads_back);

#endif
