/* SPDX-License-Identifier: ISC */
/* Sockets that this process has inherited, by the convention they were passed in. */
#ifndef BINDCHAIN_INHERITED_H
#define BINDCHAIN_INHERITED_H

#include <stdbool.h>
#include <sys/types.h>

#include "socket_variables.h"

enum inherited_convention {
	INHERITED_BY_SYSTEMD, /* LISTEN_FDS */
	INHERITED_BY_STDIN,   /* descriptor 0, as inetd(8) passes it */
	INHERITED_BY_UPSTART, /* UPSTART_FDS */
	INHERITED_BY_LAUNCHD,
	INHERITED_BY_VARIABLES, /* a row of socket_conventions[] */
	INHERITED_BY_PROCESS    /* of a running process */
};

/* A convention, as users write it. */
struct inherited_from {
	enum inherited_convention convention;
	const char *name; /* of the sockets, for launchd; the address, for a process, or NULL */
	pid_t pid;        /* of the process; 0: malformed */
	const struct socket_convention *variables;
};

/* Reads "systemd", "stdin", "upstart", "launchd:NAME", "pid:N", "pid:N,ADDRESS" or the name
 * of a row of socket_conventions[].  Returns false for others. */
bool inherited_from_read(const char *, struct inherited_from *);

enum inherited_problem {
	INHERITED_WELL,
	INHERITED_UNSET,       /* the variable is not set */
	INHERITED_MALFORMED,   /* the variable is no number of sockets, or no descriptor */
	INHERITED_TWICE,       /* the variable has a descriptor twice */
	INHERITED_CONTRADICTORY, /* the variable does not agree with others of its convention */
	INHERITED_BY_OTHER,    /* LISTEN_PID is not this process */
	INHERITED_CLOSED,      /* not all descriptors of the variable are open */
	INHERITED_NO_LAUNCHD,  /* this system has none */
	INHERITED_UNACTIVATED, /* launch_activate_socket(3) failed, with errno */
	INHERITED_NAMELESS,    /* launchd, or the process, has no sockets of that name */
	INHERITED_OWN_PROCESS, /* the process is this one, or its number malformed */
	INHERITED_UNTAKEN,     /* a call for the process failed, with errno */
	INHERITED_NO_MEMORY
};

struct inherited {
	int count;
	int *descriptors;
	const char **names; /* each NULL where a socket has none */
	char *name_list;    /* what NAMES point to; may be NULL */
	/* For messages, on failure too: the variable as it is set, or NULL, and the name of
	 * the one that a row of socket_conventions[] has. */
	const char *variable;
	char variable_name[SOCKET_VARIABLE_NAME_SIZE];
	const char *pid; /* LISTEN_PID */
	bool is_for_us;  /* the variables are for this process */
	int closed;      /* INHERITED_CLOSED: the first closed descriptor */
};

/*
 * Finds the sockets and allocates their list; no descriptor is changed.  Takes LISTEN_FDS
 * whatever LISTEN_PID is, if ANY_PID.  That they are sockets is not checked, nor, of stdin
 * and upstart, that they are open.  Without INHERITED_WELL nothing is allocated.
 */
enum inherited_problem inherited_take(struct inherited *, const struct inherited_from *,
    bool any_pid);

/* Closes the descriptors: of launchd's, when they are not passed on, nobody else knows. */
void inherited_close(const struct inherited *);

/* Frees the list; descriptors stay open. */
void inherited_free(struct inherited *);

#endif
