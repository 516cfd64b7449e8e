/* SPDX-License-Identifier: ISC */
/* The holders of an address that is in use. */
#ifndef BINDCHAIN_HOLDERS_H
#define BINDCHAIN_HOLDERS_H

#include "diagnosis.h"
#include "request.h"
#include "findings.h"
#include "observe.h"

/*
 * When FAILURE is EADDRINUSE of bind(2) or listen(2) for a port other than 0: the
 * conflicting sockets and their owners, whether they can be shared, and what is not
 * visible.  Nothing for other failures.
 */
void holders_tell(const struct request *, const struct bindchain_failure *,
    const struct diagnosis_words *, struct findings *);

/* Adds "nginx (pid 4711, user www-data, socket created by user root)", as far as it is known,
 * escaped.  CREATOR is NULL if unknown, and named if it is another user. */
void holders_add_process(struct text *, const struct backend_process *, const uid_t *creator);

/* Adds why a process that has a socket is unknown. */
void holders_tell_unseen(const struct backend_sight *owners, enum finding_severity,
    struct findings *);

#endif
