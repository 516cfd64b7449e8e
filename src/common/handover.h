/* SPDX-License-Identifier: ISC */
/*
 * Handover: where the socket's descriptor goes and what the environment tells
 * the next program about it.  Like a plan it is made first, as data, and
 * carried out when the socket is there.
 */
#ifndef BINDCHAIN_HANDOVER_H
#define BINDCHAIN_HANDOVER_H

#include <stdbool.h>

#include "bindchain.h"

struct handover {
	int target;    /* the descriptor that the next program will find */
	int inherited; /* sockets passed to us that stay in front of ours */
	bool systemd;  /* LISTEN_FDS, LISTEN_PID, and LISTEN_FDNAMES if there */
	bool upstart;  /* UPSTART_EVENTS, UPSTART_FDS */
	bool names_are_ours; /* an inherited LISTEN_FDNAMES stands */
};

/* A change to the environment. */
struct handover_variable {
	const char *name;
	const char *value; /* NULL: it is removed */
	bool own_pid;      /* the value is the number of this process */
};
/* Returns 0 to go on. */
typedef int handover_visitor(void *context, const struct handover_variable *);

/* The socket becomes standard input; the environment stays as it is. */
void handover_to_stdin(struct handover *);

/*
 * The socket goes to 3, or behind the sockets inherited under LISTEN_FDS when
 * SYSTEMD is asked for.  Returns 0, or -1 with FAILURE (BINDCHAIN_INHERITED)
 * when LISTEN_FDS is ours and malformed, or claims what is not open.
 */
int handover_to_listen_fds(struct handover *, bool systemd, bool upstart,
    struct bindchain_failure *);

/*
 * Visits the changes to the environment, in the order in which they are made:
 * what tells of them and what makes them see the same.  Returns 0, what the
 * visitor stopped with, or -1 with errno.
 */
int handover_visit_variables(const struct handover *, handover_visitor *, void *context);

/*
 * Moves DESCRIPTOR to its target, closing what is there, and sets the
 * environment.  Returns 0, or -1 with FAILURE and the socket closed.
 */
int handover_perform(const struct handover *, int descriptor, struct bindchain_failure *);

#endif
