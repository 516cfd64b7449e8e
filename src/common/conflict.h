/* SPDX-License-Identifier: ISC */
/*
 * Whether two sockets of one protocol and port can both be bound, and which of them gets
 * the traffic.  The rules of each system are pure functions in src/<system>/conflicts.c;
 * docs/conflicts.md has them in words and as matrices.
 */
#ifndef BINDCHAIN_CONFLICT_H
#define BINDCHAIN_CONFLICT_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

#define CONFLICT_ADDRESS_MAX 16

struct conflict_address {
	int family;                                /* AF_INET or AF_INET6 */
	unsigned char bytes[CONFLICT_ADDRESS_MAX]; /* network byte order; four for IPv4 */
	unsigned zone; /* of a link-local address; 0: none */
};

/* One of the two sockets. */
struct conflict_side {
	bool is_stream; /* TCP, else UDP */
	bool listening; /* has called listen(2) */
	bool v6only;    /* matters for the IPv6 wildcard only */
	/* SO_REUSEADDR, SO_REUSEPORT, and the balancing option if it is another one. */
	bool reuse_address, share, balance;
	unsigned interface; /* to which it is bound; 0: any */
	uid_t user;         /* of its creator */
	struct conflict_address address;
};

enum conflict_call { CONFLICT_BIND, CONFLICT_LISTEN };

enum conflict_receiver {
	CONFLICT_NOBODY,
	CONFLICT_FIRST,
	CONFLICT_SECOND,
	CONFLICT_BOTH, /* the kernel distributes it */
	CONFLICT_EACH  /* each gets the traffic to its own address */
};

struct conflict_rules {
	const char *balance_option; /* "SO_REUSEPORT_LB"; NULL: none besides SO_REUSEPORT */
	/* The errno of CALL on COMING while THERE exists; 0: it succeeds. */
	int (*refuses)(const struct conflict_side *there, const struct conflict_side *coming,
	    enum conflict_call);
	/*
	 * Which socket gets connections or datagrams to DESTINATION after FIRST and then
	 * SECOND were bound; never CONFLICT_EACH.  Connections to a socket that does not
	 * listen are refused.
	 */
	enum conflict_receiver (*receiver)(const struct conflict_side *first,
	    const struct conflict_side *second, const struct conflict_address *destination);
};

/* The rules of this system (src/<system>/conflicts.c). */
extern const struct conflict_rules backend_conflict_rules;

/* ---- verdict on two sockets ---- */

struct conflict_verdict {
	enum conflict_call call; /* the call of the second socket that fails */
	int error;               /* its errno; 0: none fails */
	enum conflict_receiver ipv4, ipv6; /* of the traffic, if none fails */
};

/*
 * Judges SECOND, to be bound and to listen as its members say, while FIRST exists.  The
 * receivers are those of traffic that both could get: to an address of one that is
 * covered by the wildcard of the other, or to both wildcards.
 */
void conflict_judge(const struct conflict_rules *, const struct conflict_side *first,
    const struct conflict_side *second, struct conflict_verdict *);

/* ---- for the rules: addresses by family ---- */

/* Whether it gets traffic of FAMILY.  An IPv4-mapped address is an IPv4 address, and an
 * IPv6 wildcard is dual-stack unless it is IPv6-only. */
bool conflict_takes(const struct conflict_side *, int family);
bool conflict_is_dual(const struct conflict_side *); /* gets traffic of both families */
bool conflict_is_wildcard(const struct conflict_side *, int family);
bool conflict_is_multicast(const struct conflict_side *);
/* Whether both have the same address, or both the wildcard, of FAMILY. */
bool conflict_same(const struct conflict_side *, const struct conflict_side *, int family);
/* Whether the two addresses overlap in FAMILY. */
bool conflict_overlap(const struct conflict_side *, const struct conflict_side *, int family);

enum conflict_reach { CONFLICT_MISSES, CONFLICT_BY_WILDCARD, CONFLICT_BY_ADDRESS };
enum conflict_reach conflict_reach(const struct conflict_side *,
    const struct conflict_address *destination);

#endif
