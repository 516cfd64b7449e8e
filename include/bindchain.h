/* SPDX-License-Identifier: ISC */
/*
 * bindchain: open listening sockets from a declarative request, the same way
 * on Linux, FreeBSD and macOS.
 *
 * A caller fills a request, resolves its address, and opens it.  Nothing here
 * prints; every failure is a value of struct bindchain_failure.  Nothing here
 * allocates: strings in a request are borrowed from the caller and must
 * outlive it, strings in a failure are static or borrowed from the request.
 *
 * An argument that cannot be, NULL among them, fails with BINDCHAIN_INVALID before
 * anything is done.  Where a function fills a failure, NULL may be passed for it.
 *
 * Threads: every function may be called by several at once, as long as none changes
 * what another reads: a request may be opened by two, but not filled meanwhile.
 * Nothing is kept between calls, and errno is the thread's own.  What concerns the
 * whole process, and so its other threads, is said at bindchain_open().
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

/* The kind of socket a request asks for. */
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
 * Socket options a request can set.  Each has one meaning on every system; how
 * a kernel spells it, or that it cannot, is the backend's answer.
 */
enum bindchain_option {
	BINDCHAIN_REUSE_ADDRESS, /* bind although old connections linger on the port */
	BINDCHAIN_SHARE,         /* several sockets on one address and port */
	BINDCHAIN_BALANCE,       /* the same, and the kernel spreads connections over them */
	BINDCHAIN_V6ONLY,        /* an IPv6 socket takes no IPv4 traffic (RFC 3493, 5.3) */
	BINDCHAIN_BIND_ANY,      /* bind an address that no interface has (yet) */
	BINDCHAIN_RECEIVE_BUFFER,   /* bytes */
	BINDCHAIN_PASS_CREDENTIALS, /* receive the sender's process and user: unix(7) */
	BINDCHAIN_PASS_SECURITY,    /* receive the sender's security label */
	BINDCHAIN_WAIT_FOR,      /* keep connections back until something came: enum
	                            bindchain_wait_for */
	BINDCHAIN_DEVICE,        /* an interface, by its index; request.device names it */
	BINDCHAIN_KEEPALIVE,     /* ask an idle peer now and then whether it is still there */
	BINDCHAIN_FAST_OPEN,     /* data in the SYN (RFC 7413): how many connections may
	                            be in that state, where the kernel lets one choose */
	BINDCHAIN_OPTIONS        /* how many there are */
};

/* What has to have come before accept(2) is given a connection. */
enum bindchain_wait_for {
	BINDCHAIN_WAIT_FOR_NOTHING,
	BINDCHAIN_WAIT_FOR_DATA, /* a byte */
	BINDCHAIN_WAIT_FOR_HTTP, /* the head of a request */
	BINDCHAIN_WAIT_FOR_TLS,  /* a client's hello */
	BINDCHAIN_WAIT_FOR_DNS   /* a query */
};

/* How much an option is wanted. */
enum bindchain_want {
	BINDCHAIN_UNASKED,  /* leave the kernel's default */
	BINDCHAIN_PREFERRED, /* set it where it exists, go on where it does not */
	BINDCHAIN_REQUIRED   /* fail where it does not exist */
};

struct bindchain_setting {
	enum bindchain_want want;
	/* 0 or 1; bytes or connections, 0 to INT_MAX; an enum bindchain_wait_for; or an
	 * interface's index */
	int value;
};

/*
 * Who may use the path of a Unix socket or FIFO.  At no moment does the path
 * grant more.  Without a mode it is what the umask leaves of 0777 (0600 for a
 * FIFO).  A user or group needs a mode as well: the umask cannot be read without
 * changing it for every thread of the process, so nothing here does.
 */
struct bindchain_access {
	bool has_mode, has_user, has_group;
	mode_t mode; /* 0 to 07777 */
	uid_t user;
	gid_t group;
};

struct bindchain_address {
	struct sockaddr_storage storage;
	socklen_t length; /* exactly the family's structure: BSD kernels insist */
};

/* Ask for the longest queue the kernel allows. */
#define BINDCHAIN_BACKLOG_MAXIMUM INT_MAX
/* Do not call listen(2). */
#define BINDCHAIN_NO_LISTEN (-1)

struct bindchain_request {
	enum bindchain_kind kind;
	const char *host;    /* as the user wrote them: for messages only, once */
	const char *service; /* the address is resolved; NULL for a path */
	struct bindchain_address address;
	const char *path; /* of a FIFO, or of a Unix socket that is not abstract */
	bool keep_path;   /* fail when anything is at the path, dead or alive */
	struct bindchain_access access;
	int protocol; /* of netlink; 0 otherwise */
	/* 0 to BINDCHAIN_BACKLOG_MAXIMUM connections, or BINDCHAIN_NO_LISTEN */
	int backlog;
	/*
	 * Fail when another socket would get traffic of this address, although
	 * this kernel lets both bind.
	 */
	bool exclusive;
	/*
	 * Requirements, held against what the kernel really gave.  One that cannot
	 * be read back is not met.
	 */
	int least_backlog; /* the limit of the queue; 0: whatever it is */
	bool fixed_port;   /* the port is the one of the address */
	bool nonblocking;
	bool close_on_exec;
	const char *device; /* the interface of BINDCHAIN_DEVICE */
	/*
	 * Close descriptor 0 first, so that the kernel returns the socket as 0.  For
	 * another number use dup2(2).
	 */
	bool as_standard_input;
	struct bindchain_setting options[BINDCHAIN_OPTIONS];
};

/* A value read back from the kernel that may be unknowable. */
struct bindchain_fact {
	bool known;
	int value;
};

/* What was being done when it failed. */
enum bindchain_operation {
	BINDCHAIN_NOTHING,
	BINDCHAIN_RESOLVE,          /* failure.resolver has getaddrinfo(3)'s code */
	BINDCHAIN_CHECK_INTERFACES, /* failure.reason says what is missing */
	BINDCHAIN_PATH,             /* a path that cannot be an address */
	BINDCHAIN_UNSUPPORTED,      /* failure.subject is the option, .reason why */
	BINDCHAIN_SOCKET,
	BINDCHAIN_FCNTL,
	BINDCHAIN_SETSOCKOPT, /* failure.subject is the option's name here */
	BINDCHAIN_OPEN_DIRECTORY, /* open(2) of the path's parent */
	/* EADDRINUSE: somebody has the path, or it is no socket.  Else failure.subject
	 * is the call that failed in removing a socket that nobody has. */
	BINDCHAIN_CLEAR_PATH,
	/* What is at the path is not what was bound; or failure.subject, the call by
	 * which it is looked up, failed. */
	BINDCHAIN_FIND_PATH,
	BINDCHAIN_EXCLUSIVE,      /* somebody else uses the address */
	BINDCHAIN_BIND,
	BINDCHAIN_CHOWN,
	BINDCHAIN_CHMOD,
	BINDCHAIN_LISTEN,
	BINDCHAIN_REQUIREMENT, /* failure.subject: "backlog" or "port" */
	BINDCHAIN_MKFIFO,
	BINDCHAIN_OPEN,
	BINDCHAIN_INHERITED,   /* LISTEN_FDS is wrong; failure.descriptor is the first */
	BINDCHAIN_PLACE,       /* dup2(2) to failure.descriptor */
	BINDCHAIN_ENVIRONMENT, /* no memory for the variable failure.subject */
	BINDCHAIN_EXEC,        /* failure.subject is the program */
	BINDCHAIN_WRITE,       /* write(2); failure.subject is where to */
	/* EINVAL: failure.subject names the argument, field or option that cannot have
	 * its value, failure.reason says what it must be. */
	BINDCHAIN_INVALID
};

struct bindchain_failure {
	enum bindchain_operation operation;
	int error;           /* errno, or 0 where no call failed */
	int resolver;        /* EAI_…, or 0 */
	int descriptor;      /* where the operation is about one, else -1 */
	size_t excess;       /* BINDCHAIN_PATH: bytes beyond what fits */
	int demanded;        /* BINDCHAIN_REQUIREMENT: at least, or exactly, this */
	struct bindchain_fact given; /* BINDCHAIN_REQUIREMENT: and this is so */
	const char *subject; /* option, variable, program; may be NULL */
	const char *reason;  /* where no call failed; may be NULL */
	const char *hint;    /* what can be done about it; may be NULL */
};

/* Fills REQUEST with nothing asked of a socket of KIND: the maximal backlog where
 * connections are accepted, and no listen(2) elsewhere.  Neither reads nor changes
 * anything else.  NULL is ignored. */
BINDCHAIN_API void bindchain_request_init(struct bindchain_request *, enum bindchain_kind);

/* How bindchain_resolve() may look. */
enum bindchain_resolve_flags {
	BINDCHAIN_NUMERIC_HOST = 1,    /* the host is an address, never a name */
	BINDCHAIN_NUMERIC_SERVICE = 2, /* the service is a port number */
	BINDCHAIN_INTERFACES = 4       /* only families that an interface carries */
};

/*
 * Fills request->address from HOST and SERVICE, which are borrowed, with the first
 * result of getaddrinfo(3) (RFC 3493, 6.1), or with BINDCHAIN_INTERFACES the first of a
 * family that getifaddrs(3) finds in use.  For TCP and UDP.  SERVICE is digits, 0 to
 * 65535, or a name, whole.  FLAGS is an or of enum bindchain_resolve_flags.
 * Numbers never touch a name service.  Names may take as long as its time-outs, and
 * what it has loaded may keep descriptors and threads in the process.
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
 * Opens the socket that the request describes: plans it for the kernel at hand
 * and performs the plan.  Returns the descriptor, which the caller owns, or -1
 * with FAILURE filled and nothing left open.  BINDCHAIN_INVALID when a field is out of
 * its range, or when address and path are not what the kind needs;
 * BINDCHAIN_UNSUPPORTED when a required option does not exist on this system: neither
 * has opened or changed anything.  Where a call failed, failure.operation is that call
 * and failure.error its errno; a path that was made is removed.
 *
 * What other threads may notice:
 * - Without close_on_exec a program that another thread executes inherits the socket.
 *   With it, it is set as the socket is made (SOCK_CLOEXEC of socket(2)); on macOS,
 *   which cannot, by fcntl(2) after that.
 * - as_standard_input closes descriptor 0, and another thread's open(2) may get it.
 * - A path with access.mode: Linux takes the mode from the socket, where fchmod(2) has
 *   put it (net/unix/af_unix.c, unix_bind).  FreeBSD (sys/kern/uipc_usrreq.c,
 *   uipc_bindat) and macOS (bsd/kern/uipc_usrreq.c, unp_bind) take it from the umask,
 *   which is therefore changed while bind(2) runs: files that another thread makes in
 *   that moment get more or less than they should.  A program that minds opens its
 *   paths before it starts threads, or asks for no mode: then the umask is left alone.
 * - exclusive binds a second socket to the address for a moment.
 * A relative path is looked up in the working directory, which all threads share.
 */
BINDCHAIN_API int bindchain_open(const struct bindchain_request *, struct bindchain_failure *);

/* What the kernel says a socket is. */
struct bindchain_outcome {
	int descriptor;
	int family;                      /* AF_… */
	int type;                        /* SOCK_… */
	struct bindchain_address address; /* getsockname(2); length 0: unknown */
	struct bindchain_fact listening;
	struct bindchain_fact queue_limit;  /* the backlog in force */
	struct bindchain_fact queue_length; /* connections waiting for accept(2) */
	/* Connections that do not wait for it yet, but for data (FreeBSD, with an
	 * accept filter) or for the handshake's end (macOS). */
	struct bindchain_fact queue_incomplete;
	bool nonblocking;
	bool close_on_exec;
	/* 0 or 1; of BINDCHAIN_WAIT_FOR an enum bindchain_wait_for */
	struct bindchain_fact options[BINDCHAIN_OPTIONS];
};

/*
 * Fills OUTCOME for DESCRIPTOR, which stays the caller's and is not changed, from
 * getsockname(2), getsockopt(2) and fcntl(2), and on Linux from sock_diag(7) for Unix
 * sockets.  What the system does not tell is unknown, never an error.
 * Returns 0, or -1 with errno: EBADF, ENOTSOCK, or EINVAL where OUTCOME is NULL.
 */
BINDCHAIN_API int bindchain_outcome_read(int descriptor, struct bindchain_outcome *);

/*
 * Is the address of OUTCOME what REQUEST asked for?  A kernel may bind another
 * without an error: FreeBSD in a jail, Linux where a control group's BPF program
 * says so.  Port 0 asks for any.  A pure function; false where one of them is NULL.
 */
BINDCHAIN_API bool bindchain_address_is_as_asked(const struct bindchain_outcome *,
    const struct bindchain_request *);

/* The library's version, as MAJOR.MINOR.PATCH: a static string. */
BINDCHAIN_API const char *bindchain_version(void);

#ifdef __cplusplus
}
#endif

#endif
