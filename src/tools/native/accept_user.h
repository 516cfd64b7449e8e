/* SPDX-License-Identifier: ISC */
/* The user that `bindchain accept` serves as: --user. */
#ifndef BINDCHAIN_ACCEPT_USER_H
#define BINDCHAIN_ACCEPT_USER_H

#include "command.h"
#include "identity.h"
#include "serving.h"

/* Finds USER, or USER:GROUP; or refuses it. */
void accept_user_find(const struct invocation *, struct identity *, const char *user);

/* Becomes that user for good, or exits. */
void accept_user_become(const struct invocation *, const struct identity *);

/* For explain: user and group, and what prevents the change; NULL: there is none. */
void accept_user_tell(struct serving *, const struct identity *);

#endif
