/* SPDX-License-Identifier: ISC */
/* What carrying out a plan knows of what has been done so far: perform.c, and
 * perform_path.c for the steps that are about a path. */
#ifndef BINDCHAIN_PERFORMANCE_H
#define BINDCHAIN_PERFORMANCE_H

#include "plan.h"
#include "socket_path.h"

struct performance {
	const struct bindchain_request *request;
	int descriptor;       /* the socket, or -1 */
	struct bindchain_fact given; /* by the kernel, where a requirement is not met */
	struct made_path *made;
	/* About a path, from PLAN_OPEN_DIRECTORY on: */
	bool has_place;
	struct path_place place;
	struct path_entry entry; /* what is at it, once it was looked up */
	bool has_mask;        /* for bind(2) alone */
	mode_t mask;
	bool fifo_made;
	/* Why a step failed where its name does not say it; NULL otherwise. */
	const char *call, *reason;
};

/* Takes a step about a path.  Returns 0 or more, or -1 with errno, or with errno 0
 * and a reason. */
int performance_take_path_step(struct performance *, const struct plan_step *);

/* Binds the socket to the request's path.  Returns 0, or -1 with errno. */
int performance_bind_path(struct performance *);

/* Removes the path that was made, as long as the socket is still open. */
void performance_undo_path(struct performance *);

/* Ends what needs the directory.  Leaves errno alone. */
void performance_leave_place(struct performance *);

#endif
