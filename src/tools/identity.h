/* SPDX-License-Identifier: ISC */
/* Becoming another user, for good.  The callers have their own words for what goes wrong. */
#ifndef BINDCHAIN_IDENTITY_H
#define BINDCHAIN_IDENTITY_H

#include <stdbool.h>
#include <sys/types.h>

#include "command.h"

struct identity {
	const char *account; /* as it was named, without a group */
	bool has_account;    /* it is a name that was found, not a number */
	bool supplementary;  /* with the account's supplementary groups */
	uid_t user;
	gid_t group;
};

enum identity_obstacle {
	IDENTITY_NO_USER,
	IDENTITY_NEEDS_GROUP,  /* a number that is no account's name */
	IDENTITY_NO_ACCOUNT,   /* supplementary groups of a number */
	IDENTITY_NO_GROUP,
	IDENTITY_UNCHANGED,    /* the calls succeeded, but the ids are others */
	IDENTITY_UNDOABLE,     /* the privilege could be regained */
	IDENTITY_LOOKUP,       /* a lookup failed: error */
	IDENTITY_REFUSED       /* the system call, by its name, failed: error */
};

struct identity_problem {
	enum identity_obstacle obstacle;
	const char *subject; /* the user or group as it was named */
	const char *call;
	int error;
};

/* Finds ACCOUNT and GROUP, which is the account's if NULL; names or numbers.  Returns false
 * with the problem. */
bool identity_find(struct identity *, const char *account, const char *group,
    struct identity_problem *);

/* Whoever is that user already needs no privilege, if no group is lost. */
bool identity_become(const struct identity *, struct identity_problem *);

/* Why identity_become() would be refused, or NULL if nothing is known against it. */
const char *identity_foresee(const struct identity *);

/* "info" lines of a message: hints, the call that failed, and why. */
void identity_inform(const struct invocation *, const struct identity *,
    const struct identity_problem *);

#endif
