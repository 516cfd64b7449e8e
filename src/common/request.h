/* SPDX-License-Identifier: ISC */
/*
 * A request: what the user asked for, as data.  A front end fills it; strings in it are
 * borrowed and must outlive it.
 */
#ifndef BINDCHAIN_REQUEST_H
#define BINDCHAIN_REQUEST_H

#include <limits.h>

#include "address.h"
#include "bindchain.h"
#include "interfaces.h"

/* The number of kinds. */
#define BINDCHAIN_KINDS (BINDCHAIN_VSOCK_SEQPACKET + 1)

/* The number of options. */
#define BINDCHAIN_OPTIONS (BINDCHAIN_LOCKED + 1)

/* Instead of the index of an interface that does not exist yet: no interface has it. */
#define BINDCHAIN_MISSING_INTERFACE INT_MAX

/* An option of setsockopt(2) by its numbers, which other systems give other options. */
struct numbered_option {
	int level, name, value;
	char text[24]; /* "6:13", for messages */
};
#define NUMBERED_OPTIONS_MAX 8

struct option_setting {
	enum bindchain_want want;
	/* 0 or 1; a number in the range of option_table; the number of a word; an interface's
	 * index; or 1 with a text */
	int value;
};

/*
 * Mode and owner of the path of a Unix socket or FIFO.  At no moment does the path
 * grant more.  The default mode is 0777 (0600 for a FIFO) less the umask.  A user or
 * group requires a mode: the umask cannot be read without changing it for every thread
 * of the process, which the library does not.
 */
struct permissions {
	bool has_mode, has_user, has_group;
	mode_t mode; /* 0 to 07777 */
	uid_t user;
	gid_t group;
};

struct request {
	enum bindchain_kind kind;
	const char *host;    /* as the user wrote them: only for messages, after the */
	const char *service; /* address is resolved; NULL for a path */
	struct address address;
	/* Of a FIFO, or of a Unix socket that is not abstract.  One longer than an address is bound
	 * by its last component, which the address has, in its directory. */
	const char *path;
	bool keep_path;   /* fail if the path exists, even as a stale socket */
	struct permissions access;
	/* With a mode: make the path's directory if it is missing, but none above it, with
	 * this mode and owner.  One that exists is left as it is. */
	struct permissions directory;
	const char *symlink; /* where to make a symbolic link to the path; NULL: nowhere */
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
	int least_receive_buffer; /* bytes; 0: any */
	bool nonblocking;
	/* Of a FIFO: open it only for reading, so that end-of-file follows the last writer. */
	bool read_only;
	bool close_on_exec;
	const char *device; /* the interface of BINDCHAIN_DEVICE */
	const char *congestion; /* the text of BINDCHAIN_CONGESTION */
	/*
	 * For how many seconds the front end waits for the address, its interfaces and the
	 * port; 0: not.  With it the device may be BINDCHAIN_MISSING_INTERFACE, and the address
	 * has ZONE, an interface's name, instead of its zone, if that was missing: they are looked
	 * up before each attempt.
	 */
	int wait;
	const char *zone;
	/*
	 * Close descriptor 0 first, so that the kernel returns the socket as 0.  Use
	 * dup2(2) for another number.
	 */
	bool as_standard_input;
	struct option_setting options[BINDCHAIN_OPTIONS];
	struct numbered_option *numbered; /* set after those; room for the most there can be */
	int numbered_count;
};

/* Whether KIND is of vsock(7). */
static inline bool
kind_is_vsock(enum bindchain_kind kind)
{
	return kind == BINDCHAIN_VSOCK_STREAM || kind == BINDCHAIN_VSOCK_SEQPACKET;
}

/* Fills REQUEST with the defaults for a socket of KIND: the largest backlog if it accepts
 * connections, else no listen(2).  NULL is ignored. */
void request_init(struct request *, enum bindchain_kind);

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
int request_resolve(struct request *, const char *host,
    const char *service, unsigned flags, struct bindchain_failure *);

/* The results of a resolution. */
struct resolution {
	struct addrinfo *list;       /* allocated by getaddrinfo(3), or NULL */
	const struct addrinfo *rest; /* after those that were taken */
	bool checks_interfaces;
	struct interface_families families; /* of the interfaces, if they are checked */
};

/*
 * The same, and RESOLUTION then has the other results, for request_resolve_next().  If it
 * fails there is nothing to free.
 */
int request_resolve_first(struct request *, const char *host, const char *service,
    unsigned flags, struct resolution *, struct bindchain_failure *);

/* Fills request->address with the next result that differs from all previous ones.  False
 * if there is none: then the request is unchanged. */
bool request_resolve_next(struct request *, struct resolution *);

void resolution_free(struct resolution *);

/*
 * Fills request->address and request->path for a Unix socket or FIFO at PATH,
 * which is borrowed.  "@name" is an abstract name, where the system has them
 * (unix(7) of Linux); "./@name" is a path.  Returns 0, or -1 with FAILURE:
 * BINDCHAIN_PATH with ENAMETOOLONG, failure.excess telling how many bytes too
 * long it is, or with ENOENT when it is empty; BINDCHAIN_UNSUPPORTED; or
 * BINDCHAIN_INVALID.  The request then has neither address nor path, not even those of
 * an earlier call.
 */
int request_set_path(struct request *, const char *path,
    struct bindchain_failure *);

/* Whether its path is longer than an address: the kernel tells the last component alone. */
bool request_binds_by_name(const struct request *);

/* The address that a Unix socket with PATH has.  False if there is none. */
bool request_address_of_path(const char *path, struct address *);

/*
 * Opens the socket of the request: makes a plan for this kernel and performs it.
 * Returns the descriptor, which the caller owns, or -1 with FAILURE filled and nothing
 * left open: bindchain_open() of bindchain.h says how.
 */
int request_open(const struct request *, struct bindchain_failure *);

#endif
