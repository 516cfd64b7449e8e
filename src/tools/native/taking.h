/* SPDX-License-Identifier: ISC */
/* Sockets that a native command takes: --from=HOW. */
#ifndef BINDCHAIN_TAKING_H
#define BINDCHAIN_TAKING_H

#include "command.h"
#include "error_section.h"
#include "inherited.h"

/* Takes those of the convention FROM (NULL: systemd), for any process if ANY_PID, and checks
 * that they are sockets; or says why there are none. */
struct inherited taking_inherited(const struct invocation *, const char *from, bool any_pid);

/* Adds why LISTEN_FDS has no sockets for this process: the PROBLEM of inherited_take(). */
void taking_add_problem(struct text *, const struct inherited *, enum inherited_problem);
/* The section of bindchain-errors(7) about PROBLEM. */
enum error_section taking_section(enum inherited_problem);
/* Adds why DESCRIPTOR cannot be read as a socket: ERROR.  Returns whether it is none; otherwise
 * a call failed. */
bool taking_add_descriptor(struct text *, int descriptor, int error);

/* The convention of FROM, an enum handover_convention whose variables no longer apply; 0 if
 * it has none of these. */
unsigned taking_convention(const char *from);

/* Removes the variables of FROM, if it is a row of socket_conventions[]. */
void taking_remove_variables(const struct invocation *, const char *from);

#endif
