/* SPDX-License-Identifier: ISC */
/*
 * bindchain: listening sockets, the same on Linux, FreeBSD and macOS: opened from a
 * request, or inherited; handed to another program; and explained.
 *
 * Objects (struct bindchain_request and so on) grow with later versions, so their
 * structures are not declared: ..._new() allocates one, which the caller frees with
 * ..._free(), as free(3) takes NULL too.  A program that is compiled with this header runs
 * with every later version of major version 1: enumerators keep their numbers, and
 * functions their meaning.
 *
 * Strings: those passed to a function are copied.  Those returned, and those in a failure,
 * are static or belong to the object: they last until it is freed, or the function that
 * set them is called again.
 *
 * Errors: a function returns -1, or NULL instead of an object.  It fills a struct
 * bindchain_failure where it takes one, for which NULL may be passed; else it sets errno.
 * An invalid argument, such as NULL, is refused with BINDCHAIN_INVALID or EINVAL before
 * anything is done.  What is filled in on success is left alone on failure.
 *
 * Threads: the library keeps no state between calls, so different threads may use
 * different objects at the same time, and may read one object while none changes it.
 * Effects on the whole process are documented where they are; most are at
 * bindchain_open().
 *
 * Signals: no function is async-signal-safe (signal-safety(7)) unless its comment says so.
 *
 * The library prints nothing and never exits.
 */
#ifndef BINDCHAIN_H
#define BINDCHAIN_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

/* The version of this header; bindchain_version() has that of the library at run time. */
#define BINDCHAIN_VERSION_MAJOR 1
#define BINDCHAIN_VERSION_MINOR 0
#define BINDCHAIN_VERSION_PATCH 0
#define BINDCHAIN_VERSION "1.0.0"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define BINDCHAIN_API __attribute__((visibility("default")))
#else
#define BINDCHAIN_API
#endif

/* ---- version ---- */

/* The library's version, as MAJOR.MINOR.PATCH: a static string.  Async-signal-safe.
 * Since 1.0. */
BINDCHAIN_API const char *bindchain_version(void);

/* ---- kinds and options ---- */

/* The kind of socket. */
enum bindchain_kind {
	BINDCHAIN_TCP,
	BINDCHAIN_UDP,
	BINDCHAIN_UNIX_STREAM,
	BINDCHAIN_UNIX_DATAGRAM,
	BINDCHAIN_UNIX_SEQPACKET,
	BINDCHAIN_NETLINK,     /* datagrams */
	BINDCHAIN_NETLINK_RAW, /* the same, from a raw socket */
	BINDCHAIN_FIFO,
	BINDCHAIN_VSOCK_STREAM, /* between virtual machines and their host: vsock(7) */
	BINDCHAIN_VSOCK_SEQPACKET
};

/*
 * Socket options.  Each has the same meaning on every system; the backend knows the
 * kernel's option for it, or why it is not supported.
 */
enum bindchain_option {
	BINDCHAIN_REUSE_ADDRESS, /* bind while old connections remain (TIME_WAIT) */
	BINDCHAIN_SHARE,         /* several sockets on one address and port */
	BINDCHAIN_BALANCE,       /* the same, with connections distributed over them */
	BINDCHAIN_V6ONLY,        /* IPv6-only: no IPv4 traffic (RFC 3493, 5.3) */
	BINDCHAIN_BIND_ANY,      /* bind an address that no interface has (yet) */
	BINDCHAIN_RECEIVE_BUFFER,   /* bytes */
	BINDCHAIN_PASS_CREDENTIALS, /* receive the sender's process and user: unix(7) */
	BINDCHAIN_PASS_SECURITY,    /* receive the sender's security label */
	BINDCHAIN_WAIT_FOR,      /* delay accept(2) until data has arrived: enum
	                            bindchain_wait_for */
	BINDCHAIN_DEVICE,        /* receive on one interface only: bindchain_set_device() */
	BINDCHAIN_KEEPALIVE,     /* send TCP keepalive probes on idle connections */
	BINDCHAIN_FAST_OPEN,     /* data in the SYN (RFC 7413): the limit on such connections,
	                            where the kernel has one for each socket */
	BINDCHAIN_KEEPALIVE_IDLE,     /* seconds of idleness before the first keepalive probe,
	                                 1 to 32767 */
	BINDCHAIN_KEEPALIVE_INTERVAL, /* seconds between keepalive probes, 1 to 32767 */
	BINDCHAIN_KEEPALIVE_COUNT,    /* unanswered probes until the connection is closed,
	                                 1 to 127 */
	BINDCHAIN_NODELAY,       /* send small segments at once: no Nagle algorithm */
	BINDCHAIN_SEND_BUFFER,   /* bytes */
	BINDCHAIN_USER_TIMEOUT,  /* milliseconds for which sent data may remain unacknowledged
	                            (RFC 5482); 0: the kernel's default */
	BINDCHAIN_MAX_SEGMENT,   /* bytes, 88 to 32767: TCP's maximum segment size */
	BINDCHAIN_HOP_LIMIT,     /* of sent packets, 1 to 255: the TTL of IPv4 */
	BINDCHAIN_TRAFFIC_CLASS, /* of sent packets, 0 to 255: the TOS of IPv4 */
	BINDCHAIN_PRIORITY,      /* of sent packets in the queues of this host */
	BINDCHAIN_MARK,          /* of sent packets, for firewall and routing rules: any value,
	                            whose 32 bits it is */
	BINDCHAIN_TRANSPARENT,   /* traffic to addresses of other hosts: a transparent proxy */
	BINDCHAIN_BROADCAST,     /* send to broadcast addresses */
	BINDCHAIN_PACKET_INFO,   /* receive the destination address and the interface with each
	                            datagram */
	BINDCHAIN_TIMESTAMPS,    /* receive the time of arrival with each datagram: enum
	                            bindchain_timestamps */
	BINDCHAIN_PASS_PIDFD,    /* receive a pidfd of the sender with each message: unix(7) */
	BINDCHAIN_FIB,           /* the number of the routing table of sent packets, 0 to 65535:
	                            setfib(2) */
	BINDCHAIN_MPTCP,         /* Multipath TCP (RFC 8684), by the protocol of socket(2) */
	BINDCHAIN_CONGESTION,    /* TCP's congestion control: bindchain_set_congestion() */
	BINDCHAIN_LOCKED         /* nobody who inherits the socket can attach a packet filter to it
	                            (Linux), or use it for what no server needs (FreeBSD) */
};

/* The data that must arrive before accept(2) returns a connection. */
enum bindchain_wait_for {
	BINDCHAIN_WAIT_FOR_NOTHING,
	BINDCHAIN_WAIT_FOR_DATA, /* a byte */
	BINDCHAIN_WAIT_FOR_HTTP, /* the head of a request */
	BINDCHAIN_WAIT_FOR_TLS,  /* a client's hello */
	BINDCHAIN_WAIT_FOR_DNS   /* a query */
};

/* The time of arrival of a datagram. */
enum bindchain_timestamps {
	BINDCHAIN_TIMESTAMPS_OFF,
	BINDCHAIN_TIMESTAMPS_MICROSECONDS, /* a struct timeval */
	BINDCHAIN_TIMESTAMPS_NANOSECONDS   /* a struct timespec */
};

/* Whether an option is requested. */
enum bindchain_want {
	BINDCHAIN_UNASKED,  /* leave the kernel's default */
	BINDCHAIN_PREFERRED, /* set it, or ignore it where it is not supported */
	BINDCHAIN_REQUIRED   /* set it, or fail where it is not supported */
};

/*
 * Names, as bindchain(1) writes them: of an enum bindchain_kind ("TCP", "Unix stream") and
 * an enum bindchain_option ("reuse-address"), and the option's meaning in half a sentence.
 * Static strings; NULL where there is no such kind or option, as after the last one.
 * Async-signal-safe.  Since 1.0.
 */
BINDCHAIN_API const char *bindchain_kind_name(int kind);
BINDCHAIN_API const char *bindchain_option_name(int option);
BINDCHAIN_API const char *bindchain_option_meaning(int option);

/* Sets OPTION to the one of that name.  Returns 0, or -1 with errno EINVAL.
 * Async-signal-safe.  Since 1.0. */
BINDCHAIN_API int bindchain_option_find(const char *name, enum bindchain_option *option);

/* ---- failures ---- */

/* A value read back from the kernel, if it reports it. */
struct bindchain_fact {
	bool known;
	int value;
};

/* The operation that failed. */
enum bindchain_operation {
	BINDCHAIN_NOTHING,
	BINDCHAIN_RESOLVE,          /* failure.resolver has getaddrinfo(3)'s code */
	BINDCHAIN_CHECK_INTERFACES, /* failure.reason names the missing family */
	BINDCHAIN_PATH,             /* a path that cannot be an address */
	BINDCHAIN_UNSUPPORTED,      /* failure.subject is the option, .reason why */
	BINDCHAIN_SOCKET,
	BINDCHAIN_FCNTL,
	BINDCHAIN_SETSOCKOPT, /* failure.subject is the option's name here */
	/* open(2) of the path's parent; or failure.subject, the call that failed while it
	 * was made. */
	BINDCHAIN_OPEN_DIRECTORY,
	/* EADDRINUSE: the path is a socket in use, or no socket.  Else failure.subject
	 * is the call that failed while a stale socket was removed. */
	BINDCHAIN_CLEAR_PATH,
	/* The path is not the bound socket; or failure.subject, the call that looks it
	 * up, failed. */
	BINDCHAIN_FIND_PATH,
	BINDCHAIN_EXCLUSIVE,      /* another socket uses the address */
	/* bind(2); or failure.subject, the call that failed before it. */
	BINDCHAIN_BIND,
	BINDCHAIN_CHOWN,
	BINDCHAIN_CHMOD,
	BINDCHAIN_LISTEN,
	BINDCHAIN_REQUIREMENT, /* failure.subject: "backlog", "port" or "receive buffer" */
	BINDCHAIN_MKFIFO,
	BINDCHAIN_OPEN,
	BINDCHAIN_INHERITED,   /* LISTEN_FDS is wrong; failure.descriptor: the first closed one */
	BINDCHAIN_PLACE,       /* dup2(2) to failure.descriptor */
	BINDCHAIN_ENVIRONMENT, /* no memory for the variable failure.subject */
	BINDCHAIN_EXEC,        /* failure.subject is the program */
	BINDCHAIN_WRITE,       /* write(2); failure.subject is the destination */
	/* EINVAL: failure.subject names the invalid argument, field or option,
	 * failure.reason its valid values. */
	BINDCHAIN_INVALID,
	BINDCHAIN_ALLOCATE,       /* ENOMEM */
	BINDCHAIN_FIND_INTERFACE, /* if_nametoindex(3) of failure.subject */
	BINDCHAIN_CLOSE,          /* close(2) */
	/* Inherited sockets cannot be taken: failure.subject is the variable or "launchd",
	 * failure.reason what is wrong with it; failure.descriptor a closed one. */
	BINDCHAIN_RECEIVE,
	BINDCHAIN_LIMIT_RIGHTS    /* cap_rights_limit(2), for BINDCHAIN_LOCKED on FreeBSD */
};

/*
 * A failure.  The one structure of the caller's own: its size stays, and later versions
 * put what they add into the reserved space.
 */
struct bindchain_failure {
	enum bindchain_operation operation;
	int error;           /* errno, or 0 if no call failed */
	int resolver;        /* EAI_…, or 0 */
	int descriptor;      /* the one concerned, or -1 */
	int demanded;        /* BINDCHAIN_REQUIREMENT: the least number, or the port */
	struct bindchain_fact given; /* BINDCHAIN_REQUIREMENT: the present one */
	const char *subject; /* option, variable, program; may be NULL */
	const char *reason;  /* if no call failed; may be NULL */
	const char *hint;    /* an alternative or remedy; may be NULL */
	size_t excess;       /* BINDCHAIN_PATH: bytes beyond the limit */
	void *reserved[8];
};

/* ---- requests ---- */

/* The largest backlog that the kernel allows. */
#define BINDCHAIN_BACKLOG_MAXIMUM INT_MAX
/* Do not call listen(2). */
#define BINDCHAIN_NO_LISTEN (-1)

/* What to open, and how. */
struct bindchain_request;

/*
 * Allocates a request for a socket of KIND with the defaults: the largest backlog if it
 * accepts connections, else no listen(2); no options.  Returns NULL with errno EINVAL if
 * there is no such kind, or ENOMEM.  Since 1.0.
 */
BINDCHAIN_API struct bindchain_request *bindchain_request_new(enum bindchain_kind);

/* Frees REQUEST and its strings.  Sockets that it opened stay open.  Since 1.0. */
BINDCHAIN_API void bindchain_request_free(struct bindchain_request *);

/* Flags of bindchain_resolve(). */
enum bindchain_resolve_flags {
	BINDCHAIN_NUMERIC_HOST = 1,    /* the host is an address, never a name */
	BINDCHAIN_NUMERIC_SERVICE = 2, /* the service is a port number */
	BINDCHAIN_INTERFACES = 4       /* only families that an interface has */
};

/*
 * Sets the address to that of HOST and SERVICE, the first result of getaddrinfo(3) (RFC
 * 3493, 6.1), or with BINDCHAIN_INTERFACES the first of a family that getifaddrs(3) finds
 * in use.  For TCP and UDP.  SERVICE is digits, 0 to 65535, or a name, whole.  FLAGS is an
 * or of enum bindchain_resolve_flags.
 * Numbers never use a name service.  Names may take as long as its timeouts, and its
 * libraries may keep descriptors and threads in the process.
 * Returns 0, or -1 with FAILURE (BINDCHAIN_RESOLVE, BINDCHAIN_CHECK_INTERFACES,
 * BINDCHAIN_ALLOCATE or BINDCHAIN_INVALID).  The request then has no address, not even an
 * earlier one.  Since 1.0.
 */
BINDCHAIN_API int bindchain_resolve(struct bindchain_request *, const char *host,
    const char *service, unsigned flags, struct bindchain_failure *);

/*
 * Sets the path of a Unix socket or FIFO.  "@name" is an abstract name, where the system
 * has them (unix(7) of Linux); "./@name" is a path.  One that is longer than an address is
 * bound by its last component, in its directory (not on macOS), and the address that the kernel
 * tells, and bindchain_get_address(), is that component alone.  Returns 0, or -1 with FAILURE:
 * BINDCHAIN_PATH with ENAMETOOLONG, failure.excess telling how many bytes too long it is,
 * or with ENOENT when it is empty; BINDCHAIN_UNSUPPORTED; BINDCHAIN_ALLOCATE; or
 * BINDCHAIN_INVALID.  The request then has neither address nor path, not even those of an
 * earlier call.  Since 1.0.
 */
BINDCHAIN_API int bindchain_set_path(struct bindchain_request *, const char *path,
    struct bindchain_failure *);

/*
 * Sets the address of a TCP or UDP socket to ADDRESS, a struct sockaddr_in or sockaddr_in6
 * of exactly LENGTH bytes, or that of a vsock socket to a struct sockaddr_vm.  Returns 0, or -1
 * with FAILURE (BINDCHAIN_INVALID, or BINDCHAIN_UNSUPPORTED without vsock) and no address.
 * Since 1.0.
 */
BINDCHAIN_API int bindchain_set_address(struct bindchain_request *,
    const struct sockaddr *address, socklen_t length, struct bindchain_failure *);

/*
 * Sets the address of a netlink socket: PROTOCOL is a name of netlink(7) ("route",
 * "kobject-uevent") or a number, GROUPS a mask of multicast groups.  Returns 0, or -1 with
 * FAILURE: BINDCHAIN_UNSUPPORTED where the system has no netlink, or BINDCHAIN_INVALID.
 * Since 1.0.
 */
BINDCHAIN_API int bindchain_set_netlink(struct bindchain_request *, const char *protocol,
    unsigned groups, struct bindchain_failure *);

/*
 * Requests OPTION: WANT says whether it must be, and VALUE is 0 or 1; a number, 0 to INT_MAX
 * unless enum bindchain_option says another range; or an enum bindchain_wait_for or
 * bindchain_timestamps.  BINDCHAIN_UNASKED ignores VALUE, which becomes 0.  Returns 0, or
 * -1 with FAILURE (BINDCHAIN_INVALID, failure.subject names the option) and the option as it
 * was.  Whether the system supports it shows in bindchain_open() and bindchain_plan_new().
 * Since 1.0.
 */
BINDCHAIN_API int bindchain_set_option(struct bindchain_request *, enum bindchain_option,
    enum bindchain_want, int value, struct bindchain_failure *);

/* The same for BINDCHAIN_DEVICE: the interface of that name; NULL with BINDCHAIN_UNASKED.
 * FAILURE may be BINDCHAIN_FIND_INTERFACE or BINDCHAIN_ALLOCATE, too.  Since 1.0. */
BINDCHAIN_API int bindchain_set_device(struct bindchain_request *, enum bindchain_want,
    const char *interface, struct bindchain_failure *);

/*
 * The same for BINDCHAIN_CONGESTION: the congestion control of that name ("cubic"), of 1 to 15
 * bytes; NULL with BINDCHAIN_UNASKED.  Whether the kernel has it shows in bindchain_open().
 * FAILURE may be BINDCHAIN_ALLOCATE, too.  Since 1.0.
 */
BINDCHAIN_API int bindchain_set_congestion(struct bindchain_request *, enum bindchain_want,
    const char *name, struct bindchain_failure *);

/* Sets WANT and VALUE, either of which may be NULL, to what is requested of OPTION: of
 * BINDCHAIN_DEVICE an interface's index, of BINDCHAIN_CONGESTION 1.  Returns 0, or -1 with errno
 * EINVAL.  Since 1.0. */
BINDCHAIN_API int bindchain_get_option(const struct bindchain_request *,
    enum bindchain_option, enum bindchain_want *want, int *value);

/*
 * Sets the backlog of listen(2): 0 to BINDCHAIN_BACKLOG_MAXIMUM connections, or
 * BINDCHAIN_NO_LISTEN; and LEAST, the queue limit below which opening fails; 0: any.
 * Returns 0, or -1 with FAILURE (BINDCHAIN_INVALID).  Since 1.0.
 */
BINDCHAIN_API int bindchain_set_backlog(struct bindchain_request *, int backlog,
    int least, struct bindchain_failure *);

/*
 * Sets LEAST, the size of the receive buffer in bytes below which opening fails; 0: any.  It
 * is compared with SO_RCVBUF as read back, of which Linux reports twice the size: half of
 * that counts there.  Returns 0, or -1 with FAILURE (BINDCHAIN_INVALID: also for a FIFO or
 * vsock).  Since 1.0.
 */
BINDCHAIN_API int bindchain_set_least_buffer(struct bindchain_request *, int least,
    struct bindchain_failure *);

/*
 * Sets the mode of the path of a Unix socket or FIFO, 0 to 07777.  At no moment does the
 * path grant more.  The default, (mode_t)-1, is 0777 (0600 for a FIFO) less the umask.
 * Returns 0, or -1 with FAILURE (BINDCHAIN_INVALID: also for another kind).  Since 1.0.
 */
BINDCHAIN_API int bindchain_set_mode(struct bindchain_request *, mode_t mode,
    struct bindchain_failure *);

/*
 * Sets the owner of the path; (uid_t)-1 and (gid_t)-1 leave one as it is, as for chown(2).
 * Opening requires a mode then: the umask cannot be read without changing it for every
 * thread of the process, which the library does not.  Returns 0, or -1 with FAILURE
 * (BINDCHAIN_INVALID: also for a kind without a path).  Since 1.0.
 */
BINDCHAIN_API int bindchain_set_owner(struct bindchain_request *, uid_t user, gid_t group,
    struct bindchain_failure *);

/*
 * Makes the directory of the path when the socket is opened, if it is missing, but none above
 * it, with MODE, 0 to 07777, whatever the umask, and the owner, of whom (uid_t)-1 and (gid_t)-1
 * leave one as it is.  One that exists is left alone.  With a MODE of (mode_t)-1, the default,
 * none is made, and the others are ignored.  bindchain_close() leaves it.  Returns 0, or -1 with
 * FAILURE (BINDCHAIN_INVALID: also for a kind without a path).  Since 1.0.
 */
BINDCHAIN_API int bindchain_set_directory(struct bindchain_request *, mode_t mode, uid_t user,
    gid_t group, struct bindchain_failure *);

/*
 * Makes a symbolic link at LINK to the path, which must be absolute then, when the socket is
 * ready.  Such a link of this user or of root may exist already; nothing is replaced.  NULL, the
 * default: none.  bindchain_close() leaves it.  Returns 0, or -1 with FAILURE (BINDCHAIN_INVALID:
 * also for a kind without a path; BINDCHAIN_ALLOCATE).  Since 1.0.
 */
BINDCHAIN_API int bindchain_set_symlink(struct bindchain_request *, const char *link,
    struct bindchain_failure *);

/* Flags of bindchain_set_flags(). */
enum bindchain_request_flags {
	BINDCHAIN_NONBLOCKING = 1,    /* O_NONBLOCK */
	BINDCHAIN_CLOSE_ON_EXEC = 2,  /* FD_CLOEXEC */
	/* Close descriptor 0 first, so that the kernel returns the socket as 0.  Use
	 * dup2(2) for another number. */
	BINDCHAIN_AS_STANDARD_INPUT = 4,
	/* Fail if another socket would get traffic of the address, although this kernel
	 * lets both bind. */
	BINDCHAIN_BE_EXCLUSIVE = 8,
	/* Fail if another port was bound than the address has. */
	BINDCHAIN_FIXED_PORT = 16,
	/* Fail if the path exists, even as a stale socket. */
	BINDCHAIN_KEEP_PATH = 32,
	/* Open a FIFO for reading only, so that end of file follows its last writer; of other
	 * kinds without effect. */
	BINDCHAIN_READ_ONLY = 64
};

/* Sets all flags of the request: an or of enum bindchain_request_flags.  Returns 0, or -1
 * with FAILURE (BINDCHAIN_INVALID).  Since 1.0. */
BINDCHAIN_API int bindchain_set_flags(struct bindchain_request *, unsigned flags,
    struct bindchain_failure *);

/*
 * What a request has: an enum bindchain_kind; the backlog, which may be BINDCHAIN_NO_LISTEN,
 * -1, too; its least limit; the least receive buffer; an or of enum
 * bindchain_request_flags; or -1 with errno EINVAL where REQUEST is NULL.  Since 1.0.
 */
BINDCHAIN_API int bindchain_get_kind(const struct bindchain_request *);
BINDCHAIN_API int bindchain_get_backlog(const struct bindchain_request *);
BINDCHAIN_API int bindchain_get_least_backlog(const struct bindchain_request *);
BINDCHAIN_API int bindchain_get_least_buffer(const struct bindchain_request *);
BINDCHAIN_API int bindchain_get_flags(const struct bindchain_request *);

/* The path of REQUEST, but for an abstract name; the interface of BINDCHAIN_DEVICE; the name of
 * BINDCHAIN_CONGESTION; or NULL.  Since 1.0. */
BINDCHAIN_API const char *bindchain_get_path(const struct bindchain_request *);
BINDCHAIN_API const char *bindchain_get_device(const struct bindchain_request *);
BINDCHAIN_API const char *bindchain_get_congestion(const struct bindchain_request *);

/*
 * Copies the address of REQUEST to ADDRESS, of LENGTH bytes, and sets LENGTH to its size,
 * as getsockname(2) does: a longer address is truncated.  Returns 0, or -1 with errno:
 * EINVAL, or EDESTADDRREQ if the request has none yet.  Since 1.0.
 */
BINDCHAIN_API int bindchain_get_address(const struct bindchain_request *,
    struct sockaddr *address, socklen_t *length);

/* Sets MODE, USER and GROUP, any of which may be NULL, to what is requested for the path:
 * (mode_t)-1, (uid_t)-1 and (gid_t)-1 where nothing is.  Returns 0, or -1 with errno
 * EINVAL.  Since 1.0. */
BINDCHAIN_API int bindchain_get_access(const struct bindchain_request *, mode_t *mode,
    uid_t *user, gid_t *group);

/* The same of the directory that is made for the path.  Since 1.0. */
BINDCHAIN_API int bindchain_get_directory(const struct bindchain_request *, mode_t *mode,
    uid_t *user, gid_t *group);

/* The symbolic link to the path, or NULL.  Since 1.0. */
BINDCHAIN_API const char *bindchain_get_symlink(const struct bindchain_request *);

/* ---- opening ---- */

/*
 * Opens the socket of the request: makes a plan for this kernel and performs it.
 * Returns the descriptor, which the caller owns, or -1 with FAILURE filled and nothing
 * left open.  Before anything is opened or changed: BINDCHAIN_INVALID if the request has no
 * address, an owner without a mode, or a symbolic link to a relative path;
 * BINDCHAIN_UNSUPPORTED if this system has no such sockets, lacks a required option, or an
 * abstract name has a mode or owner; BINDCHAIN_ALLOCATE.  If a call failed, failure.operation
 * is that call and failure.error its errno; a path that was created is removed.
 *
 * Effects on other threads:
 * - Without BINDCHAIN_CLOSE_ON_EXEC a program that another thread executes inherits the socket.
 *   With it, it is set as the socket is made (SOCK_CLOEXEC of socket(2)); on macOS,
 *   which cannot, by fcntl(2) after that.
 * - BINDCHAIN_AS_STANDARD_INPUT closes descriptor 0, and another thread's open(2) may get it.
 * - A path with a mode: Linux takes the mode from the socket, where fchmod(2) has
 *   put it (net/unix/af_unix.c, unix_bind).  FreeBSD (sys/kern/uipc_usrreq.c,
 *   uipc_bindat) and macOS (bsd/kern/uipc_usrreq.c, unp_bind) take it from the umask,
 *   which is therefore changed during bind(2): files that another thread creates in
 *   that moment get a wrong mode.  To avoid that, open paths before starting threads, or
 *   request no mode: then the umask is not changed.
 * - BINDCHAIN_BE_EXCLUSIVE binds a second socket to the address for a moment.
 * A relative path is resolved in the working directory, which all threads share.
 * The request remembers the path that was created last, for bindchain_close().  Since 1.0.
 */
BINDCHAIN_API int bindchain_open(struct bindchain_request *, struct bindchain_failure *);

/* The path that bindchain_open() created, as long as bindchain_close() has not removed it,
 * or NULL.  A relative one has become absolute, so that the working directory may change.
 * Since 1.0. */
BINDCHAIN_API const char *bindchain_made_path(const struct bindchain_request *);

/*
 * Closes DESCRIPTOR, which bindchain_open() of REQUEST returned, or a duplicate of it,
 * after it has removed the path that was created for it, if that still refers to this
 * socket or FIFO.  A path that somebody has replaced meanwhile is left alone.
 * Returns 0, or -1 with FAILURE.  BINDCHAIN_CLEAR_PATH: the path stays, failure.subject
 * being the call that failed, and DESCRIPTOR is still open: call again, or close(2), which
 * leaves the path.  BINDCHAIN_CLOSE: close(2) failed, after the path was removed.
 * A process that inherited the socket or was forked closes it with close(2), which leaves
 * the path to the others.  Since 1.0.
 */
BINDCHAIN_API int bindchain_close(struct bindchain_request *, int descriptor,
    struct bindchain_failure *);

/* ---- what the kernel reports ---- */

/* A socket as the kernel reports it. */
struct bindchain_outcome;

/*
 * Allocates what the kernel reports of DESCRIPTOR, which stays the caller's and is not
 * changed: from getsockname(2), getsockopt(2) and fcntl(2), and on Linux from sock_diag(7)
 * for Unix sockets.  What the system does not report is unknown, never an error.
 * Returns NULL with errno: EBADF, ENOTSOCK or ENOMEM.  Since 1.0.
 */
BINDCHAIN_API struct bindchain_outcome *bindchain_outcome_new(int descriptor);
BINDCHAIN_API void bindchain_outcome_free(struct bindchain_outcome *);

/* What can be asked of an outcome. */
enum bindchain_property {
	BINDCHAIN_FAMILY,       /* AF_… */
	BINDCHAIN_TYPE,         /* SOCK_… */
	BINDCHAIN_LISTENING,    /* 0 or 1 */
	BINDCHAIN_QUEUE_LIMIT,  /* of the accept queue */
	BINDCHAIN_QUEUE_LENGTH, /* connections waiting for accept(2) */
	/* Connections that still wait for data (FreeBSD, with an accept filter) or for the
	 * end of the handshake (macOS). */
	BINDCHAIN_QUEUE_INCOMPLETE,
	BINDCHAIN_IS_NONBLOCKING,
	BINDCHAIN_IS_CLOSE_ON_EXEC
};

/*
 * The value of PROPERTY, or of OPTION: 0 or 1, a number, or an enum bindchain_wait_for.
 * Not known where the kernel does not report it, or an argument is invalid.
 * Async-signal-safe.  Since 1.0.
 */
BINDCHAIN_API struct bindchain_fact bindchain_outcome_property(
    const struct bindchain_outcome *, enum bindchain_property);
BINDCHAIN_API struct bindchain_fact bindchain_outcome_option(
    const struct bindchain_outcome *, enum bindchain_option);

/* The name that BINDCHAIN_CONGESTION has; NULL where it is unknown.  It belongs to the outcome.
 * Async-signal-safe.  Since 1.0. */
BINDCHAIN_API const char *bindchain_outcome_congestion(const struct bindchain_outcome *);

/* Copies the address as bindchain_get_address() does; EDESTADDRREQ if it is unknown.
 * Since 1.0. */
BINDCHAIN_API int bindchain_outcome_address(const struct bindchain_outcome *,
    struct sockaddr *address, socklen_t *length);

/*
 * Report whether the address of OUTCOME is the one that REQUEST asked for.  A kernel may
 * bind another without an error: FreeBSD in a jail, Linux by a control group's BPF program.
 * Port 0 matches any.  False if an argument is NULL.  Async-signal-safe.  Since 1.0.
 */
BINDCHAIN_API bool bindchain_outcome_is_as_asked(const struct bindchain_outcome *,
    const struct bindchain_request *);

/* ---- plans ---- */

/* The system calls of a request, as text. */
struct bindchain_plan;

/*
 * Allocates the plan that bindchain_open() of REQUEST would perform on this kernel.  Opens
 * and changes nothing; the system is asked for the defaults on which the calls depend.  The
 * plan is independent of REQUEST, which may change afterwards.
 * Returns NULL with FAILURE: BINDCHAIN_INVALID as for bindchain_open(),
 * BINDCHAIN_UNSUPPORTED if a required option is not supported on this system, or
 * BINDCHAIN_ALLOCATE.  Since 1.0.
 */
BINDCHAIN_API struct bindchain_plan *bindchain_plan_new(const struct bindchain_request *,
    struct bindchain_failure *);

/* Frees PLAN; NULL is ignored.  Since 1.0. */
BINDCHAIN_API void bindchain_plan_free(struct bindchain_plan *);

/* The number of calls; 0 if PLAN is NULL.  Async-signal-safe.  Since 1.0. */
BINDCHAIN_API size_t bindchain_plan_count(const struct bindchain_plan *);

/*
 * Call number INDEX, from 0 on, as explained by bindchain-explain(1):
 * "setsockopt(SOL_SOCKET=1, SO_REUSEADDR=2, 1)".  One line, escaped; it belongs to PLAN.
 * NULL if there is no such call.  Async-signal-safe.  Since 1.0.
 */
BINDCHAIN_API const char *bindchain_plan_text(const struct bindchain_plan *, size_t index);

/* ---- failures and diagnosis in words ---- */

/*
 * Writes FAILURE to BUFFER in one line without a newline, untrusted text escaped:
 * "bind TCP 127.0.0.1:80: Permission denied".  REQUEST, if it is not NULL, is the one that
 * failed, and adds its kind and address.  As snprintf(3): returns the length of the whole
 * line, of which BUFFER gets at most SIZE - 1 characters and a null byte; with SIZE 0, or
 * NULL for BUFFER, it gets nothing.  Returns 0 with errno EINVAL, and an empty line, if
 * FAILURE is NULL or has no operation of enum bindchain_operation.
 * The strings of FAILURE must still exist.  Texts of errno are in the language of the
 * process's locale.  Since 1.0.
 */
BINDCHAIN_API size_t bindchain_failure_text(const struct bindchain_failure *,
    const struct bindchain_request *, char *buffer, size_t size);

/* What a diagnosis finds: lines of text, each with its severity. */
struct bindchain_findings;

/* Flags of bindchain_diagnose() and bindchain_foresee(). */
enum bindchain_diagnosis_flags {
	/* Do not list the sockets of other processes, which takes up to 0.2 s of processor
	 * time on a host with many, and on Linux up to 5 s if a process makes the search
	 * wait. */
	BINDCHAIN_NO_SEARCH = 1
};

/*
 * Allocates the causes of FAILURE of REQUEST, as far as they can be verified: the processes
 * that hold an address in use, the missing privilege, the nearest address of an interface,
 * the directory that does not exist.  FLAGS is an or of enum bindchain_diagnosis_flags.
 * There may be none.  Call it soon: it looks at the system as it is now.  Needs up to 64 KiB
 * of stack, as bindchain_foresee() does.
 * Opens files and sockets, none of them on the address, and closes them; a file or program
 * of another thread may get one of their descriptors meanwhile.
 * On Linux a child process, a copy of this one, searches the other processes, because a
 * process can make whoever looks into it wait.  It closes its copies of descriptors at once
 * (since 5.9), has no exit signal, so that there is no SIGCHLD and waitpid(2) finds it only
 * with __WALL, runs no handler of pthread_atfork(3), and ends before this function returns.
 * After a second without progress it is killed, and another one continues after the process that
 * it waited for; after five seconds in total the search ends.  If there can be none, since
 * a seccomp filter makes clone(2) fail with EPERM, EACCES or ENOSYS for example, this process
 * searches without such an end; if it cannot be started now, as with EAGAIN, none does, and a
 * finding says so.
 * Returns NULL with errno: EINVAL if REQUEST or FAILURE is NULL, FAILURE has no operation of
 * enum bindchain_operation, or FLAGS has others; or ENOMEM.  Since 1.0.
 */
BINDCHAIN_API struct bindchain_findings *bindchain_diagnose(const struct bindchain_request *,
    const struct bindchain_failure *, unsigned flags);

/*
 * Allocates what bindchain_open() of REQUEST would run into now: obstacles and warnings, as
 * bindchain-explain(1) prints them.  Opens no socket but to list sockets and interfaces.
 * FLAGS, and the child process on Linux, as above.  An empty result is no promise.
 * Returns NULL with errno: EINVAL if REQUEST is NULL or invalid, as for bindchain_open(), or
 * FLAGS has others; or ENOMEM.  Since 1.0.
 */
BINDCHAIN_API struct bindchain_findings *bindchain_foresee(const struct bindchain_request *,
    unsigned flags);

/* Frees FINDINGS; NULL is ignored.  Since 1.0. */
BINDCHAIN_API void bindchain_findings_free(struct bindchain_findings *);

/* The number of findings; 0 if FINDINGS is NULL.  Async-signal-safe.  Since 1.0. */
BINDCHAIN_API size_t bindchain_findings_count(const struct bindchain_findings *);

/* Finding number INDEX, from 0 on: one line, escaped, without a newline, which belongs to
 * FINDINGS.  NULL if there is no such finding.  Async-signal-safe.  Since 1.0. */
BINDCHAIN_API const char *bindchain_findings_text(const struct bindchain_findings *,
    size_t index);

/* How grave a finding is. */
enum bindchain_severity {
	BINDCHAIN_OBSTACLE, /* makes a call fail */
	BINDCHAIN_WARNING,  /* may make one fail, or is a surprise */
	BINDCHAIN_REMARK    /* what can be done, or what is not known */
};

/* The severity of finding number INDEX: an enum bindchain_severity, or -1 with errno EINVAL
 * if there is no such finding.  Async-signal-safe.  Since 1.0. */
BINDCHAIN_API int bindchain_findings_severity(const struct bindchain_findings *, size_t index);

/* ---- backlog and limits ---- */

/* What can be predicted of a backlog: bindchain-backlog(7). */
enum bindchain_prediction {
	BINDCHAIN_PREDICTED_ARGUMENT,    /* passed to listen(2) */
	BINDCHAIN_PREDICTED_QUEUE_LIMIT, /* of the accept queue, as the kernel stores it */
	BINDCHAIN_PREDICTED_ADMITTED,    /* connections until the accept queue is full */
	/* Connections that wait for data, outside the accept queue: with an accept filter
	 * (FreeBSD) */
	BINDCHAIN_PREDICTED_FILTERED
};

/*
 * What this system will make of the backlog of REQUEST now.  Unknown if it depends on what
 * cannot be read; if REQUEST is NULL or does not listen; or if there is no such prediction.
 * Opens no socket.  Since 1.0.
 */
BINDCHAIN_API struct bindchain_fact bindchain_predict_backlog(const struct bindchain_request *,
    enum bindchain_prediction);

/*
 * The name of the system's limit on every backlog, as for sysctl(8): a static string.  Sets
 * VALUE, unless it is NULL, to its current value, unknown if it cannot be read.  Since 1.0.
 */
BINDCHAIN_API const char *bindchain_backlog_limit(struct bindchain_fact *value);

/* The system's settings for listening sockets, as bindchain-limits(1) prints them. */
struct bindchain_limits;

/* Reads and allocates them, with the address families of the interfaces.  Returns NULL with
 * errno ENOMEM.  Since 1.0. */
BINDCHAIN_API struct bindchain_limits *bindchain_limits_new(void);

/* Frees LIMITS; NULL is ignored.  Since 1.0. */
BINDCHAIN_API void bindchain_limits_free(struct bindchain_limits *);

/* The number of settings; 0 if LIMITS is NULL.  Async-signal-safe.  Since 1.0. */
BINDCHAIN_API size_t bindchain_limits_count(const struct bindchain_limits *);

/*
 * Of setting number INDEX, from 0 on: its name, as for sysctl(8) if it is a sysctl; its
 * value when LIMITS were read, NULL if it could not be read; and what that value means for
 * a listening socket, half a sentence.  They belong to LIMITS.  NULL if there is no such
 * setting.  The order is that of one version of the library on one system: search by name.
 * Async-signal-safe.  Since 1.0.
 */
BINDCHAIN_API const char *bindchain_limits_name(const struct bindchain_limits *, size_t index);
BINDCHAIN_API const char *bindchain_limits_value(const struct bindchain_limits *, size_t index);
BINDCHAIN_API const char *bindchain_limits_meaning(const struct bindchain_limits *,
    size_t index);

/* ---- handing over ---- */

/* Sockets for another program: their descriptors, and what its environment says of them. */
struct bindchain_handover;

/* Flags of bindchain_handover_new(): bindchain-handover(7). */
enum bindchain_handover_flags {
	/* LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES, with sockets from descriptor 3 on:
	 * sd_listen_fds(3). */
	BINDCHAIN_HANDOVER_SYSTEMD = 1,
	BINDCHAIN_HANDOVER_UPSTART = 2, /* UPSTART_EVENTS and UPSTART_FDS, for one socket */
	/* After the sockets that this process inherited, if the environment has a LISTEN_FDS
	 * for it; they stay where they are.  With BINDCHAIN_HANDOVER_SYSTEMD. */
	BINDCHAIN_HANDOVER_APPEND = 4
};

/*
 * Allocates a handover of COUNT sockets, 1 to 1048576, to the descriptors from FIRST on, 3
 * for systemd.  FLAGS is an or of enum bindchain_handover_flags; with 0 the environment says
 * nothing of the sockets, as for a server on standard input (FIRST 0).
 * NAMES, for systemd, has COUNT names, 1 to 255 characters of printable ASCII without a
 * colon (sd_listen_fds_with_names(3)); a name that is NULL, or all if NAMES is NULL, becomes
 * "unknown".
 * ENVIRONMENT is the list, as `environ`, from which the next program's is made: without the
 * variables of both conventions that it has, unless they are appended to.  All is copied,
 * and NULL is an empty list.  Neither `environ` nor any descriptor is changed.
 * Returns NULL with FAILURE: BINDCHAIN_INVALID; BINDCHAIN_INHERITED if LISTEN_FDS, to be
 * appended to, is malformed or claims a descriptor that is not open; BINDCHAIN_ALLOCATE or
 * BINDCHAIN_ENVIRONMENT if there is no memory.  Since 1.0.
 */
BINDCHAIN_API struct bindchain_handover *bindchain_handover_new(unsigned flags, int first,
    int count, const char *const names[], char *const environment[],
    struct bindchain_failure *);

/* Frees HANDOVER and its environment; descriptors stay as they are.  NULL is ignored.
 * Since 1.0. */
BINDCHAIN_API void bindchain_handover_free(struct bindchain_handover *);

/* The descriptor of socket number INDEX, from 0 on, in the next program; -1 with errno
 * EINVAL if there is no such socket.  Async-signal-safe.  Since 1.0. */
BINDCHAIN_API int bindchain_handover_target(const struct bindchain_handover *, int index);

/*
 * Moves DESCRIPTORS, as many sockets as the handover has, to their targets, and clears
 * FD_CLOEXEC of them and of the inherited sockets before them.  What is open at a target is
 * closed, unless it is one of DESCRIPTORS: these may be each other's targets.  One that is
 * moved away from 0, 1 or 2 is closed there.  Call it just before bindchain_execute(), in the
 * child after fork(2).
 * DESCRIPTORS is set to where the sockets are.  Returns 0, or -1 with FAILURE:
 * BINDCHAIN_INVALID if one is not open, appears twice, or is one of the inherited sockets,
 * before anything is moved;
 * BINDCHAIN_FCNTL or BINDCHAIN_PLACE if a call failed, as at the limit of open files: then
 * some may have been moved, but none was closed.
 * Async-signal-safe.  Since 1.0.
 */
BINDCHAIN_API int bindchain_handover_place(const struct bindchain_handover *, int descriptors[],
    struct bindchain_failure *);

/*
 * The environment of the next program, for bindchain_execute() or execve(2), with the id of
 * the calling process as LISTEN_PID: call it in the process that executes, after fork(2).
 * It belongs to HANDOVER.  NULL with errno EINVAL if HANDOVER is NULL.  Threads that use one
 * handover at the same time must not call it.  Async-signal-safe.  Since 1.0.
 */
BINDCHAIN_API char **bindchain_handover_environment(struct bindchain_handover *);

/*
 * Executes ARGV with the environment ENVP in place of this process.  A program without "/"
 * is searched for in the PATH of ENVP, or without one in the system's default, as for
 * execvp(3) (POSIX, exec); but a file without "#!" is never passed to a shell.
 * Returns only on failure: -1 with FAILURE, BINDCHAIN_INVALID or BINDCHAIN_EXEC, whose errno
 * is ENOENT if nothing was found.  failure.subject is then the string in ARGV.
 * Async-signal-safe if ENVP has a PATH or ARGV[0] has "/": confstr(3) is not.  Since 1.0.
 */
BINDCHAIN_API int bindchain_execute(char *const argv[], char *const envp[],
    struct bindchain_failure *);

/* ---- receiving ---- */

/* The first descriptor of LISTEN_FDS. */
#define BINDCHAIN_LISTEN_FDS_START 3

/* Flags of the functions that receive. */
enum bindchain_receive_flags {
	/* Remove the variables from the environment, so that no other program takes them for
	 * its own: unsetenv(3). */
	BINDCHAIN_REMOVE_VARIABLES = 1,
	/* Leave FD_CLOEXEC of the descriptors as it is; else it is set. */
	BINDCHAIN_KEEP_OPEN_ON_EXEC = 2,
	/* Take LISTEN_FDS even if LISTEN_PID is another process, or is not set: after a
	 * program between, such as a shell, that did not execute this one in its place. */
	BINDCHAIN_ANY_PID = 4
};

/*
 * The number of sockets that this process inherited by LISTEN_FDS, as sd_listen_fds(3) counts
 * them: descriptors from BINDCHAIN_LISTEN_FDS_START on.  0 if LISTEN_PID or LISTEN_FDS is not
 * set, or LISTEN_PID is another process, or LISTEN_PIDFDID another process of that number
 * (Linux 6.9).  FLAGS is an or of enum bindchain_receive_flags.
 * Returns -1 with errno: EINVAL or ERANGE if FLAGS has others, or LISTEN_PID, or LISTEN_FDS
 * for this process, is malformed; EBADF if a descriptor is not open: descriptors before it
 * have FD_CLOEXEC then.  The variables are removed on failure, too.
 * Reads and changes the environment: no other thread may change it meanwhile, nor read it if
 * variables are removed.  Since 1.0.
 */
BINDCHAIN_API int bindchain_listen_fds(unsigned flags);

/*
 * The same, with the names of LISTEN_FDNAMES, "unknown" for each if it is not set.  Sets
 * NAMES, unless it is NULL or there are no sockets, to a list that ends with NULL; the caller
 * frees each name and the list with free(3).  errno may be ENOMEM, too, and is EINVAL if the
 * list has another number of names.  Since 1.0.
 */
BINDCHAIN_API int bindchain_listen_fds_with_names(unsigned flags, char ***names);

/* Inherited sockets: their descriptors and names. */
struct bindchain_inherited;

/*
 * Allocates a list of the sockets that this process inherited, by the convention FROM:
 *   "systemd", or NULL  LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES: sd_listen_fds(3)
 *   "stdin"             descriptor 0, if it is a socket: inetd(8)
 *   "upstart"           UPSTART_FDS, one socket
 *   "launchd:NAME"      the sockets NAME of this job: launch_activate_socket(3) of macOS
 *   "pid:N"             those of process N that are for clients, or with "pid:N,ADDRESS"
 *                       the ones of that address: pidfd_getfd(2) of Linux
 *   "nginx"             NGINX; other programs' conventions are those of
 *                       bindchain-handover(7): "php-fpm", "server-starter", "mojolicious",
 *                       "unicorn", "gunicorn", "puma", "einhorn"
 * There are none if the convention was not used for this process: its variable is not set,
 * LISTEN_PID is not this process, descriptor 0 is no socket, or launchd did not start it.
 * FLAGS is an or of enum bindchain_receive_flags.  Descriptor 0 stays as it is, since a
 * program that is executed without one gets another file there.
 * The descriptors belong to the process, which closes them.  The sockets of launchd can be
 * taken only once.  For threads see bindchain_listen_fds().  With "pid:N" a child process as that
 * of bindchain_diagnose() makes the list; after a second without progress the call fails.
 * Returns NULL with FAILURE: BINDCHAIN_INVALID; BINDCHAIN_RECEIVE if a variable is malformed,
 * a descriptor is not open, launchd has no sockets of that name, or those of process N cannot
 * be taken, with ETIMEDOUT if it lets the call wait; BINDCHAIN_UNSUPPORTED for launchd where
 * there is none; BINDCHAIN_FCNTL; BINDCHAIN_ENVIRONMENT; or BINDCHAIN_ALLOCATE.
 * The environment is then as it was, unless BINDCHAIN_ENVIRONMENT.  Since 1.0.
 */
BINDCHAIN_API struct bindchain_inherited *bindchain_inherit(const char *from, unsigned flags,
    struct bindchain_failure *);

/* Frees INHERITED; the descriptors stay open.  NULL is ignored.  Since 1.0. */
BINDCHAIN_API void bindchain_inherited_free(struct bindchain_inherited *);

/* The number of sockets; 0 if INHERITED is NULL.  Async-signal-safe.  Since 1.0. */
BINDCHAIN_API int bindchain_inherited_count(const struct bindchain_inherited *);

/* The descriptor of socket number INDEX, from 0 on; -1 with errno EINVAL if there is no such
 * socket.  Async-signal-safe.  Since 1.0. */
BINDCHAIN_API int bindchain_inherited_descriptor(const struct bindchain_inherited *, int index);

/* Its name, which belongs to INHERITED; NULL if it has none, or there is no such socket.
 * Several may have the same.  Async-signal-safe.  Since 1.0. */
BINDCHAIN_API const char *bindchain_inherited_name(const struct bindchain_inherited *,
    int index);

/* The descriptor of the first socket called NAME; -1 with errno ENOENT if there is none, or
 * EINVAL if an argument is NULL.  Async-signal-safe.  Since 1.0. */
BINDCHAIN_API int bindchain_inherited_find(const struct bindchain_inherited *, const char *name);

/* The same for the first socket that bindchain_is_socket_address() finds to be bound to
 * ADDRESS.  Since 1.0. */
BINDCHAIN_API int bindchain_inherited_find_address(const struct bindchain_inherited *,
    const struct sockaddr *address, socklen_t length);

/* ---- what a descriptor is ---- */

/* Any kind, family or state of listening. */
#define BINDCHAIN_ANY (-1)

/*
 * Whether DESCRIPTOR is a socket of KIND, an enum bindchain_kind or BINDCHAIN_ANY, and
 * LISTENING is 1, that it listens; 0, that it does not; or BINDCHAIN_ANY.  A stream socket of
 * IPv4 or IPv6 is TCP, whatever its protocol.
 * Returns 1; 0 if it is something else; or -1 with errno: EBADF, EINVAL for an invalid
 * argument, or that of fstat(2), getsockopt(2) or getsockname(2).  Async-signal-safe.
 * Since 1.0.
 */
BINDCHAIN_API int bindchain_is_socket(int descriptor, int kind, int listening);

/* The same, of FAMILY, AF_INET, AF_INET6 or BINDCHAIN_ANY of both, and bound to PORT, or to
 * any if PORT is 0.  KIND is BINDCHAIN_TCP, BINDCHAIN_UDP or BINDCHAIN_ANY.  Since 1.0. */
BINDCHAIN_API int bindchain_is_socket_inet(int descriptor, int kind, int listening, int family,
    unsigned port);

/*
 * The same, bound to ADDRESS of LENGTH bytes, of IPv4, IPv6 or a Unix socket.  Port 0 and a
 * missing zone match any, and an IPv4-mapped address matches the IPv4 one; Unix sockets have
 * the same path as text.  Since 1.0.
 */
BINDCHAIN_API int bindchain_is_socket_address(int descriptor, int kind, int listening,
    const struct sockaddr *address, socklen_t length);

/* The same, a Unix socket bound to PATH, as bindchain_set_path() takes it ("@name" is
 * abstract where the system has such names); NULL for any.  Since 1.0. */
BINDCHAIN_API int bindchain_is_socket_unix(int descriptor, int kind, int listening,
    const char *path);

/* Whether DESCRIPTOR is a FIFO, and the one at PATH unless that is NULL.  Returns as above.
 * Async-signal-safe.  Since 1.0. */
BINDCHAIN_API int bindchain_is_fifo(int descriptor, const char *path);

/* ---- readiness ---- */

/*
 * Sends STATE ("READY=1", "STATUS=Loading"; several in a line each) to the service manager,
 * at the Unix socket of NOTIFY_SOCKET: sd_notify(3).  FLAGS is 0, or
 * BINDCHAIN_REMOVE_VARIABLES, which removes NOTIFY_SOCKET, after a failure, too.
 * Returns 1; 0 if NOTIFY_SOCKET is not set; or -1 with errno: EINVAL for an invalid argument,
 * or if NOTIFY_SOCKET is neither an absolute path nor an abstract name, such as an address of
 * VSOCK; ENAMETOOLONG; or that of socket(2) or sendto(2).  A full queue blocks.
 * For threads see bindchain_listen_fds().  Since 1.0.
 */
BINDCHAIN_API int bindchain_notify(unsigned flags, const char *state);

#ifdef __cplusplus
}
#endif

#endif
