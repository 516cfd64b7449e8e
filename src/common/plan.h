/* SPDX-License-Identifier: ISC */
/*
 * A plan: the ordered system calls, with their arguments, that fulfil a request on
 * this kernel.  It is data: explain prints the list that perform() executes.
 */
#ifndef BINDCHAIN_PLAN_H
#define BINDCHAIN_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "backend.h"
#include "request.h"

/* What each step calls.  "And more": the call named stands for several; explain says so. */
enum plan_call {
	PLAN_CLOSE,      /* close(descriptor), so that the socket gets its number */
	PLAN_SOCKET,     /* socket(family, type, protocol) */
	PLAN_SETFD,      /* fcntl(F_SETFD, FD_CLOEXEC), without SOCK_CLOEXEC */
	PLAN_GETFL,      /* fcntl(F_GETFL), for the next */
	PLAN_SETFL,      /* fcntl(F_SETFL) with O_NONBLOCK or without */
	PLAN_SETSOCKOPT, /* setsockopt(level, name, value) */
	/* A temporary socket, to see whether another socket uses the address.  Of its bind(2)
	 * only EADDRINUSE counts; without its family no call is made. */
	PLAN_PROBE_SOCKET,     /* socket(family, type, 0) */
	PLAN_PROBE_SETSOCKOPT, /* setsockopt(level, name, value) of it */
	PLAN_PROBE_BIND,       /* bind(the address, or the IPv4 wildcard) of it */
	PLAN_PROBE_CLOSE,      /* close(2) of it */
	PLAN_OPEN_DIRECTORY, /* open(2) the path's directory: later steps use its descriptor */
	PLAN_SOCKET_MODE, /* fchmod(mode) of the socket: bind(2) creates the path with it, less
	                    the umask */
	PLAN_CLOCK,      /* clock_gettime(2), where the path's age is part of the proof */
	PLAN_UMASK,      /* umask(mode), for bind(2) */
	PLAN_BIND,       /* bind(the request's address) */
	PLAN_CLEAR,      /* remove a stale socket, and more; then the calls of bind again */
	PLAN_UMASK_BACK, /* umask(the former one) */
	PLAN_NOTE,       /* fstat(2) of the socket or FIFO, to recognize it for removal */
	PLAN_SWEEP,      /* openat(the private directory); if a killed start left it, and more */
	PLAN_FIND,       /* openat(path), and more: check that it is the bound socket */
	PLAN_LOOK_AT_DIRECTORY, /* fstat(2) of the open directory, for the next */
	PLAN_SAME_DIRECTORY, /* stat(2): check that the path is still in the open directory */
	PLAN_CHOWN,      /* fchownat(user, group) of it */
	PLAN_CHMOD,      /* chmod(mode) of it, if the mode differs */
	PLAN_LISTEN,     /* listen(backlog) */
	PLAN_REQUIRE_BACKLOG, /* ask for the queue limit, and more: it is at least this */
	PLAN_REQUIRE_PORT,    /* getsockname(2): check that the requested port was bound */
	PLAN_CLOSE_OBJECT,    /* close(2) of what was found at the path */
	PLAN_CLOSE_DIRECTORY, /* close(2) */
	PLAN_MKFIFO,     /* mkfifoat(path, mode); it may exist already */
	PLAN_FIND_FIFO,  /* openat(path), and more: check that it is a FIFO, and its owner */
	PLAN_OPEN,       /* open(flags) of it, and more where only its name can be opened */
	PLAN_FCHOWN,     /* fchown(user, group) */
	PLAN_FCHMOD,     /* fchmod(mode) */
	PLAN_REQUIRE_BUFFER, /* getsockopt(2): check that the receive buffer has these bytes */
	PLAN_MAKE_DIRECTORY,  /* mkdirat(the path's directory, mode, user, group), and more; then
	                         the call of PLAN_OPEN_DIRECTORY again */
	PLAN_SWEEP_DIRECTORY, /* as PLAN_SWEEP, next to a directory that exists */
	PLAN_LIMIT_RIGHTS, /* cap_rights_limit(2) and cap_ioctls_limit(2), the last of the socket */
	PLAN_LINK, /* symlinkat(the request's link), and more: it may exist already */
	PLAN_CALLS
};

struct plan_step {
	enum plan_call call;
	/* The next step is made only if this one fails: PLAN_BIND with EADDRINUSE,
	 * PLAN_OPEN_DIRECTORY with ENOENT, PLAN_SETSOCKOPT, PLAN_SOCKET. */
	bool or_next;
	union {
		int descriptor; /* PLAN_CLOSE */
		struct {
			int family, type, protocol;
		} socket; /* PLAN_SOCKET, PLAN_PROBE_SOCKET */
		struct {
			enum bindchain_option asked;
			struct backend_option option;
		} setsockopt;   /* of an option by number without texts of level and ASKED:
		                   PLAN_SETSOCKOPT, PLAN_LIMIT_RIGHTS; PLAN_PROBE_SETSOCKOPT,
		                   without ASKED */
		bool of_ipv4;   /* PLAN_PROBE_BIND: exclusive_address() */
		int backlog;    /* PLAN_LISTEN, PLAN_REQUIRE_BACKLOG */
		int bytes;      /* PLAN_REQUIRE_BUFFER */
		mode_t mode;    /* PLAN_SOCKET_MODE, PLAN_UMASK, PLAN_CHMOD, PLAN_MKFIFO,
		                   PLAN_FCHMOD */
		int flags;      /* PLAN_OPEN, and PLAN_SETFL: those wanted of O_NONBLOCK */
		struct {
			uid_t user; /* (uid_t)-1 and (gid_t)-1: as it is */
			gid_t group;
		} chown;        /* PLAN_CHOWN, PLAN_FCHOWN */
		const struct permissions *directory; /* PLAN_MAKE_DIRECTORY */
	} is;
};

/* On a path: close, socket, three of fcntl; the directory opened, made, swept, looked at,
 * compared and closed; mode or clock and umask twice, bind, clear, note, sweep, find, chown,
 * chmod, close; listen; the requirements; the link; and every option.  Others have fewer, with
 * probes. */
#define PLAN_STEPS_MAX (27 + BACKEND_CALLS_MAX * BINDCHAIN_OPTIONS + NUMBERED_OPTIONS_MAX)

#define PLAN_OPTION(option) (UINT64_C(1) << (option))

struct plan {
	const struct request *request;
	/* Preferred options that are not supported; a set of PLAN_OPTION(). */
	uint64_t passed_over;
	bool has_late_options; /* that are set after listen(2) or at the end */
	size_t count;
	struct plan_step steps[PLAN_STEPS_MAX]; /* last: only its first pages are touched */
};

/*
 * Makes the plan for REQUEST, which must have its address and outlive the plan.
 * Returns 0, or -1 with FAILURE (BINDCHAIN_UNSUPPORTED) if a required option is not
 * supported on this system, before any socket is opened.
 */
int plan_make(struct plan *, const struct request *, struct bindchain_failure *);

#endif
