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
	BINDCHAIN_FIFO
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
	BINDCHAIN_FAST_OPEN      /* data in the SYN (RFC 7413): the limit on such connections,
	                            where the kernel has one for each socket */
};

/* The data that must arrive before accept(2) returns a connection. */
enum bindchain_wait_for {
	BINDCHAIN_WAIT_FOR_NOTHING,
	BINDCHAIN_WAIT_FOR_DATA, /* a byte */
	BINDCHAIN_WAIT_FOR_HTTP, /* the head of a request */
	BINDCHAIN_WAIT_FOR_TLS,  /* a client's hello */
	BINDCHAIN_WAIT_FOR_DNS   /* a query */
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
	BINDCHAIN_OPEN_DIRECTORY, /* open(2) of the path's parent */
	/* EADDRINUSE: the path is a socket in use, or no socket.  Else failure.subject
	 * is the call that failed while a stale socket was removed. */
	BINDCHAIN_CLEAR_PATH,
	/* The path is not the bound socket; or failure.subject, the call that looks it
	 * up, failed. */
	BINDCHAIN_FIND_PATH,
	BINDCHAIN_EXCLUSIVE,      /* another socket uses the address */
	BINDCHAIN_BIND,
	BINDCHAIN_CHOWN,
	BINDCHAIN_CHMOD,
	BINDCHAIN_LISTEN,
	BINDCHAIN_REQUIREMENT, /* failure.subject: "backlog" or "port" */
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
	BINDCHAIN_CLOSE           /* close(2) */
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
	int demanded;        /* BINDCHAIN_REQUIREMENT: the least backlog, or the port */
	int unused;
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
 * has them (unix(7) of Linux); "./@name" is a path.  Returns 0, or -1 with FAILURE:
 * BINDCHAIN_PATH with ENAMETOOLONG, failure.excess telling how many bytes too long it is,
 * or with ENOENT when it is empty; BINDCHAIN_UNSUPPORTED; BINDCHAIN_ALLOCATE; or
 * BINDCHAIN_INVALID.  The request then has neither address nor path, not even those of an
 * earlier call.  Since 1.0.
 */
BINDCHAIN_API int bindchain_set_path(struct bindchain_request *, const char *path,
    struct bindchain_failure *);

/*
 * Sets the address of a TCP or UDP socket to ADDRESS, a struct sockaddr_in or sockaddr_in6
 * of exactly LENGTH bytes.  Returns 0, or -1 with FAILURE (BINDCHAIN_INVALID) and no
 * address.  Since 1.0.
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
 * Requests OPTION: WANT says whether it must be, and VALUE is 0 or 1; bytes or
 * connections, 0 to INT_MAX; or an enum bindchain_wait_for.  Returns 0, or -1 with FAILURE
 * (BINDCHAIN_INVALID, failure.subject names the option) and the option as it was.  Whether
 * the system supports it shows in bindchain_open() and bindchain_plan_new().  Since 1.0.
 */
BINDCHAIN_API int bindchain_set_option(struct bindchain_request *, enum bindchain_option,
    enum bindchain_want, int value, struct bindchain_failure *);

/* The same for BINDCHAIN_DEVICE: the interface of that name; NULL with BINDCHAIN_UNASKED.
 * FAILURE may be BINDCHAIN_FIND_INTERFACE or BINDCHAIN_ALLOCATE, too.  Since 1.0. */
BINDCHAIN_API int bindchain_set_device(struct bindchain_request *, enum bindchain_want,
    const char *interface, struct bindchain_failure *);

/* Sets WANT and VALUE, either of which may be NULL, to what is requested of OPTION: of
 * BINDCHAIN_DEVICE an interface's index.  Returns 0, or -1 with errno EINVAL.  Since 1.0. */
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
 * Sets the mode of the path of a Unix socket or FIFO, 0 to 07777.  At no moment does the
 * path grant more.  The default mode is 0777 (0600 for a FIFO) less the umask.  Returns 0,
 * or -1 with FAILURE (BINDCHAIN_INVALID).  Since 1.0.
 */
BINDCHAIN_API int bindchain_set_mode(struct bindchain_request *, mode_t mode,
    struct bindchain_failure *);

/*
 * Sets the owner of the path; (uid_t)-1 and (gid_t)-1 leave one as it is, as for chown(2).
 * Opening requires a mode then: the umask cannot be read without changing it for every
 * thread of the process, which the library does not.  Returns 0, or -1 with FAILURE
 * (BINDCHAIN_INVALID).  Since 1.0.
 */
BINDCHAIN_API int bindchain_set_owner(struct bindchain_request *, uid_t user, gid_t group,
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
	BINDCHAIN_KEEP_PATH = 32
};

/* Sets all flags of the request: an or of enum bindchain_request_flags.  Returns 0, or -1
 * with FAILURE (BINDCHAIN_INVALID).  Since 1.0. */
BINDCHAIN_API int bindchain_set_flags(struct bindchain_request *, unsigned flags,
    struct bindchain_failure *);

/*
 * What a request has: an enum bindchain_kind; the backlog and its least limit; an or of enum
 * bindchain_request_flags; or -1 with errno EINVAL where REQUEST is NULL.  Since 1.0.
 */
BINDCHAIN_API int bindchain_get_kind(const struct bindchain_request *);
BINDCHAIN_API int bindchain_get_backlog(const struct bindchain_request *);
BINDCHAIN_API int bindchain_get_least_backlog(const struct bindchain_request *);
BINDCHAIN_API int bindchain_get_flags(const struct bindchain_request *);

/* The path of REQUEST; the interface of BINDCHAIN_DEVICE; or NULL.  Since 1.0. */
BINDCHAIN_API const char *bindchain_get_path(const struct bindchain_request *);
BINDCHAIN_API const char *bindchain_get_device(const struct bindchain_request *);

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

/* ---- opening ---- */

/*
 * Opens the socket of the request: makes a plan for this kernel and performs it.
 * Returns the descriptor, which the caller owns, or -1 with FAILURE filled and nothing
 * left open.  BINDCHAIN_INVALID if the request has no address, or an owner without a mode; BINDCHAIN_UNSUPPORTED if a required option is not supported on this
 * system: both before anything is opened or changed.  If a call failed,
 * failure.operation is that call and failure.error its errno; a path that was created is
 * removed.
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
 * or NULL.  Since 1.0. */
BINDCHAIN_API const char *bindchain_made_path(const struct bindchain_request *);

/*
 * Closes DESCRIPTOR, which bindchain_open() of REQUEST returned, or a duplicate of it,
 * after it has removed the path that was created for it, if that still refers to this
 * socket or FIFO.  A path that somebody has replaced meanwhile is left alone.
 * Returns 0, or -1 with FAILURE and DESCRIPTOR closed, unless it is invalid:
 * BINDCHAIN_CLEAR_PATH, failure.subject being the call that failed, or BINDCHAIN_CLOSE.
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

/* Copies the address as bindchain_get_address() does; EDESTADDRREQ if it is unknown.
 * Since 1.0. */
BINDCHAIN_API int bindchain_outcome_address(const struct bindchain_outcome *,
    struct sockaddr *address, socklen_t *length);

/*
 * Report whether the address of OUTCOME is the one that REQUEST asked for.  A kernel may
 * bind another without an error: FreeBSD in a jail, Linux by a control group's BPF program.
 * Port 0 matches any.  False if an argument is NULL.  Async-signal-safe.  Since 1.0.
 */
BINDCHAIN_API bool bindchain_address_is_as_asked(const struct bindchain_outcome *,
    const struct bindchain_request *);

/* ---- plans ---- */

/* ---- failures and diagnosis in words ---- */

/* ---- backlog and limits ---- */

/* ---- handing over ---- */

/* ---- receiving ---- */

/* ---- readiness ---- */

#ifdef __cplusplus
}
#endif

#endif
