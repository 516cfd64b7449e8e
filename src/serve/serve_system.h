/* SPDX-License-Identifier: ISC */
/*
 * What serving connections needs of an operating system: src/linux/serve.c, src/bsd/serve.c
 * with src/freebsd/serve.c or src/darwin/serve.c.
 */
#ifndef BINDCHAIN_SERVE_SYSTEM_H
#define BINDCHAIN_SERVE_SYSTEM_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "address.h"
#include "handler_start.h"

/* ---- waiting ---- */

/* Of connections and signals.  No number here is that of a descriptor that a handler gets. */
struct waiter {
	int descriptor; /* epoll(7) or kqueue(2) */
	int signals;    /* signalfd(2), or -1 */
	const int *listeners;
	size_t listener_count;
	bool accepting; /* kqueue(2): what it was told last */
	bool is_patient;
	sigset_t set; /* signalfd(2): all that it waits for */
};

#define SERVE_EVENTS_MAX 16

struct readiness {
	size_t signal_count, listener_count;
	bool has_room; /* waiter_wait_for_room() */
	int signals[SERVE_EVENTS_MAX];
	size_t listeners[SERVE_EVENTS_MAX]; /* indices */
};

/*
 * Prepares to wait for SIGNALS, which are blocked, and LISTENERS, which stay the caller's.
 * A connection wakes one of several processes that wait for it, where the system can do
 * that.  Returns 0, or -1 with errno and CALL, the one that failed.
 */
int waiter_open(struct waiter *, const int *listeners, size_t count, const int *signals,
    const char **call);

/*
 * Waits for signals, and for connections if ACCEPTING, at most so many MILLISECONDS;
 * -1: for ever.  A connection that is not accepted is reported again.  Returns 0, or -1
 * with errno; EINTR is no failure.
 */
int waiter_wait(struct waiter *, bool accepting, int milliseconds, struct readiness *);

/* Waits for signals and until DESCRIPTOR can be written to without blocking, or its write(2)
 * fails; as waiter_wait(). */
int waiter_wait_for_room(struct waiter *, int descriptor, int milliseconds, struct readiness *);

/*
 * Whether the ends of handlers, SIGCHLD, may stay pending: a process that is about to accept
 * need not be woken for each.  Where the system cannot do that, they are reported.
 */
void waiter_set_patient(struct waiter *, bool);

/* ---- connections ---- */

/* accept(2): the connection is blocking and close-on-exec.  Returns -1 with errno. */
int serve_system_accept(int listener, struct address *peer);

/* The ids that the peer of a Unix socket had when it connected. */
struct serve_peer {
	bool is_known, has_pid;
	uid_t user;
	gid_t group;
	pid_t pid;
};

/* Returns false with errno if they are unknown. */
bool serve_system_peer(int connection, struct serve_peer *);

/* ---- handlers ---- */

/* Whether spawn_become() runs in the handler's process, so that it can tell its id. */
extern const bool serve_system_tells_pid;

/*
 * Starts a process for spawn_become() that shares the memory of this one until it executes
 * the handler, or one that does the same.  All signals that this process handles are
 * blocked.  Returns its id, or -1 with the error in SPAWNED.
 */
pid_t serve_system_start(const struct spawn *, struct spawned *);

#endif
