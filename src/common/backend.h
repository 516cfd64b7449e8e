/* SPDX-License-Identifier: ISC */
/*
 * What opening a socket needs of an operating system.  src/linux, src/freebsd and
 * src/darwin each implement all of it; CMake selects the directory.  No function prints
 * or allocates; returned strings are static.  With it belong the tables of sockopt.h and
 * conflict.h, the paths of path_entry.h and the events of watch.h; what can be seen of a
 * system is in observe.h, what it says of this process in own_process.h.
 */
#ifndef BINDCHAIN_BACKEND_H
#define BINDCHAIN_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "address.h"
#include "bindchain.h"

/* The name of the system: "Linux", "FreeBSD", "macOS". */
extern const char backend_system[];

/* ---- options (sockopts.c, whose table is declared in sockopt.h) ---- */

enum backend_moment {
	BACKEND_BEFORE_BIND,
	BACKEND_AFTER_LISTEN,
	BACKEND_AT_SOCKET, /* no call: VALUE is socket(2)'s protocol, NAME reads it */
	BACKEND_AT_END     /* of a socket that is complete: LIMIT, not setsockopt(2) */
};

/* One setsockopt(2) call.  DATA is NULL if the argument is the int VALUE. */
struct backend_option {
	int level;
	int name;
	int value;
	const void *data;
	socklen_t size;        /* of data; 0 with an int */
	const char *data_text; /* its content, for reports; NULL with an int */
	enum backend_moment moment;
	bool or_next; /* if it fails, the next call is tried instead */
	int (*limit)(int descriptor); /* of BACKEND_AT_END: returns 0, or -1 with errno */
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
	const char *doubt;       /* why the calls may have no effect; NULL: they have one */
	bool is_default;         /* the default of a new socket: no call needed */
};

/*
 * What must arrive before accept(2) returns a connection of a TCP socket: an enum
 * bindchain_wait_for.  Unknown if the kernel waits for something else.
 */
void backend_waits_for(int descriptor, struct bindchain_fact *);

/* The time of arrival that comes with each datagram: an enum bindchain_timestamps.  Unknown if
 * it is of another kind. */
void backend_timestamps(int descriptor, struct bindchain_fact *);

/*
 * The flags of socket(2)'s type argument for a socket that is non-blocking or
 * close-on-exec from the start; 0 if the kernel has none (Darwin): then fcntl(2) must
 * follow.  FLAGS is a bitwise or of these.
 */
enum backend_birth {
	BACKEND_NONBLOCKING = 1,
	BACKEND_CLOSE_ON_EXEC = 2
};
int backend_birth_flags(unsigned flags);

/* Whether IPV6_V6ONLY is on by default: a sysctl of the system. */
bool backend_is_v6only_by_default(void);

/* ---- other address families (sockopts.c) ---- */

/* Why this system has no sockets of KIND; NULL if it has. */
const char *backend_lack(enum bindchain_kind);

/* Whether Unix sockets can be bound to abstract names, outside the file system. */
extern const bool backend_has_abstract_names;

/*
 * The flags with which open(2) opens a FIFO for reading without waiting for a writer:
 * O_RDWR if that is allowed, so that no end-of-file follows the last writer, else
 * O_RDONLY | O_NONBLOCK, as for a read-only one.
 */
extern const int backend_fifo_flags;

/*
 * Sets the netlink address of GROUPS (a bit mask) for this process, and the number of
 * PROTOCOL ("route").  Returns false if this system has no such protocol.
 */
bool backend_netlink(const char *protocol, unsigned groups, struct address *,
    int *number);

/* The name of the protocol with this number; NULL if this system has none. */
const char *backend_netlink_name(int number);

/* Sets the address of vsock(7) with this CID and port (vsock.c).  Returns false if this system
 * has no vsock. */
bool backend_vsock(unsigned cid, unsigned port, struct address *);

/* Reads them.  Returns false for an address of another family. */
bool backend_read_vsock(const struct address *, unsigned *cid, unsigned *port);

/* What the kernel reports of a netlink socket: not FreeBSD, whose getsockname(2) and
 * SO_PROTOCOL leave both out (netlink/netlink_domain.c, nl_sockaddr). */
struct backend_netlink {
	bool known; /* false for other sockets */
	int protocol;
	unsigned groups;
};
void backend_read_netlink(int descriptor, const struct address *, struct backend_netlink *);

/* ---- backlog and queue (backlog.c) ---- */

/* The name of a limit that no setting changes. */
#define LARGEST_NUMBER "the largest number that the kernel stores"

/* A limit of the system, with its current value. */
struct backend_limit {
	const char *name; /* as an administrator would type it */
	struct bindchain_fact value;
};

/*
 * The system's limit on the backlog.  Unknown if it cannot be read (/proc hidden, sysctl
 * denied); never a constant from a header.
 */
void backend_backlog_limit(struct backend_limit *);

/* The effect of a backlog; a pure function. */
struct backend_backlog {
	int passed;                       /* the argument of listen(2) */
	struct bindchain_fact queue_limit; /* what the kernel stores */
	struct bindchain_fact admitted;    /* connections completed before it is full */
	/* With an accept filter, the limit of the separate queue of connections
	 * that wait for data; unknown if the system has no accept filters. */
	struct bindchain_fact filtered;
};
void backend_judge_backlog(int requested, const struct bindchain_fact *limit,
    struct backend_backlog *);

/* The accept queue of a listening socket, as the kernel reports it. */
struct backend_queue {
	struct bindchain_fact limit;
	struct bindchain_fact length; /* connections that wait for accept(2) */
	/* Connections not yet in it: held by an accept filter on FreeBSD, half-open
	 * on Darwin.  Linux does not report them. */
	struct bindchain_fact incomplete;
};

/* Facts that cannot be read stay unknown. */
void backend_read_queue(int descriptor, struct backend_queue *);

/* ---- what bind(2) makes of an address (causes.c) ---- */

/*
 * Why bind(2) may bind another address than the requested one in this process, in words
 * that follow a colon.  NULL if this system has no such rule, or none that can be read.
 *
 * FreeBSD: a jail with its own addresses replaces others by them.  Linux: NULL, although
 * a control group's BPF program may do the same.  Darwin: NULL.
 */
const char *backend_address_rule(void);

#endif
