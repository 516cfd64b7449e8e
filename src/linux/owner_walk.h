/* SPDX-License-Identifier: ISC */
/*
 * How far the children have come that search for the owners of sockets, in memory that they share
 * with the process that waits for them.  It is read when they have ended, at any place.
 *
 * - After a process that blocks the child another child continues.  A user can have any number
 *   of such processes: after two of one user it passes over the others of that user, who thus
 *   hides no holder but his own.  Those of root are not passed over.
 */
#ifndef BINDCHAIN_LINUX_OWNER_WALK_H
#define BINDCHAIN_LINUX_OWNER_WALK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "observe.h"
#include "search_child.h"

struct owner_walk {
	atomic_uint steps;
	pid_t current;          /* the process at hand, or the last one */
	bool above;             /* in the second pass, over the descriptors above the low ones */
	size_t processes_above; /* that have such descriptors */
	size_t processes_done;  /* that the second pass has inspected, or counted as left out */
	size_t left_out;
	bool none;              /* there are no processes in /proc */
	bool at_limit;
	int error;              /* errno of a process that cannot be inspected; 0: none */
	/* Those that blocked a child, and their users, where known. */
	size_t blocking_count;
	struct {
		pid_t pid;
		bool uid_known;
		uid_t uid;
	} blocking[SEARCH_SILENT_MAX];
};

_Static_assert(SEARCH_SILENT_MAX <= BACKEND_WAITED_MAX, "all that block are reported");

/* Whether process PID has blocked a child, or is one of too many of its user. */
bool owner_walk_passes_over(const struct owner_walk *, pid_t pid);

/* In the process that waits, after a child without progress.  Returns whether another child may
 * continue. */
bool owner_walk_pass_over_current(struct owner_walk *);

/* In the next child. */
void owner_walk_continue(struct owner_walk *);

/* What was not seen, if nothing else has ended the search. */
void owner_walk_fill_sight(const struct owner_walk *, struct backend_sight *);

#endif
