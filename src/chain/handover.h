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
	int count;     /* of our sockets, which go to TARGET and up; at least 1 */
	int inherited; /* sockets passed to us that stay in front of ours */
	bool systemd;  /* LISTEN_FDS, LISTEN_PID, and LISTEN_FDNAMES if there */
	bool upstart;  /* UPSTART_EVENTS, UPSTART_FDS */
	bool names_are_ours; /* an inherited LISTEN_FDNAMES stands */
	bool pid_is_ours;    /* an inherited LISTEN_PID stands */
	/* COUNT names for LISTEN_FDNAMES, NULL where a socket has none; NULL when
	 * none has, and a list is only kept up. */
	const char *const *names;
	/* A variable for "fd=address;…" of our sockets, to be set by whoever opens
	 * them; NULL: none. */
	const char *address_variable;
};

/* A change to the environment. */
struct handover_variable {
	const char *name;
	const char *value; /* NULL: it is removed */
	bool own_pid;      /* the value is the number of this process */
};
/* Returns 0 to go on. */
typedef int handover_visitor(void *context, const struct handover_variable *);

/* The sockets go to DESCRIPTOR and up; the environment stays as it is. */
void handover_to_descriptor(struct handover *, int descriptor);

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
 * The first target that is open, so that our sockets would close it, or -1.
 */
int handover_first_in_the_way(const struct handover *);

/*
 * Moves DESCRIPTOR to target number INDEX, closing what is there.  Returns 0, or
 * -1 with FAILURE and the socket closed.
 */
int handover_place(const struct handover *, int index, int descriptor,
    struct bindchain_failure *);

/* Sets the environment.  Returns 0, or -1 with FAILURE. */
int handover_set_environment(const struct handover *, struct bindchain_failure *);

/*
 * Both, for the only socket.  Returns 0, or -1 with FAILURE and the socket
 * closed.
 */
int handover_perform(const struct handover *, int descriptor, struct bindchain_failure *);

#endif
