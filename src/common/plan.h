/* SPDX-License-Identifier: ISC */
/*
 * A plan: the ordered system calls, with their arguments, that fulfil a request on
 * this kernel.  It is data: explain prints the list that perform() executes.
 */
#ifndef BINDCHAIN_PLAN_H
#define BINDCHAIN_PLAN_H

#include <stddef.h>

#include "backend.h"
#include "bindchain.h"

enum plan_call {
	PLAN_CLOSE,      /* close(descriptor), so that the socket gets its number */
	PLAN_SOCKET,     /* socket(family, type, protocol) */
	PLAN_SETFD,      /* fcntl(F_SETFD, FD_CLOEXEC), without SOCK_CLOEXEC */
	PLAN_SETFL,      /* fcntl(F_SETFL) with O_NONBLOCK or without */
	PLAN_SETSOCKOPT, /* setsockopt(level, name, value) */
	PLAN_PROBE,      /* bind a temporary socket without sharing options, and close it */
	PLAN_OPEN_DIRECTORY, /* open(2) the path's directory: later steps use its descriptor */
	PLAN_SOCKET_MODE, /* fchmod(mode) of the socket: bind(2) creates the path with it, less
	                    the umask */
	PLAN_UMASK,      /* umask(mode), during bind(2) only */
	PLAN_BIND,       /* bind(the request's address) */
	PLAN_CLEAR,      /* remove a stale socket and bind again: several calls */
	PLAN_SWEEP,      /* remove what a killed start left next to the path */
	PLAN_FIND,       /* openat(path), and check that it is the bound socket */
	PLAN_SAME_DIRECTORY, /* stat(2): check that the path is still in the open directory */
	PLAN_CHOWN,      /* fchownat(user, group) of it */
	PLAN_CHMOD,      /* set its mode, if it differs */
	PLAN_LISTEN,     /* listen(backlog) */
	PLAN_REQUIRE_BACKLOG, /* check that the queue limit is at least this */
	PLAN_REQUIRE_PORT,    /* getsockname(2): check that the requested port was bound */
	PLAN_CLOSE_DIRECTORY,
	PLAN_MKFIFO,     /* mkfifoat(path, mode); it may exist already */
	PLAN_FIND_FIFO,  /* openat(path), and check that it is a FIFO, and its owner */
	PLAN_OPEN,       /* open(flags) of it */
	PLAN_FCHOWN,     /* fchown(user, group) */
	PLAN_FCHMOD      /* fchmod(mode) */
};

struct plan_step {
	enum plan_call call;
	bool or_next; /* PLAN_BIND: after EADDRINUSE, continue with the next step */
	union {
		int descriptor; /* PLAN_CLOSE */
		struct {
			int family, type, protocol;
		} socket; /* PLAN_SOCKET */
		struct {
			enum bindchain_option asked;
			struct backend_option option;
		} setsockopt;   /* PLAN_SETSOCKOPT */
		int backlog;    /* PLAN_LISTEN, PLAN_REQUIRE_BACKLOG */
		mode_t mode;    /* PLAN_SOCKET_MODE, PLAN_UMASK, PLAN_CHMOD, PLAN_MKFIFO,
		                   PLAN_FCHMOD */
		int flags;      /* PLAN_OPEN, and PLAN_SETFL: those wanted of O_NONBLOCK */
		struct {
			uid_t user; /* (uid_t)-1 and (gid_t)-1: as it is */
			gid_t group;
		} chown;        /* PLAN_CHOWN, PLAN_FCHOWN */
	} is;
};

/* close, socket, fcntl twice, probe, bind, listen; both requirements; the directory
 * opened, compared and closed, mode or umask, clear, sweep, find, chown, chmod; and
 * every option */
#define PLAN_STEPS_MAX (18 + BACKEND_CALLS_MAX * BINDCHAIN_OPTIONS)

struct plan {
	const struct bindchain_request *request;
	/* Preferred options that are not supported; a set of 1u << option. */
	unsigned passed_over;
	size_t count;
	struct plan_step steps[PLAN_STEPS_MAX]; /* last: only its first pages are touched */
};

/*
 * Makes the plan for REQUEST, which must have its address and outlive the plan.
 * Returns 0, or -1 with FAILURE (BINDCHAIN_UNSUPPORTED) if a required option is not
 * supported on this system, before any socket is opened.
 */
int plan_make(struct plan *, const struct bindchain_request *, struct bindchain_failure *);

#endif
