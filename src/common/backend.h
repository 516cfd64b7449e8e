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
#include <sys/types.h>

#include "bindchain.h"
#include "text.h"

/* The system, as its users call it: "Linux", "FreeBSD", "macOS". */
extern const char backend_system[];

/* ---- options (sockopts.c, whose table is declared in sockopt.h) ---- */

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
	socklen_t size;        /* of data; 0 with an int */
	const char *data_text; /* what is in it, for reports; NULL with an int */
	enum backend_moment moment;
	bool or_next; /* should it fail, the next call stands in for it */
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
	const char *doubt;       /* why the calls may do nothing; NULL: they do */
	bool is_default;         /* a fresh socket is so already: no call needed */
};

/*
 * What a TCP socket waits for before it gives connections to accept(2): an enum
 * bindchain_wait_for.  Unknown too where it waits for something else.
 */
void backend_waits_for(int descriptor, struct bindchain_fact *);

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

/* Is IPV6_V6ONLY on where nobody has asked for it?  A setting of the system. */
bool backend_is_v6only_by_default(void);

/* ---- what a system has of the other families (sockopts.c) ---- */

/* Why this system has no sockets of KIND, or NULL when it has. */
const char *backend_lack(enum bindchain_kind);

/* Are Unix sockets bound to names outside the file system? */
extern const bool backend_has_abstract_names;

/*
 * How open(2) makes a FIFO readable without waiting for a writer: O_RDWR where
 * that is allowed, so that it survives its writers, else O_RDONLY | O_NONBLOCK.
 */
extern const int backend_fifo_flags;

/*
 * Makes the netlink address of GROUPS (a bit mask), for this process, and the
 * number of PROTOCOL ("route").  False when this system has no such protocol.
 */
bool backend_netlink(const char *protocol, unsigned groups, struct bindchain_address *,
    int *number);

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
	/* With an accept filter, connections that wait for data in a queue of
	 * their own; unknown where the system has no accept filters. */
	struct bindchain_fact filtered;
};
void backend_backlog(int requested, const struct bindchain_fact *limit,
    struct backend_backlog *);

/* The queue of a listening socket as the kernel has it. */
struct backend_queue {
	struct bindchain_fact limit;
	struct bindchain_fact length; /* connections that wait for accept(2) */
	/* Connections that do not yet: those that an accept filter keeps back on
	 * FreeBSD, half-open ones on Darwin.  Linux does not tell. */
	struct bindchain_fact incomplete;
};

/* Facts not to be had stay unknown. */
void backend_queue(int descriptor, struct backend_queue *);

/* ---- when the queue is full (full_queue.c) ---- */

/* What becomes of a client while the queue has no room. */
enum backend_overflow_effect {
	BACKEND_OVERFLOW_UNKNOWN, /* the setting that decides cannot be read */
	BACKEND_OVERFLOW_NONE,    /* there is no queue of connections */
	BACKEND_OVERFLOW_DROPPED, /* its SYN goes unanswered, and it sends it again */
	BACKEND_OVERFLOW_IGNORED, /* connected as it sees it; the handshake's last
	                             step is ignored, and the SYN-ACK sent again */
	BACKEND_OVERFLOW_MISLED,  /* connected as it sees it; the host forgets it,
	                             and resets it at its first byte */
	BACKEND_OVERFLOW_RESET,   /* reset when the handshake is complete */
	BACKEND_OVERFLOW_WAITS,   /* its connect(2) waits for room, or says EAGAIN
	                             where it must not block */
	BACKEND_OVERFLOW_REFUSED  /* its connect(2) says ECONNREFUSED */
};

#define BACKEND_DECIDERS_MAX 2

struct backend_overflow {
	enum backend_overflow_effect begins;   /* a client that begins to connect */
	enum backend_overflow_effect finishes; /* one that had begun before */
	/* The settings that decide it; their values as they are now. */
	size_t decider_count;
	struct backend_limit deciders[BACKEND_DECIDERS_MAX];
	/* Are half-open connections kept apart from the queue?  These are of TCP
	 * alone; half_open is NULL for others, which have none. */
	struct bindchain_fact half_open_apart;
	struct backend_limit half_open_limit; /* name NULL: they share the queue's */
	struct backend_limit cookies;         /* name NULL: the system has none */
	const char *half_open; /* what happens when there are too many: a sentence */
	const char *doubt;     /* why "admitted" may be less here; NULL: it is not */
};

/*
 * What happens to clients when the queue of REQUEST is full.  Reads settings,
 * opens no socket.
 *
 * Linux: by net.ipv4.tcp_abort_on_overflow, tcp_syncookies and
 * tcp_max_syn_backlog.  FreeBSD: by net.inet.tcp.syncache.rst_on_sock_fail,
 * half-open connections being in the syncache.  Darwin: half-open connections
 * are in the queue itself, as kern.ipc.soqlencomp says.  Unix sockets have no
 * settings: a client waits on Linux and is refused on the others.
 */
void backend_overflow(const struct bindchain_request *, const struct backend_backlog *,
    struct backend_overflow *);

/* ---- what may go wrong, and what went wrong (hints.c) ---- */

/*
 * Says, before anything is tried, what will be in the way of REQUEST as this
 * process stands: what is certain to OBSTACLES (a privilege that is missing),
 * what its user may not expect to WARNINGS (who else gets or loses
 * connections).  What cannot be known is left out.  Reads settings, opens no
 * socket.
 *
 * Linux: the first unprivileged port against CAP_NET_BIND_SERVICE.  FreeBSD:
 * the range of reserved ports, the privilege for bind-any, whom a balanced
 * wildcard takes connections from.  Darwin: the wildcard rule for low ports.
 */
void backend_foresee(const struct bindchain_request *, const struct line_sink *obstacles,
    const struct line_sink *warnings);

/*
 * Says what is behind FAILURE of REQUEST, where it depends on the system: a
 * line for each cause found to hold, none for a guess.  May open sockets to
 * find out, and closes them.  Causes common to all systems are not its
 * business, nor is the holder of a port.
 *
 * All: EACCES for a low port, an exhausted range of ephemeral ports, a family
 * that is switched off.  Linux: EADDRINUSE only at listen(2), connections left
 * over from an earlier listener.  FreeBSD: EPERM for bind-any, ENOENT for an
 * accept filter.
 */
void backend_explain_failure(const struct bindchain_request *,
    const struct bindchain_failure *, const struct line_sink *);

/*
 * Why bind(2) may give another address than it was asked for, as this process
 * stands: words to follow a colon.  NULL where this system has no such rule, or
 * tells nobody of it.
 *
 * FreeBSD: a jail's own addresses stand in for others.  Linux: NULL, although a
 * control group's BPF program may do the same.  Darwin: NULL.
 */
const char *backend_address_rule(void);

/* May this process give a file to any user and group?  Linux: with CAP_CHOWN; FreeBSD and
 * macOS: as root. */
bool backend_may_chown(void);

/* ---- what bears on listening (sysctls.c) ---- */

/* A setting or a property of the system.  The strings last for the visit. */
struct backend_value {
	const char *name;    /* as an administrator would type it, if it can be typed */
	const char *current; /* its value, or NULL: it cannot be read */
	const char *meaning; /* of that value, for a listener: half a sentence */
};
typedef void backend_value_visitor(void *context, const struct backend_value *);

/*
 * Visits, always in the same order: the limit on the backlog, what governs
 * half-open connections and overflow, the ports chosen and reserved, the first
 * unprivileged port, the default of v6only, binding what is not local, fast
 * open, addresses that stand in for others, accept filters, balance, whether there is
 * IPv6.  What this system has not got is left out, but for accept filters, which are
 * "none" then.
 */
void backend_visit_values(backend_value_visitor *, void *context);

/* A number that only grows, of the whole system (on Linux: of the network
 * namespace). */
struct backend_counter {
	const char *name; /* as the system's own command prints it */
	uint64_t value;
	const char *meaning;
};
typedef void backend_counter_visitor(void *context, const struct backend_counter *);

/* Visits the counters of overflown queues; those that cannot be read, or that
 * could be had only by guessing at a kernel's structures, are left out. */
void backend_visit_counters(backend_counter_visitor *, void *context);

/* ---- sockets of others (listeners.c, owners.c, holders.c) ---- */

/*
 * How much a backend saw of what it was asked for.  On a system where the
 * answer would need guessing at structures that change between releases,
 * nothing is visited, `complete` is false, and `command` is the system's own.
 */
struct backend_sight {
	bool complete;
	int error;           /* errno of the call that failed, or 0: a limit among others */
	const char *hidden;  /* what could not be seen, and why; NULL when complete */
	const char *command; /* shows what we cannot; may be NULL */
	size_t left_out;     /* processes that a limit left no time for, wholly or in part */
};

/*
 * The limit of a search in milliseconds of processor time, so that a busy machine
 * finds what an idle one does.
 */
#define BACKEND_SEARCH_LIMIT 100

enum backend_socket_state {
	BACKEND_BOUND,     /* has an address and does not listen; any UDP socket */
	BACKEND_LISTENING,
	BACKEND_CONNECTED, /* established, or on its way there or from there */
	BACKEND_TIME_WAIT  /* closed, remembered by the kernel alone */
};

/* A socket of any process. */
struct backend_socket {
	struct bindchain_address address; /* length 0: a Unix socket without one */
	int type;                         /* SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET */
	enum backend_socket_state state;
	unsigned interface; /* the only one it is bound to; 0: any */
	/* The file that a Unix socket is bound to; the inode is 0 where there is
	 * none.  Its low 32 bits alone are known. */
	uint32_t path_inode;
	dev_t path_device;
	struct bindchain_fact v6only;
	/* What backend_visit_owners() knows it by; 0: no process has it. */
	uint64_t identity;
	bool uid_known;
	uid_t uid; /* of who made it, which is who may share */
	/* Of a listener only: */
	struct bindchain_fact queue_length, queue_limit;
	struct bindchain_fact drops; /* connections it turned away, ever */
};
typedef void backend_socket_visitor(void *context, const struct backend_socket *);

/*
 * Visits every socket that listens: TCP over both families, Unix stream and
 * seqpacket.  Linux: by NETLINK_SOCK_DIAG, for the network namespace; one
 * consistent pass for each family.
 */
void backend_visit_listeners(backend_socket_visitor *, void *context, struct backend_sight *);

/* A process that has a socket; the strings last for the visit. */
struct backend_process {
	pid_t pid;
	bool uid_known;
	uid_t uid;           /* effective */
	const char *command; /* its name; bytes of others; NULL: unknown */
	int descriptor;      /* the socket's in that process */
};
/* Returns whether to go on. */
typedef bool backend_owner_visitor(void *context, uint64_t identity,
    const struct backend_process *);

/*
 * Finds, among the processes that can be seen, those that have a
 * socket among IDENTITIES (sorted, COUNT of them), and visits each pair of
 * socket and descriptor.  This process is looked into first, whatever the LIMIT;
 * then the lower descriptors of all others, then the rest of those that have many,
 * each within LIMIT.  "Complete" means that every process was looked into.
 */
void backend_visit_owners(const uint64_t *identities, size_t count, int limit,
    backend_owner_visitor *, void *context, struct backend_sight *);

/* Who holds an address. */
struct backend_holder {
	const struct backend_socket *socket;
	const struct backend_process *process; /* NULL: not seen */
	struct bindchain_fact reuse_address, share; /* SO_REUSEADDR and SO_REUSEPORT */
};
typedef void backend_holder_visitor(void *context, const struct backend_holder *);

#define BACKEND_HOLDERS_MAX 8

struct backend_holders {
	struct backend_sight sockets; /* those in the way */
	struct backend_sight owners;  /* the processes behind them */
	size_t in_the_way; /* of one kind: listening, else bound, else connections */
	size_t visited;    /* the first BACKEND_HOLDERS_MAX of them */
};

/*
 * Finds who holds the address of REQUEST, after bind(2) or listen(2) failed
 * with EADDRINUSE.  In the way is what overlaps our address and, as this kernel
 * has it, conflicts.  If any listens, only listeners are visited; else if any
 * is bound, only those; else the connections left over.  Opens no socket on the
 * address and changes nothing.  What this process has is found whatever the LIMIT,
 * which each search among the others' has to itself.
 */
void backend_find_holders(const struct bindchain_request *, int limit,
    backend_holder_visitor *, void *context, struct backend_holders *);

/* ---- process (process.c) ---- */

/* Was this process started set-user-ID or set-group-ID?  File capabilities do
 * not count. */
bool backend_is_set_id(void);

/* Can an executable have a privilege without being set-user-ID? */
extern const bool backend_has_file_capabilities;

/* fstat(2) of the executable that runs.  False where it cannot be known. */
bool backend_own_executable(struct stat *);

/*
 * The number that LISTEN_PIDFDID must carry to be for this process.  False
 * where the system has no such number.
 */
bool backend_process_identity(uint64_t *);

/* No descriptor above this one is open. */
int backend_highest_descriptor(void);

/* ---- launchd (process.c) ---- */

/*
 * The sockets that launchd has for this job under NAME: launch_activate_socket(3)
 * of macOS.  The caller frees the array and owns the descriptors.  Returns 0 or
 * an error number: ESRCH when this is no job of launchd's, ENOENT when it has no
 * such name, ENOTSUP where there is no launchd.
 */
int backend_launchd_sockets(const char *name, int **descriptors, size_t *count);

#endif
