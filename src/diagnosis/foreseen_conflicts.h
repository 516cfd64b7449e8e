/* SPDX-License-Identifier: ISC */
/* With which sockets those of a command will conflict: with one another, and with
 * those that are there. */
#ifndef BINDCHAIN_FORESEEN_CONFLICTS_H
#define BINDCHAIN_FORESEEN_CONFLICTS_H

#include "conflict.h"
#include "findings.h"
#include "observe.h"
#include "request.h"

enum foreseen_failure {
	FORESEEN_NONE,
	FORESEEN_EXCLUSIVE, /* the check that the request's `exclusive` asks for */
	FORESEEN_BIND,
	FORESEEN_LISTEN
};

struct foreseen_conflict {
	int socket; /* its number in the command, from 1; 0: it is there already */
	struct address address;
	bool listening;
	bool is_connection; /* left over from an earlier listener */
	bool has_process;   /* that has it: */
	struct backend_process process;
	bool creator_known; /* of its socket: */
	uid_t creator;
	/* What fails with EADDRINUSE; surely, or only with some of the options that it may
	 * have and that cannot be seen. */
	enum foreseen_failure failure;
	bool is_certain;
	const char *sharing; /* as sharing_text() has it; NULL: nothing to say */
	/* Where nothing fails: who gets what both could get.  CONFLICT_FIRST is the other
	 * socket, CONFLICT_SECOND ours; CONFLICT_NOBODY: there is none, or not known. */
	enum conflict_receiver ipv4, ipv6;
	struct conflict_side first, second;
};

#define FORESEEN_CONFLICTS_MAX 16

struct foreseen_conflicts {
	size_t count;
	struct backend_sight sockets, owners; /* how complete the search was */
	struct foreseen_conflict list[FORESEEN_CONFLICTS_MAX];
};

/*
 * Finds those of REQUESTS[INDEX] with the requests before it, and, if SEARCH, with
 * sockets that can be listed here.  The first FORESEEN_CONFLICTS_MAX are kept.  Opens
 * no socket but for the list.
 */
void foresee_conflicts(const struct request *requests, int index, bool search,
    struct foreseen_conflicts *);

/* Adds what was found. */
void foreseen_conflicts_tell(const struct foreseen_conflicts *, struct findings *);

#endif
