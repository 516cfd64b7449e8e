/* SPDX-License-Identifier: ISC */
/*
 * The socket options of a system: its table backend_sockopts[], with a row for each
 * option of bindchain.h, and the function that reads it.
 */
#ifndef BINDCHAIN_SOCKOPT_H
#define BINDCHAIN_SOCKOPT_H

#include "backend.h"
#include "request.h"

/* The level and name for setsockopt(2), as numbers and as its manual page writes them. */
struct sockopt_name {
	int level, name;
	const char *level_text, *name_text;
};
#define SOCKOPT(level, name) { (level), (name), #level, #name }

struct backend_sockopt {
	/* By the family of the socket; ANY if the family has no name of its own. */
	struct sockopt_name any, ipv4, ipv6, local;
	struct sockopt_name first; /* tried first; if it fails, the name above */
	enum backend_moment moment;
	int multiplied;            /* the factor by which the kernel multiplies the number; 0: none */
	bool is_flag;              /* every value except 0 is set as 1 */
	bool has_no_default;       /* 0 is set like any other value */
	bool elsewhere_default;    /* families without a name need no call */
	bool ipv4_too;             /* a dual-stack socket needs the names of both families */
	bool netlink_too;          /* netlink sockets have the name of Unix ones */
	const char *elsewhere;     /* otherwise: why they lack the option; may be NULL */
	const char *listeners_only; /* why only a listening TCP socket has it; NULL: all do */
	const char *not_inherited; /* why a listening TCP socket lacks it; NULL: it does not */
	const char *not_dual;      /* why a dual-stack socket lacks it; NULL: it does not */
	const char *reason;        /* why this system lacks it; NULL: it does not */
	const char *alternative;   /* what can be done instead; may be NULL */
	/* For options that need more than one name; called after the checks above. */
	void (*spell)(const struct request *, int value, struct backend_spelling *);
	/* What reads it where no integer of that name does; NULL: one does. */
	void (*read)(int descriptor, struct bindchain_fact *);
};

extern const struct backend_sockopt backend_sockopts[BINDCHAIN_OPTIONS];

/* The sysctl that truncates a greater number of an option without an error; NULL: none. */
const char *backend_truncated_by(enum bindchain_option);

/* Why an option that a Unix socket has, and the kernel accepts, has no effect on it; NULL: it
 * has.  Neither is a member of the rows, of which every start reads some. */
const char *backend_unix_doubt(enum bindchain_option, bool listens);

/*
 * The calls for OPTION with VALUE in REQUEST.  The whole request matters, since options
 * depend on one another (balance of a dual-stack wildcard does not balance on FreeBSD).
 * IPV6_V6ONLY is never "default": its default is a sysctl on all three systems.
 */
void sockopt_spell(const struct request *, enum bindchain_option, int value,
    struct backend_spelling *);

/* Whether OPTION, the first one of such, sets this name of this level on some socket. */
bool sockopt_find(int level, int name, enum bindchain_option *option);

/* The number of OPTION that makes the kernel report VALUE. */
int sockopt_as_requested(enum bindchain_option, int value);
/* Whether the socket receives IPv4 through an IPv6 wildcard. */
bool sockopt_is_dual_stack(const struct request *);

/* For the functions of rows: adds a call before bind(2), and returns it; or gives the
 * reason why there is none. */
struct backend_option *sockopt_add(struct backend_spelling *, struct sockopt_name, int value);
/* The same with TEXT, without its null byte; NULL is empty. */
struct backend_option *sockopt_add_text(struct backend_spelling *, struct sockopt_name,
    const char *text);
#define SOCKOPT_NAME(level, name) ((struct sockopt_name) { (level), (name), #level, #name })
void sockopt_refuse(struct backend_spelling *, const char *reason, const char *alternative);

#endif
