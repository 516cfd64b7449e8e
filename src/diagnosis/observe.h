/* SPDX-License-Identifier: ISC */
/*
 * What can be seen of an operating system: its settings, the sockets of all processes,
 * and the causes of failures that are its own.  Nothing here is needed to open a socket.
 * Each system implements all of it.  No function prints or allocates.
 */
#ifndef BINDCHAIN_OBSERVE_H
#define BINDCHAIN_OBSERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "backend.h"
#include "request.h"
#include "findings.h"

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
void backend_judge_overflow(const struct request *, const struct backend_backlog *,
    struct backend_overflow *);

/* ---- failures, before and after (causes.c) ---- */

/*
 * Predicts the failures of REQUEST in this process: obstacles that are certain (a missing
 * privilege), and warnings of surprises (other sockets that get or lose connections).
 * Leaves out what cannot be known.  Reads sysctls; opens no socket but of vsock, on Linux, to
 * see whether this machine has the CID, and closes it.
 *
 * Linux: the first unprivileged port against CAP_NET_BIND_SERVICE.  FreeBSD:
 * the range of reserved ports, the privilege for bind-any, the sockets that lose
 * connections to a balanced wildcard.  Darwin: the wildcard rule for low ports.
 */
void backend_foresee(const struct request *, struct findings *);

/*
 * Says if the port of REQUEST is fixed, and one that the kernel may choose for port 0 and
 * for clients: before the start that makes bind(2) fail.  Names the settings that
 * exclude it.  Nothing if they cannot be read.
 *
 * Linux: the range without the reserved ports.  FreeBSD and Darwin: the range; a
 * connection prevents only sockets without SO_REUSEADDR from binding.
 */
void backend_tell_ephemeral_port(const struct request *, enum finding_severity,
    struct findings *);

/*
 * Whether a receive or send buffer of BYTES, which OPTION requests, is certain to be truncated,
 * without an error, in this process: fills the setting that truncates it, which is then known.
 *
 * Linux: net.core.rmem_max or wmem_max, with CAP_NET_ADMIN half of INT_MAX.  FreeBSD: never, it
 * fails.  Darwin: false, since it depends on the release.
 */
bool backend_truncates_buffer(enum bindchain_option option, int bytes, struct backend_limit *);

/*
 * Why the fast open of a listener, which the kernel accepts, has no effect by a setting of the
 * system; NULL: it has, or setting it fails (FreeBSD and Darwin).
 */
const char *backend_idle_fast_open(void);

/*
 * Adds the causes of FAILURE of REQUEST as far as this system differs from others: those
 * that were verified, no guesses.  May open sockets to verify, and closes them.  Common
 * causes and the holder of a port are found elsewhere.
 *
 * All: EACCES for a low port, an exhausted range of ephemeral ports, a family
 * that is disabled, EACCES and EPERM from a security policy.  Linux: EADDRINUSE only at
 * listen(2), connections of a previous listener.  FreeBSD: EPERM for bind-any, ENOENT
 * for an accept filter.
 */
void backend_tell_causes(const struct request *, const struct bindchain_failure *,
    struct findings *);

/* ---- sysctls and counters for listening sockets (sysctls.c) ---- */

/* A sysctl or a property of the system. */
struct backend_value {
	const char *name;    /* as for sysctl(8), if it is a sysctl */
	const char *current; /* its value; NULL: it cannot be read */
	const char *meaning; /* of that value, for a listening socket: half a sentence */
};

#define BACKEND_VALUES_MAX 24

struct backend_values {
	size_t count;
	struct backend_value list[BACKEND_VALUES_MAX];
	/* What `current` points to where it was read; a list of ports can be long. */
	size_t used;
	char texts[16384];
};

/*
 * Reads, always in the same order: the limit on the backlog, half-open connections and
 * full accept queues, ephemeral and reserved ports, the first unprivileged port, the
 * default of v6only, binding nonlocal addresses, fast open, addresses that replace
 * others, accept filters, balance, the presence of IPv6.  Leaves out what this system
 * lacks, except accept filters, which are "none" then.
 */
void backend_read_values(struct backend_values *);

/* For the systems: one more value.  CURRENT is copied, and truncated if it does not fit;
 * NAME and MEANING are kept. */
void backend_values_add(struct backend_values *, const char *name, const char *current,
    const char *meaning);

/* A counter of the whole system (on Linux: of the network namespace). */
struct backend_counter {
	const char *name; /* as nstat(8) or netstat(1) prints it */
	uint64_t value;
	const char *meaning;
};

#define BACKEND_COUNTERS_MAX 2

/* Reads the counters of full queues, and returns their number.  Leaves out those that
 * cannot be read without guessing at kernel structures. */
size_t backend_read_counters(struct backend_counter[BACKEND_COUNTERS_MAX]);

/* ---- sockets of all processes (listeners.c, owners.c, holders.c) ---- */

/* A search waits for no more processes. */
#define BACKEND_WAITED_MAX 5

/*
 * How complete a search was.  On a system where a search would need guessing at
 * structures that change between releases, nothing is visited, `complete` is false, and
 * `command` is the system's own.
 */
struct backend_sight {
	bool complete;
	int error;           /* errno of the call that failed, or 0: a limit among others */
	bool at_limit;       /* its limit of time ended the search */
	const char *hidden;  /* what was not visible, and why; NULL if complete */
	const char *command; /* a command that shows it; may be NULL */
	size_t left_out;     /* processes not searched, or not completely within the limit */
	size_t waited_count; /* processes that let the search wait without progress: */
	pid_t waited[BACKEND_WAITED_MAX];
};

/* Adds HIDDEN, with the processes that were waited for, and the number of those left out. */
void backend_sight_add_hidden(struct text *, const struct backend_sight *);

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
	struct address address; /* length 0: an unnamed Unix socket */
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

#define BACKEND_COMMAND_SIZE 64

/* A process with a socket. */
struct backend_process {
	pid_t pid;
	bool uid_known;
	uid_t uid;                          /* effective */
	char command[BACKEND_COMMAND_SIZE]; /* its name, untrusted; empty: unknown */
	int descriptor;                     /* of the socket in that process */
};
/* Returns whether to continue. */
typedef bool backend_owner_visitor(void *context, uint64_t identity,
    const struct backend_process *);

/*
 * Searches the visible processes for the sockets in IDENTITIES (sorted, COUNT of them),
 * and visits each pair of socket and descriptor.  Searches this process first, without a
 * limit; then the lower descriptors of all others, then the rest of those with many,
 * each within LIMIT.  "Complete" means that every process was searched.  Linux: a child
 * process, without a signal at its end, searches the others, since a process can make
 * whoever looks into it wait: it is killed after a second without progress, and another one
 * continues after that process, for five seconds in total.
 */
void backend_visit_owners(const uint64_t *identities, size_t count, int limit,
    backend_owner_visitor *, void *context, struct backend_sight *);

/* A holder of an address. */
struct backend_holder {
	struct backend_socket socket;
	bool has_process; /* false: not seen */
	struct backend_process process;
	struct bindchain_fact reuse_address, share; /* SO_REUSEADDR and SO_REUSEPORT */
};

#define BACKEND_HOLDERS_MAX 8

struct backend_holders {
	struct backend_sight sockets; /* the conflicting sockets */
	struct backend_sight owners;  /* their processes */
	/* Of one state: listening, else bound, else connections. */
	size_t in_the_way;
	size_t count; /* of those in LIST */
	struct backend_holder list[BACKEND_HOLDERS_MAX];
};

/*
 * Finds the holders of the address of REQUEST after bind(2) or listen(2) failed with
 * EADDRINUSE: sockets that overlap it and conflict by the rules of this kernel.  Finds
 * only listening sockets if there are any; else only bound ones; else the remaining
 * connections.  Opens no socket on the address and changes nothing.  Sockets of this
 * process are always found; each search of others has its own LIMIT.
 */
void backend_find_holders(const struct request *, int limit,
    struct backend_holders *);

#endif
