/* SPDX-License-Identifier: ISC */
/*
 * The seam: what core logic asks of an operating system.  Each of src/linux,
 * src/freebsd and src/darwin implements all of it; CMake picks the directory.
 * Nothing here prints, nothing allocates, and strings returned are static.
 */
#ifndef BINDCHAIN_BACKEND_H
#define BINDCHAIN_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "bindchain.h"

/* The system, as its users call it: "Linux", "FreeBSD", "macOS". */
extern const char backend_system[];

/* ---- options (options.c) ---- */

enum backend_moment {
	BACKEND_BEFORE_BIND,
	BACKEND_AFTER_LISTEN
};

/* One setsockopt(2) call.  DATA is NULL where the argument is the int VALUE. */
struct backend_option {
	int level;
	int name;
	int value;
	const void *data;
	socklen_t size; /* of data; 0 with an int */
	enum backend_moment moment;
	const char *level_text; /* "SOL_SOCKET" */
	const char *name_text;  /* "SO_REUSEADDR" */
};

/* An option may take more than one call (balance on FreeBSD takes two). */
#define BACKEND_CALLS_MAX 2

struct backend_spelling {
	size_t count; /* of calls; 0: not supported */
	struct backend_option calls[BACKEND_CALLS_MAX];
	const char *reason;      /* why it is not supported */
	const char *alternative; /* what can be done instead; may be NULL */
	bool is_default;         /* a fresh socket is so already: no call needed */
};

/*
 * How OPTION at VALUE is spelled for REQUEST.  The whole request counts, since
 * answers depend on one another (balance with a dual-stack wildcard does not
 * balance on FreeBSD).  IPV6_V6ONLY is never "default": its default is a
 * setting of the system on all three.
 */
void backend_spell(const struct bindchain_request *, enum bindchain_option, int value,
    struct backend_spelling *);

/*
 * Flags to or into socket(2)'s type so that the socket is born non-blocking or
 * close-on-exec, 0 where the kernel has none (Darwin): then fcntl(2) must
 * follow.  FLAGS is an or of these.
 */
enum backend_birth {
	BACKEND_NONBLOCKING = 1,
	BACKEND_CLOSE_ON_EXEC = 2
};
int backend_birth_flags(unsigned flags);

/* ---- backlog and queue (backlog.c) ---- */

/* A limit of the system, read now. */
struct backend_limit {
	const char *name; /* as an administrator would type it */
	struct bindchain_fact value;
};

/*
 * The system's limit on the backlog.  Unknown when it cannot be read (/proc
 * hidden, sysctl forbidden); never a constant from a header.
 */
void backend_backlog_limit(struct backend_limit *);

/* What becomes of a backlog; a pure function. */
struct backend_backlog {
	int passed;                       /* the argument of listen(2) */
	struct bindchain_fact queue_limit; /* what the kernel stores */
	struct bindchain_fact admitted;    /* connections completed before it is full */
};
void backend_backlog(int requested, const struct bindchain_fact *limit,
    struct backend_backlog *);

/*
 * The queue of a listening socket as the kernel has it: its limit, and the
 * connections that wait for accept(2).  Facts not to be had stay unknown.
 */
void backend_queue(int descriptor, struct bindchain_fact *limit, struct bindchain_fact *length);

/* ---- process (process.c) ---- */

/* Was this process started set-user-ID or set-group-ID?  File capabilities do
 * not count. */
bool backend_is_set_id(void);

/* fstat(2) of the executable that runs.  False where it cannot be known. */
bool backend_own_executable(struct stat *);

/*
 * The number that LISTEN_PIDFDID must carry to be for this process.  False
 * where the system has no such number.
 */
bool backend_process_identity(uint64_t *);

/* No descriptor above this one is open. */
int backend_highest_descriptor(void);

#endif
