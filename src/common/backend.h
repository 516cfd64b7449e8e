/* SPDX-License-Identifier: ISC */
/*
 * The interface between the core and an operating system.  src/linux, src/freebsd and
 * src/darwin each implement all of it; CMake selects the directory.  No function prints
 * or allocates; returned strings are static.
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

/* The name of the system: "Linux", "FreeBSD", "macOS". */
extern const char backend_system[];

/* ---- options (sockopts.c, whose table is declared in sockopt.h) ---- */

enum backend_moment {
	BACKEND_BEFORE_BIND,
	BACKEND_AFTER_LISTEN
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
 * O_RDONLY | O_NONBLOCK.
 */
extern const int backend_fifo_flags;

/*
 * Sets the netlink address of GROUPS (a bit mask) for this process, and the number of
 * PROTOCOL ("route").  Returns false if this system has no such protocol.
 */
bool backend_netlink(const char *protocol, unsigned groups, struct bindchain_address *,
    int *number);

/* ---- backlog and queue (backlog.c) ---- */

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
void backend_backlog(int requested, const struct bindchain_fact *limit,
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
void backend_queue(int descriptor, struct backend_queue *);

/* ---- full accept queue (full_queue.c) ---- */

/* What happens to a client while the accept queue is full. */
enum backend_overflow_effect {
	BACKEND_OVERFLOW_UNKNOWN, /* the sysctl that decides cannot be read */
	BACKEND_OVERFLOW_NONE,    /* there is no accept queue */
	BACKEND_OVERFLOW_DROPPED, /* the SYN is dropped, and the client retransmits it */
	BACKEND_OVERFLOW_IGNORED, /* connected from the client's view; the last ACK of the
	                             handshake is ignored, and the SYN-ACK retransmitted */
	BACKEND_OVERFLOW_MISLED,  /* connected from the client's view; the host drops the
	                             connection and resets it at the first byte */
	BACKEND_OVERFLOW_RESET,   /* reset after the handshake */
	BACKEND_OVERFLOW_WAITS,   /* connect(2) waits for room, or fails with EAGAIN if
	                             it is non-blocking */
	BACKEND_OVERFLOW_REFUSED  /* connect(2) fails with ECONNREFUSED */
};

#define BACKEND_DECIDERS_MAX 2

struct backend_overflow {
	enum backend_overflow_effect begins;   /* on a new client */
	enum backend_overflow_effect finishes; /* on a client whose handshake had begun */
	/* The sysctls that decide it, with their current values. */
	size_t decider_count;
	struct backend_limit deciders[BACKEND_DECIDERS_MAX];
	/* Whether half-open connections have a queue of their own.  TCP only;
	 * half_open is NULL for other sockets. */
	struct bindchain_fact half_open_apart;
	struct backend_limit half_open_limit; /* name NULL: that of the accept queue */
	struct backend_limit cookies;         /* name NULL: no SYN cookies */
	const char *half_open; /* what happens if there are too many: a sentence */
	const char *doubt;     /* why "admitted" may be too high; NULL: it is exact */
};

/*
 * What happens to clients when the accept queue of REQUEST is full.  Reads sysctls,
 * opens no socket.
 *
 * Linux: by net.ipv4.tcp_abort_on_overflow, tcp_syncookies and
 * tcp_max_syn_backlog.  FreeBSD: by net.inet.tcp.syncache.rst_on_sock_fail,
 * half-open connections being in the syncache.  Darwin: half-open connections
 * are in the accept queue itself, as kern.ipc.soqlencomp says.  Unix sockets have no
 * sysctls: a client waits on Linux and is refused on the other systems.
 */
void backend_overflow(const struct bindchain_request *, const struct backend_backlog *,
    struct backend_overflow *);

/* ---- failures, before and after (hints.c) ---- */

/*
 * Predicts the failures of REQUEST in this process: certain ones (a missing privilege)
 * go to OBSTACLES, surprises (other sockets that get or lose connections) to WARNINGS.
 * Leaves out what cannot be known.  Reads sysctls, opens no socket.
 *
 * Linux: the first unprivileged port against CAP_NET_BIND_SERVICE.  FreeBSD:
 * the range of reserved ports, the privilege for bind-any, the sockets that lose
 * connections to a balanced wildcard.  Darwin: the wildcard rule for low ports.
 */
void backend_foresee(const struct bindchain_request *, const struct line_sink *obstacles,
    const struct line_sink *warnings);

/*
 * Explains FAILURE of REQUEST as far as this system differs from others: a line for each
 * cause that was verified, none for a guess.  May open sockets to verify, and closes
 * them.  Common causes and the holder of a port are explained elsewhere.
 *
 * All: EACCES for a low port, an exhausted range of ephemeral ports, a family
 * that is disabled, EACCES and EPERM from a security policy.  Linux: EADDRINUSE only at
 * listen(2), connections of a previous listener.  FreeBSD: EPERM for bind-any, ENOENT
 * for an accept filter.
 */
void backend_explain_failure(const struct bindchain_request *,
    const struct bindchain_failure *, const struct line_sink *);

/*
 * Why bind(2) may bind another address than the requested one in this process, in words
 * that follow a colon.  NULL if this system has no such rule, or none that can be read.
 *
 * FreeBSD: a jail with its own addresses replaces others by them.  Linux: NULL, although
 * a control group's BPF program may do the same.  Darwin: NULL.
 */
const char *backend_address_rule(void);

/* Whether this process may change a file's owner and group.  Linux: with CAP_CHOWN;
 * FreeBSD and macOS: as root. */
bool backend_may_chown(void);

/* ---- sysctls and counters for listening sockets (sysctls.c) ---- */

/* A sysctl or a property of the system.  The strings are valid during the visit. */
struct backend_value {
	const char *name;    /* as for sysctl(8), if it is a sysctl */
	const char *current; /* its value; NULL: it cannot be read */
	const char *meaning; /* of that value, for a listening socket: half a sentence */
};
typedef void backend_value_visitor(void *context, const struct backend_value *);

/*
 * Visits, always in the same order: the limit on the backlog, half-open connections and
 * full accept queues, ephemeral and reserved ports, the first unprivileged port, the
 * default of v6only, binding nonlocal addresses, fast open, addresses that replace
 * others, accept filters, balance, the presence of IPv6.  Leaves out what this system
 * lacks, except accept filters, which are "none" then.
 */
void backend_visit_values(backend_value_visitor *, void *context);

/* A counter of the whole system (on Linux: of the network namespace). */
struct backend_counter {
	const char *name; /* as nstat(8) or netstat(1) prints it */
	uint64_t value;
	const char *meaning;
};
typedef void backend_counter_visitor(void *context, const struct backend_counter *);

/* Visits the counters of full queues.  Leaves out those that cannot be read without
 * guessing at kernel structures. */
void backend_visit_counters(backend_counter_visitor *, void *context);

/* ---- sockets of all processes (listeners.c, owners.c, holders.c) ---- */

/*
 * How complete a search was.  On a system where a search would need guessing at
 * structures that change between releases, nothing is visited, `complete` is false, and
 * `command` is the system's own.
 */
struct backend_sight {
	bool complete;
	int error;           /* errno of the call that failed, or 0: a limit among others */
	const char *hidden;  /* what was not visible, and why; NULL if complete */
	const char *command; /* a command that shows it; may be NULL */
	size_t left_out;     /* processes not searched completely within the limit */
};

/*
 * The limit of a search in milliseconds of processor time, so that the result does not
 * depend on the load of the machine.
 */
#define BACKEND_SEARCH_LIMIT 100

enum backend_socket_state {
	BACKEND_BOUND,     /* bound, not listening; any UDP socket */
	BACKEND_LISTENING,
	BACKEND_CONNECTED, /* established, connecting or closing */
	BACKEND_TIME_WAIT  /* closed; only the kernel still has it */
};

/* A socket of any process. */
struct backend_socket {
	struct bindchain_address address; /* length 0: an unnamed Unix socket */
	int type;                         /* SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET */
	enum backend_socket_state state;
	unsigned interface; /* the only one it is bound to; 0: any */
	/* The file to which a Unix socket is bound; inode 0: none.  Only the low
	 * 32 bits are known. */
	uint32_t path_inode;
	dev_t path_device;
	struct bindchain_fact v6only;
	/* For backend_visit_owners(); 0: no process has the socket. */
	uint64_t identity;
	bool uid_known;
	uid_t uid; /* of its creator, whose sockets may share the port */
	/* Of a listener only: */
	struct bindchain_fact queue_length, queue_limit;
	struct bindchain_fact drops; /* connections dropped since listen(2) */
};
typedef void backend_socket_visitor(void *context, const struct backend_socket *);

/*
 * Visits every listening socket: TCP of both families, Unix stream and seqpacket.
 * Linux: by NETLINK_SOCK_DIAG, for the network namespace; one consistent pass for each
 * family.
 */
void backend_visit_listeners(backend_socket_visitor *, void *context, struct backend_sight *);

/* A process with a socket; the strings are valid during the visit. */
struct backend_process {
	pid_t pid;
	bool uid_known;
	uid_t uid;           /* effective */
	const char *command; /* its name, untrusted; NULL: unknown */
	int descriptor;      /* of the socket in that process */
};
/* Returns whether to continue. */
typedef bool backend_owner_visitor(void *context, uint64_t identity,
    const struct backend_process *);

/*
 * Searches the visible processes for the sockets in IDENTITIES (sorted, COUNT of them),
 * and visits each pair of socket and descriptor.  Searches this process first, without a
 * limit; then the lower descriptors of all others, then the rest of those with many,
 * each within LIMIT.  "Complete" means that every process was searched.
 */
void backend_visit_owners(const uint64_t *identities, size_t count, int limit,
    backend_owner_visitor *, void *context, struct backend_sight *);

/* A holder of an address. */
struct backend_holder {
	const struct backend_socket *socket;
	const struct backend_process *process; /* NULL: not seen */
	struct bindchain_fact reuse_address, share; /* SO_REUSEADDR and SO_REUSEPORT */
};
typedef void backend_holder_visitor(void *context, const struct backend_holder *);

#define BACKEND_HOLDERS_MAX 8

struct backend_holders {
	struct backend_sight sockets; /* the conflicting sockets */
	struct backend_sight owners;  /* their processes */
	size_t in_the_way; /* of one state: listening, else bound, else connections */
	size_t visited;    /* at most BACKEND_HOLDERS_MAX of them */
};

/*
 * Finds the holders of the address of REQUEST after bind(2) or listen(2) failed with
 * EADDRINUSE: sockets that overlap it and conflict by the rules of this kernel.  Visits
 * only listening sockets if there are any; else only bound ones; else the remaining
 * connections.  Opens no socket on the address and changes nothing.  Sockets of this
 * process are always found; each search of others has its own LIMIT.
 */
void backend_find_holders(const struct bindchain_request *, int limit,
    backend_holder_visitor *, void *context, struct backend_holders *);

/* ---- process (process.c) ---- */

/* Whether this process was started set-user-ID or set-group-ID; file capabilities do
 * not count. */
bool backend_is_set_id(void);

/* Whether an executable can have a privilege without being set-user-ID. */
extern const bool backend_has_file_capabilities;

/* fstat(2) of the running executable.  Returns false if that is unknown. */
bool backend_own_executable(struct stat *);

/*
 * The value of LISTEN_PIDFDID for this process.  Returns false if the system has no such
 * number.
 */
bool backend_process_identity(uint64_t *);

/* No descriptor above this one is open. */
int backend_highest_descriptor(void);

/* ---- launchd (process.c) ---- */

/*
 * The sockets of this launchd job under NAME: launch_activate_socket(3) of macOS.  The
 * caller frees the array and owns the descriptors.  Returns 0 or an error number: ESRCH
 * if this process is not a job of launchd, ENOENT if the job has no such name, ENOTSUP
 * if there is no launchd.
 */
int backend_launchd_sockets(const char *name, int **descriptors, size_t *count);

#endif
