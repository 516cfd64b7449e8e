/* SPDX-License-Identifier: ISC */
/* Why the path of a Unix socket or FIFO cannot be made, seen without making it. */
#ifndef BINDCHAIN_FORESEEN_PATH_H
#define BINDCHAIN_FORESEEN_PATH_H

#include "request.h"
#include "findings.h"

/* Adds each cause that is certain to make REQUESTS[INDEX] fail as things stand, once those
 * before it are open. */
void foresee_path(const struct request *requests, int index, struct findings *);

/* Adds why this process may not give OBJECT, "path" or "directory", the owner and group of
 * ACCESS. */
void foresee_chown(const struct permissions *access, const char *object, struct findings *);

/* Adds that this process may not open the FIFO at the path of REQUEST, or not connect to the
 * socket there. */
void foresee_access(const struct request *, struct findings *);

#endif
