/* SPDX-License-Identifier: ISC */
/* Why the path of a Unix socket or FIFO cannot be made, seen without making it. */
#ifndef BINDCHAIN_FORESEEN_PATH_H
#define BINDCHAIN_FORESEEN_PATH_H

#include <stdbool.h>

#include "request.h"
#include "findings.h"

/* Adds each cause that is certain to make REQUESTS[INDEX] fail as things stand, once those
 * before it are open. */
void foresee_path(const struct request *requests, int index, struct findings *);

/* Are both paths, which need not be there, one name in one directory? */
bool foresee_same_path(const char *one, const char *other);

#endif
