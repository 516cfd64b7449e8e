/* SPDX-License-Identifier: ISC */
/* FreeBSD: the privileges that opening a socket can need, and this process may lack. */
#ifndef BINDCHAIN_FREEBSD_PRIVILEGES_H
#define BINDCHAIN_FREEBSD_PRIVILEGES_H

#include "request.h"
#include "findings.h"

/* Of a reserved port, before bind(2). */
void privileges_foresee_port(const struct request *, struct findings *);

/* Why bind(2) failed with EACCES.  Returns false if the port is not reserved. */
bool privileges_tell_port(const struct request *, struct findings *);

/* Why bind(2) failed with EPERM.  Returns false if no known policy does that. */
bool privileges_tell_policy(const struct request *, struct findings *);

/* Returns whether bind-any is certainly denied, and adds the reason. */
bool privileges_tell_bind_any(struct findings *);

#endif
