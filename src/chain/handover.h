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
#include "socket_variables.h"
#include "text.h"

/* How the next program is told. */
enum handover_convention {
	HANDOVER_SYSTEMD = 1, /* LISTEN_FDS, LISTEN_PID, and LISTEN_FDNAMES */
	HANDOVER_UPSTART = 2  /* UPSTART_EVENTS, UPSTART_FDS */
};

/* The sockets that go to descriptors in a row. */
struct handover_sockets {
	int count; /* at least 1 */
	/* COUNT names for LISTEN_FDNAMES, NULL for one that has none, which becomes
	 * "unknown"; or NULL: a list that is there is kept up, and none is made. */
	const char *const *names;
};

enum handover_value {
	HANDOVER_REMOVED,
	HANDOVER_TEXT,
	HANDOVER_NUMBER,
	HANDOVER_OWN_PID /* a number, of this process: another's where it is only told */
};

/* A change to the environment. */
struct handover_change {
	const char *name;
	enum handover_value value;
	int number;       /* of HANDOVER_NUMBER and HANDOVER_OWN_PID */
	const char *text; /* of HANDOVER_TEXT */
};

/* One for each variable of both conventions, and two of a front end's own. */
#define HANDOVER_CHANGES_MAX 8

struct handover {
	int target;    /* the descriptor that the next program will find */
	int count;     /* of our sockets, which go to TARGET and up; at least 1 */
	int inherited; /* sockets passed to us that stay in front of ours */
	const char *const *names; /* of our sockets, as they were given */
	char *name_list; /* allocated for LISTEN_FDNAMES, or NULL */
	/* Variables that tell of our sockets' addresses, to be set by whoever opens them. */
	const struct socket_variable *told;
	int told_count;
	/* In the order in which they are made; none for a variable that stands. */
	int change_count;
	struct handover_change changes[HANDOVER_CHANGES_MAX];
};

/* The sockets go to DESCRIPTOR and up; the environment stays as it is. */
void handover_to_descriptor(struct handover *, int descriptor, const struct handover_sockets *);

/*
 * The sockets go to 3 and up, or behind those inherited under LISTEN_FDS when
 * HANDOVER_SYSTEMD is among CONVENTIONS, an or of enum handover_convention.  The variables
 * are those of ENVIRONMENT, a list as `environ`.  Returns 0, or -1 with FAILURE:
 * BINDCHAIN_INHERITED when LISTEN_FDS is ours and malformed, or includes what is not open;
 * BINDCHAIN_ENVIRONMENT when there is no memory.
 */
int handover_to_listen_fds(struct handover *, unsigned conventions, char *const *environment,
    const struct handover_sockets *, struct bindchain_failure *);

/*
 * Counts the sockets that this process has inherited under LISTEN_FDS: none if it is not set,
 * or for another process.  Returns 0, or -1 with FAILURE (BINDCHAIN_INHERITED).
 */
int handover_inherited(int *count, struct bindchain_failure *);

/*
 * As handover_to_listen_fds() with HANDOVER_SYSTEMD, where only KEPT of the inherited sockets
 * stay, at 3 and up, with the list NAMES, or NULL if there is none.  NAMES is only read.
 */
int handover_after(struct handover *, unsigned conventions, int kept, const char *names,
    const struct handover_sockets *, struct bindchain_failure *);

/*
 * The sockets go to DESCRIPTOR and up, as CONVENTIONS tell, in the place of those that
 * FORMER conventions told of, none of which stays.  Returns 0, or -1 with FAILURE
 * (BINDCHAIN_ENVIRONMENT).
 */
int handover_instead(struct handover *, int descriptor, unsigned former, unsigned conventions,
    const struct handover_sockets *, struct bindchain_failure *);

/* Adds a variable of a front end's own to the changes; there is room for two of them.  TEXT
 * is borrowed. */
void handover_add_text(struct handover *, const char *name, const char *text);

/* Has LISTEN_PID removed instead of set, for a program that forks before it looks. */
void handover_without_pid(struct handover *);

/* The value of a change, in BUFFER where it is a number; NULL: the variable goes. */
const char *handover_value_text(const struct handover_change *, char buffer[NUMBER_TEXT_SIZE]);

/* Why a variable may not be called NAME that tells of addresses; NULL: it may. */
const char *handover_refuse_variable(const char *name);

/*
 * Moves DESCRIPTOR to a number above 2 that is no target, close-on-exec, so that placing a
 * socket does not close it.  Returns the number, or -1 with errno and DESCRIPTOR as it was.
 */
int handover_lift(const struct handover *, int descriptor);

/*
 * Moves DESCRIPTOR to target number INDEX, closing what is there.  Returns 0, or
 * -1 with FAILURE and the socket open where it was.
 */
int handover_place(const struct handover *, int index, int descriptor,
    struct bindchain_failure *);

/*
 * Makes the changes to the environment; asks for nothing on the way.  Returns 0, or -1
 * with FAILURE (BINDCHAIN_ENVIRONMENT).
 */
int handover_set_environment(const struct handover *, struct bindchain_failure *);

/*
 * Both, for the only socket.  Returns 0, or -1 with FAILURE and the socket open:
 * its path, which is known by it, has yet to be removed.
 */
int handover_perform(const struct handover *, int descriptor, struct bindchain_failure *);

/* Frees what the handover has of its own. */
void handover_free(struct handover *);

#endif
