/* SPDX-License-Identifier: ISC */
/*
 * Two sockets of one protocol and port: may both be bound, and who gets the
 * traffic?  Each system answers by its rules in src/<system>/conflicts.c, which are
 * pure functions; docs/conflicts.md has them in words and as matrices.
 */
#ifndef BINDCHAIN_CONFLICT_H
#define BINDCHAIN_CONFLICT_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

#define CONFLICT_ADDRESS_MAX 16

struct conflict_address {
	int family;                                /* AF_INET or AF_INET6 */
	unsigned char bytes[CONFLICT_ADDRESS_MAX]; /* as on the wire; four of IPv4 */
	unsigned zone; /* of a link-local address; 0: none */
};

/* One of the two sockets. */
struct conflict_side {
	bool is_stream; /* TCP, else UDP */
	bool listening; /* has called listen(2) */
	bool v6only;    /* counts for the wildcard of IPv6 */
	/* SO_REUSEADDR, SO_REUSEPORT, and what balances where that is another option. */
	bool reuse_address, share, balance;
	unsigned interface; /* the only one that it is bound to; 0: any */
	uid_t user;         /* who made it */
	struct conflict_address address;
};

enum conflict_call { CONFLICT_BIND, CONFLICT_LISTEN };

enum conflict_receiver {
	CONFLICT_NOBODY,
	CONFLICT_FIRST,
	CONFLICT_SECOND,
	CONFLICT_BOTH, /* the kernel spreads it over them */
	CONFLICT_EACH  /* what is sent to its own address */
};

struct conflict_rules {
	const char *balance_option; /* "SO_REUSEPORT_LB"; NULL: there is none beside share */
	/* The errno with which CALL of COMING fails because of THERE; 0: it does not. */
	int (*refuses)(const struct conflict_side *there, const struct conflict_side *coming,
	    enum conflict_call);
	/*
	 * Who gets connections or datagrams to DESTINATION, once FIRST and then SECOND
	 * were bound; CONFLICT_EACH is no answer here.  Whoever gets connections and
	 * does not listen refuses them.
	 */
	enum conflict_receiver (*receiver)(const struct conflict_side *first,
	    const struct conflict_side *second, const struct conflict_address *destination);
};

/* Those of this system (src/<system>/conflicts.c). */
extern const struct conflict_rules backend_conflict_rules;

/* ---- what becomes of two sockets ---- */

struct conflict_verdict {
	enum conflict_call call; /* of the second, which fails with: */
	int error;               /* errno, or 0: both are there, and have: */
	enum conflict_receiver ipv4, ipv6;
};

/*
 * Judges SECOND, which is to be bound and to listen as it says, where FIRST is
 * already.  The receivers are those of traffic that both could get: to an address
 * of one that the other's wildcard covers, or to wildcards.
 */
void conflict_judge(const struct conflict_rules *, const struct conflict_side *first,
    const struct conflict_side *second, struct conflict_verdict *);

/* ---- for the rules: addresses as sockets of one family see them ---- */

/* Does it get traffic of FAMILY?  An IPv4-mapped address is one of IPv4, and an
 * IPv6 wildcard takes IPv4 too unless it is v6only. */
bool conflict_takes(const struct conflict_side *, int family);
bool conflict_is_dual(const struct conflict_side *); /* takes both */
bool conflict_is_wildcard(const struct conflict_side *, int family);
bool conflict_is_multicast(const struct conflict_side *);
/* Have both the same address, or both the wildcard, of FAMILY? */
bool conflict_same(const struct conflict_side *, const struct conflict_side *, int family);
/* Is there an address of FAMILY that both cover? */
bool conflict_overlap(const struct conflict_side *, const struct conflict_side *, int family);

enum conflict_reach { CONFLICT_MISSES, CONFLICT_BY_WILDCARD, CONFLICT_BY_ADDRESS };
enum conflict_reach conflict_reach(const struct conflict_side *,
    const struct conflict_address *destination);

#endif
