/* SPDX-License-Identifier: ISC */
/* Carrying out a plan: how each step is made, for perform.c, and perform_path.c, which has
 * those that are about a path. */
#ifndef BINDCHAIN_PERFORMANCE_H
#define BINDCHAIN_PERFORMANCE_H

#include "plan.h"
#include "request.h"
#include "socket_path.h"

/* What is known of what has been done so far. */
struct performance {
	const struct request *request;
	int descriptor;       /* the socket, or -1 */
	int probe;            /* the temporary socket, or -1 */
	int flags;            /* of PLAN_GETFL */
	struct made_path *made;
	/* About a path, from PLAN_OPEN_DIRECTORY on: */
	bool has_place;
	struct path_place place;
	struct path_entry entry; /* what is at it, once it was looked up */
	bool has_mask;        /* from PLAN_UMASK to PLAN_UMASK_BACK */
	mode_t mask, former_mask;
	bool fifo_made;
	/* Of the step that failed, where its operation does not say it; NULL otherwise. */
	const char *subject, *reason;
	/* Of a requirement that is not met. */
	int demanded;
	struct bindchain_fact given;
};

/* Makes a step.  Returns 0 or more, or -1 with errno, which is 0 if no call failed. */
typedef int performance_function(struct performance *, const struct plan_step *);

/* What perform() has to know of a step: the table is in the order of enum plan_call. */
struct performance_rule {
	performance_function *make;
	enum bindchain_operation operation; /* its failure */
	int stand_in_error; /* the errno after which the next step stands in; 0: any */
};
extern const struct performance_rule performance_rules[PLAN_CALLS];

/* Returns STATUS; if that is a failure, it is about SUBJECT. */
int performance_about(struct performance *, const char *subject, int status);

performance_function performance_bind;

/* Steps about a path. */
performance_function performance_open_directory, performance_set_socket_mode,
    performance_read_clock, performance_set_umask, performance_set_umask_back,
    performance_clear, performance_note, performance_sweep, performance_find_bound,
    performance_look_at_directory, performance_compare_directory, performance_chown,
    performance_chmod, performance_close_object, performance_close_directory,
    performance_make_fifo, performance_find_fifo, performance_open_fifo,
    performance_fchown, performance_fchmod, performance_make_directory,
    performance_sweep_directory, performance_link;

/* Removes the path that was made, as long as the socket is still open. */
void performance_undo_path(struct performance *);

/* Ends what needs the directory.  Leaves errno alone. */
void performance_leave_place(struct performance *);

#endif
