/* SPDX-License-Identifier: ISC */
/* Why the path of a Unix socket or FIFO cannot be made, seen without making it. */
#ifndef BINDCHAIN_FORESEEN_PATH_H
#define BINDCHAIN_FORESEEN_PATH_H

#include "request.h"
#include "findings.h"

/* Adds each cause that is certain to make REQUESTS[INDEX] fail as things stand, once those
 * before it are open. */
void foresee_path(const struct request *requests, int index, struct findings *);

/* Adds why this process may not give the owner and group of ACCESS to the path, where the
 * OPERATION is BINDCHAIN_CHOWN, or its directory: BINDCHAIN_OPEN_DIRECTORY. */
void foresee_chown(const struct permissions *access, enum bindchain_operation,
    struct findings *);

/* Adds that this process may not open the FIFO at the path of REQUEST, or not connect to the
 * socket there. */
void foresee_access(const struct request *, struct findings *);

#endif
