/* SPDX-License-Identifier: ISC */
/* The variables of connections that `bindchain accept` sets for handlers. */
#ifndef BINDCHAIN_ACCEPT_VARIABLES_H
#define BINDCHAIN_ACCEPT_VARIABLES_H

#include <stdbool.h>

#include "command.h"
#include "server.h"
#include "serving.h"

/* Opens the environment of handlers, without variables of a predecessor; BY_SYSTEMD: with those
 * of --handover=systemd. */
void accept_variables_open(const struct invocation *, struct server *, bool by_systemd);

/* Sets those of a connection: the function of struct server_front. */
bool accept_variables_describe(struct server *, const struct server_connection *);

/* For explain: all of them, in the order of the environment. */
void accept_variables_tell(struct serving *, bool by_systemd);

#endif
