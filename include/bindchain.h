/* SPDX-License-Identifier: ISC */
/*
 * bindchain: open listening sockets from a declarative request, the same way
 * on Linux, FreeBSD and macOS.
 *
 * A caller fills a request, resolves its address, and opens it.  The library
 * does not print; every failure is a struct bindchain_failure.  It does not
 * allocate: strings in a request are borrowed from the caller and must outlive
 * it, strings in a failure are static or borrowed from the request.
 *
 * An invalid argument, such as NULL, fails with BINDCHAIN_INVALID before anything is
 * done.  Where a function fills a failure, NULL may be passed for it.
 *
 * Threads: several threads may call every function at the same time, if none changes
 * what another reads: two may open the same request, but not fill it meanwhile.  The
 * library keeps no state between calls.  Effects on the whole process, and thus on other
 * threads, are documented at bindchain_open().
 */
#ifndef BINDCHAIN_H
#define BINDCHAIN_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define BINDCHAIN_API __attribute__((visibility("default")))
#else
#define BINDCHAIN_API
#endif

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
	BINDCHAIN_DEVICE,        /* an interface, by its index; request.device names it */
	BINDCHAIN_KEEPALIVE,     /* send TCP keepalive probes on idle connections */
	BINDCHAIN_FAST_OPEN,     /* data in the SYN (RFC 7413): the limit on such connections,
	                            where the kernel has one for each socket */
	BINDCHAIN_OPTIONS        /* the number of options */
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

struct bindchain_setting {
	enum bindchain_want want;
	/* 0 or 1; bytes or connections, 0 to INT_MAX; an enum bindchain_wait_for; or an
	 * interface's index */
	int value;
};

/*
 * Mode and owner of the path of a Unix socket or FIFO.  At no moment does the path
 * grant more.  The default mode is 0777 (0600 for a FIFO) less the umask.  A user or
 * group requires a mode: the umask cannot be read without changing it for every thread
 * of the process, which the library does not.
 */
struct bindchain_access {
	bool has_mode, has_user, has_group;
	mode_t mode; /* 0 to 07777 */
	uid_t user;
	gid_t group;
};

struct bindchain_address {
	struct sockaddr_storage storage;
	socklen_t length; /* exactly the size of the family's structure: BSD kernels require it */
};

/* The largest backlog that the kernel allows. */
#define BINDCHAIN_BACKLOG_MAXIMUM INT_MAX
/* Do not call listen(2). */
#define BINDCHAIN_NO_LISTEN (-1)

struct bindchain_request {
	enum bindchain_kind kind;
	const char *host;    /* as the user wrote them: only for messages, after the */
	const char *service; /* address is resolved; NULL for a path */
	struct bindchain_address address;
	const char *path; /* of a FIFO, or of a Unix socket that is not abstract */
	bool keep_path;   /* fail if the path exists, even as a stale socket */
	struct bindchain_access access;
	int protocol; /* of netlink; 0 otherwise */
	/* 0 to BINDCHAIN_BACKLOG_MAXIMUM connections, or BINDCHAIN_NO_LISTEN */
	int backlog;
	/*
	 * Fail if another socket would get traffic of this address, although this
	 * kernel lets both bind.
	 */
	bool exclusive;
	/*
	 * Requirements, compared with what the kernel reports.  One that cannot be
	 * read back is not met.
	 */
	int least_backlog; /* the least queue limit; 0: any */
	bool fixed_port;   /* the port must be the one of the address */
	bool nonblocking;
	bool close_on_exec;
	const char *device; /* the interface of BINDCHAIN_DEVICE */
	/*
	 * Close descriptor 0 first, so that the kernel returns the socket as 0.  Use
	 * dup2(2) for another number.
	 */
	bool as_standard_input;
	struct bindchain_setting options[BINDCHAIN_OPTIONS];
};

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
	BINDCHAIN_INVALID
};

struct bindchain_failure {
	enum bindchain_operation operation;
	int error;           /* errno, or 0 if no call failed */
	int resolver;        /* EAI_…, or 0 */
	int descriptor;      /* the one concerned, or -1 */
	size_t excess;       /* BINDCHAIN_PATH: bytes beyond the limit */
	int demanded;        /* BINDCHAIN_REQUIREMENT: the least backlog, or the port */
	struct bindchain_fact given; /* BINDCHAIN_REQUIREMENT: the present one */
	const char *subject; /* option, variable, program; may be NULL */
	const char *reason;  /* if no call failed; may be NULL */
	const char *hint;    /* an alternative or remedy; may be NULL */
};

/* Fills REQUEST with the defaults for a socket of KIND: the largest backlog if it accepts
 * connections, else no listen(2).  NULL is ignored. */
BINDCHAIN_API void bindchain_request_init(struct bindchain_request *, enum bindchain_kind);

/* Flags of bindchain_resolve(). */
enum bindchain_resolve_flags {
	BINDCHAIN_NUMERIC_HOST = 1,    /* the host is an address, never a name */
	BINDCHAIN_NUMERIC_SERVICE = 2, /* the service is a port number */
	BINDCHAIN_INTERFACES = 4       /* only families that an interface has */
};

/*
 * Fills request->address from HOST and SERVICE, which are borrowed, with the first
 * result of getaddrinfo(3) (RFC 3493, 6.1), or with BINDCHAIN_INTERFACES the first of a
 * family that getifaddrs(3) finds in use.  For TCP and UDP.  SERVICE is digits, 0 to
 * 65535, or a name, whole.  FLAGS is an or of enum bindchain_resolve_flags.
 * Numbers never use a name service.  Names may take as long as its timeouts, and its
 * libraries may keep descriptors and threads in the process.
 * Returns 0, or -1 with FAILURE filled (BINDCHAIN_RESOLVE, BINDCHAIN_CHECK_INTERFACES
 * or BINDCHAIN_INVALID).  The request then has no address, not even an earlier one.
 */
BINDCHAIN_API int bindchain_resolve(struct bindchain_request *, const char *host,
    const char *service, unsigned flags, struct bindchain_failure *);

/*
 * Fills request->address and request->path for a Unix socket or FIFO at PATH,
 * which is borrowed.  "@name" is an abstract name, where the system has them
 * (unix(7) of Linux); "./@name" is a path.  Returns 0, or -1 with FAILURE:
 * BINDCHAIN_PATH with ENAMETOOLONG, failure.excess telling how many bytes too
 * long it is, or with ENOENT when it is empty; BINDCHAIN_UNSUPPORTED; or
 * BINDCHAIN_INVALID.  The request then has neither address nor path, not even those of
 * an earlier call.
 */
BINDCHAIN_API int bindchain_set_path(struct bindchain_request *, const char *path,
    struct bindchain_failure *);

/*
 * Opens the socket of the request: makes a plan for this kernel and performs it.
 * Returns the descriptor, which the caller owns, or -1 with FAILURE filled and nothing
 * left open.  BINDCHAIN_INVALID if a field is out of range, or if address and path do not
 * fit the kind; BINDCHAIN_UNSUPPORTED if a required option is not supported on this
 * system: both before anything is opened or changed.  If a call failed,
 * failure.operation is that call and failure.error its errno; a path that was created is
 * removed.
 *
 * Effects on other threads:
 * - Without close_on_exec a program that another thread executes inherits the socket.
 *   With it, it is set as the socket is made (SOCK_CLOEXEC of socket(2)); on macOS,
 *   which cannot, by fcntl(2) after that.
 * - as_standard_input closes descriptor 0, and another thread's open(2) may get it.
 * - A path with access.mode: Linux takes the mode from the socket, where fchmod(2) has
 *   put it (net/unix/af_unix.c, unix_bind).  FreeBSD (sys/kern/uipc_usrreq.c,
 *   uipc_bindat) and macOS (bsd/kern/uipc_usrreq.c, unp_bind) take it from the umask,
 *   which is therefore changed during bind(2): files that another thread creates in
 *   that moment get a wrong mode.  To avoid that, open paths before starting threads, or
 *   request no mode: then the umask is not changed.
 * - exclusive binds a second socket to the address for a moment.
 * A relative path is resolved in the working directory, which all threads share.
 */
BINDCHAIN_API int bindchain_open(const struct bindchain_request *, struct bindchain_failure *);

/* A socket as the kernel reports it. */
struct bindchain_outcome {
	int descriptor;
	int family;                      /* AF_… */
	int type;                        /* SOCK_… */
	struct bindchain_address address; /* getsockname(2); length 0: unknown */
	struct bindchain_fact listening;
	struct bindchain_fact queue_limit;  /* of the accept queue */
	struct bindchain_fact queue_length; /* connections waiting for accept(2) */
	/* Connections that still wait for data (FreeBSD, with an accept filter) or for the
	 * end of the handshake (macOS). */
	struct bindchain_fact queue_incomplete;
	bool nonblocking;
	bool close_on_exec;
	/* 0 or 1; of BINDCHAIN_WAIT_FOR an enum bindchain_wait_for */
	struct bindchain_fact options[BINDCHAIN_OPTIONS];
};

/*
 * Fills OUTCOME for DESCRIPTOR, which stays the caller's and is not changed, from
 * getsockname(2), getsockopt(2) and fcntl(2), and on Linux from sock_diag(7) for Unix
 * sockets.  What the system does not report is unknown, never an error.
 * Returns 0, or -1 with errno: EBADF, ENOTSOCK, or EINVAL where OUTCOME is NULL.
 */
BINDCHAIN_API int bindchain_outcome_read(int descriptor, struct bindchain_outcome *);

/*
 * Report whether the address of OUTCOME is the one that REQUEST asked for.  A kernel
 * may bind another without an error: FreeBSD in a jail, Linux by a control group's BPF
 * program.  Port 0 matches any.  A pure function; false if an argument is NULL.
 */
BINDCHAIN_API bool bindchain_address_is_as_asked(const struct bindchain_outcome *,
    const struct bindchain_request *);

/* The library's version, as MAJOR.MINOR.PATCH: a static string. */
BINDCHAIN_API const char *bindchain_version(void);

#ifdef __cplusplus
}
#endif

#endif
