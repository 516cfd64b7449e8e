/* SPDX-License-Identifier: ISC */
#ifndef BINDCHAIN_OUTCOME_H
#define BINDCHAIN_OUTCOME_H

#include "backend.h"
#include "request.h"
#include "socket_option.h"

/* A socket as the kernel reports it. */
struct outcome {
	int descriptor;
	int family;                      /* AF_… */
	int type;                        /* SOCK_… */
	struct address address; /* getsockname(2); length 0: unknown */
	const char *path; /* that clients use, if the address has only its name; or NULL */
	struct bindchain_fact listening;
	struct bindchain_fact queue_limit;  /* of the accept queue */
	struct bindchain_fact queue_length; /* connections waiting for accept(2) */
	/* Connections that still wait for data (FreeBSD, with an accept filter) or for the
	 * end of the handshake (macOS). */
	struct bindchain_fact queue_incomplete;
	struct backend_netlink netlink;
	bool nonblocking;
	bool close_on_exec;
	/* 0 or 1, a number, the number of a word of option_table, or 1 with a text */
	struct bindchain_fact options[BINDCHAIN_OPTIONS];
	char congestion[OPTION_TEXT_SIZE]; /* the text of BINDCHAIN_CONGESTION */
};

/*
 * Fills OUTCOME for DESCRIPTOR, which stays the caller's and is not changed, from
 * getsockname(2), getsockopt(2) and fcntl(2), and on Linux from sock_diag(7) for Unix
 * sockets.  What the system does not report is unknown, never an error.
 * Returns 0, or -1 with errno: EBADF, ENOTSOCK, or EINVAL where OUTCOME is NULL.
 */
int outcome_read(int descriptor, struct outcome *);

/* The same without the options, which take a call each and are unknown then. */
int outcome_read_state(int descriptor, struct outcome *);

/* The kind that has the family and type of OUTCOME; netlink for those that have none. */
enum bindchain_kind outcome_kind(const struct outcome *);

/* The value of an option by number, whatever it is for. */
struct bindchain_fact outcome_read_number(int descriptor, int level, int name);

/*
 * Fills FRESH with the options, those that are details in option_table, of a new socket of
 * the same kind as that of OUTCOME, which is opened and closed.  Returns 0, or -1 with errno
 * of socket(2).
 */
int outcome_read_new(const struct outcome *, struct outcome *fresh);

/*
 * Report whether the address of OUTCOME is the one that REQUEST asked for.  A kernel
 * may bind another without an error: FreeBSD in a jail, Linux by a control group's BPF
 * program.  Port 0 matches any.  A pure function; false if an argument is NULL.
 */
bool outcome_is_as_asked(const struct outcome *,
    const struct request *);

#endif
