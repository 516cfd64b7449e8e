/* SPDX-License-Identifier: ISC */
/* Sockets that a native command takes: --from=HOW. */
#ifndef BINDCHAIN_TAKING_H
#define BINDCHAIN_TAKING_H

#include "command.h"
#include "inherited.h"

/* Takes those of the convention FROM (NULL: systemd), for any process if ANY_PID, and checks
 * that they are sockets; or says why there are none. */
struct inherited taking_inherited(const struct invocation *, const char *from, bool any_pid);

/* The convention of FROM, an enum handover_convention whose variables no longer apply; 0 if
 * it has none of these. */
unsigned taking_convention(const char *from);

/* Removes the variables of FROM, if it is a row of socket_conventions[]. */
void taking_remove_variables(const struct invocation *, const char *from);

#endif
