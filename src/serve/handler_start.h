/* SPDX-License-Identifier: ISC */
/* Starts the handler of a connection, without copying the address space. */
#ifndef BINDCHAIN_HANDLER_START_H
#define BINDCHAIN_HANDLER_START_H

#include <limits.h>
#include <signal.h>
#include <sys/types.h>

/* Where a handler finds its connection. */
enum spawn_handover {
	SPAWN_STDIN,     /* 0 and 1, as inetd(8) passes it */
	SPAWN_DESCRIPTOR /* DESCRIPTOR alone */
};

/* Two paths of PATH_MAX and some calls; only the pages that are used are there. */
#define SPAWN_STACK_SIZE 65536

struct spawn {
	char *const *argv;
	char *const *environment; /* its PATH is searched */
	const sigset_t *mask;     /* the handler's signal mask */
	int connection;           /* close-on-exec, and above 2 */
	enum spawn_handover handover;
	int descriptor;
	/* Where the handler's process id is written, in its environment; or NULL.  Not on
	 * macOS. */
	char *pid_text;
	char *stack; /* of SPAWN_STACK_SIZE, for a child that shares this process's memory */
	int failed_status; /* the child's exit status if it cannot execute the handler */
};

struct spawned {
	pid_t pid; /* -1: there is no process */
	int error; /* why there is none, or why it could not execute the handler; else 0 */
};

void spawn_handler(const struct spawn *, struct spawned *);

/*
 * For the systems: turns this process, which may share its memory with its parent, into
 * the handler.  Returns the exit status if that fails, with the error in SPAWNED.
 */
int spawn_become(const struct spawn *, struct spawned *);

/* The file of the handler, for those that cannot search in the child.  Returns 0 or an error
 * number. */
int spawn_find(const struct spawn *, char path[PATH_MAX]);

#endif
