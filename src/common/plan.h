/* SPDX-License-Identifier: ISC */
/*
 * A plan: the ordered calls, with their values, that fulfil a request on this
 * kernel.  It is data, so that what explains it and what performs it read the
 * same list.
 */
#ifndef BINDCHAIN_PLAN_H
#define BINDCHAIN_PLAN_H

#include <stddef.h>

#include "backend.h"
#include "bindchain.h"

enum plan_call {
	PLAN_CLOSE,      /* close(descriptor): frees the number for the socket */
	PLAN_SOCKET,     /* socket(family, type, protocol) */
	PLAN_SETFD,      /* fcntl(F_SETFD, FD_CLOEXEC), where socket(2) cannot */
	PLAN_SETFL,      /* fcntl(F_SETFL) with O_NONBLOCK or without, likewise */
	PLAN_SETSOCKOPT, /* setsockopt(level, name, value) */
	PLAN_PROBE,      /* bind a socket to the address that shares it with none, and
	                    close it */
	PLAN_OPEN_DIRECTORY, /* open(2) of the directory that the path is in: the steps
	                    about the path go by its descriptor */
	PLAN_SOCKET_MODE, /* fchmod(mode) of the socket: the path is born with it, less
	                    the umask */
	PLAN_UMASK,      /* umask(mode), for bind(2) alone */
	PLAN_BIND,       /* bind(the request's address) */
	PLAN_CLEAR,      /* removes a socket that nobody has, and binds again; of several
	                    calls */
	PLAN_SWEEP,      /* removes what a start that was killed left beside the path */
	PLAN_FIND,       /* openat(path), and see that it is what was bound */
	PLAN_SAME_DIRECTORY, /* stat(2): the path still leads to the directory that was
	                    opened */
	PLAN_CHOWN,      /* fchownat(user, group) of that */
	PLAN_CHMOD,      /* its mode, where it is another */
	PLAN_LISTEN,     /* listen(backlog) */
	PLAN_REQUIRE_BACKLOG, /* read the queue's limit back: at least this */
	PLAN_REQUIRE_PORT,    /* getsockname: the port is the one asked for */
	PLAN_CLOSE_DIRECTORY,
	PLAN_MKFIFO,     /* mkfifoat(path, mode); it may be there already */
	PLAN_FIND_FIFO,  /* openat(path), and see that it is a FIFO, and of whom */
	PLAN_OPEN,       /* open(flags) of that */
	PLAN_FCHOWN,     /* fchown(user, group) */
	PLAN_FCHMOD      /* fchmod(mode) */
};

struct plan_step {
	enum plan_call call;
	bool or_next; /* PLAN_BIND: should it say EADDRINUSE, the next step stands in */
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
	/* Preferred options that this system lacks; a set of 1u << option. */
	unsigned passed_over;
	size_t count;
	struct plan_step steps[PLAN_STEPS_MAX]; /* last: of its pages few are touched */
};

/*
 * Makes the plan for REQUEST, which must have its address and outlive the plan.
 * Returns 0, or -1 with FAILURE (BINDCHAIN_UNSUPPORTED) when a required option
 * does not exist here: that is known before any socket is opened.
 */
int plan_make(struct plan *, const struct bindchain_request *, struct bindchain_failure *);

#endif
