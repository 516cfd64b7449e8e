/* SPDX-License-Identifier: ISC */
/*
 * The fake system as data: one file, mapped by every process of a chain and by
 * the test that reads it afterwards.  The test's side (bench.hpp) builds it
 * from a profile and a script; the fake kernel (kernel.h) works on it; nothing
 * in it is a pointer.
 */
#ifndef SHIM_WORLD_H
#define SHIM_WORLD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The environment variable that names the file. */
#define WORLD_VARIABLE "BINDCHAIN_SHIM"
#define WORLD_MAGIC 0x62633031u

enum world_size {
	WORLD_NAME = 40,      /* a name, with its null byte */
	WORLD_TEXT = 160,     /* a path or the content of a file */
	WORLD_LIMITS = 32,
	WORLD_VIEWS = 64,
	WORLD_OPTIONS = 48,
	WORLD_INTERFACES = 8,
	WORLD_ADDRESSES = 32,
	WORLD_HOSTS = 8,
	WORLD_FAULTS = 16,
	WORLD_NETLINKS = 24,
	WORLD_CALLS = 96,
	WORLD_SOCKETS = 128,
	WORLD_LOG = 1 << 18
};

enum world_system { WORLD_LINUX, WORLD_FREEBSD, WORLD_DARWIN };

/*
 * What one kernel does otherwise than another.  A profile answers every one of
 * them; bench.cpp has their names and the words they can have.
 */
enum world_rule {
	RULE_CONFLICTS,          /* whose rules for two sockets on one port: enum world_system */
	RULE_ZERO_BACKLOG,       /* 1: listen(2) takes 0 for the maximum */
	RULE_LONGEST_BACKLOG,    /* the type of the stored limit ends here; 0: nowhere */
	RULE_EXACT_LENGTH,       /* 1: only sizeof the family's address structure */
	RULE_RESERVED_WILDCARD,  /* 1: a reserved port needs privilege on the wildcard too */
	RULE_EXHAUSTED_INET,     /* errno when no port is free */
	RULE_EXHAUSTED_INET6,
	RULE_OTHER_FAMILY_LEVEL, /* errno for an option of the other family's level */
	RULE_UNKNOWN_OPTION,     /* errno for a name that the level does not have */
	RULE_INET_ON_INET6,      /* 1: IPPROTO_IP options work on AF_INET6 */
	RULE_TYPE_FLAGS,         /* 1: socket(2) knows SOCK_CLOEXEC and SOCK_NONBLOCK */
	RULE_LOOPBACK_NET,       /* 1: all of 127/8 is local */
	RULE_V6ONLY_BY_ADDRESS,  /* 1: binding a specific address turns it on */
	RULE_MAPPED_ON_V6ONLY,   /* errno */
	RULE_UNKNOWN_ZONE,       /* errno */
	RULE_MISSING_ZONE,       /* errno for a link-local address without one */
	RULE_TCP_MULTICAST,      /* errno, or 0 */
	RULE_INET6_ZEROES,       /* 1: flow information and needless zones are refused */
	RULE_STRANGERS_BALANCE,  /* 1: any user may join a balanced wildcard */
	RULE_JAILED_BALANCE,     /* 1: sockets made in a jail are in groups too */
	RULE_ROOT_RESERVED,      /* 1: root may bind reserved ports */
	RULE_NO_INET,            /* errno for 0.0.0.0 where there is no IPv4 address, or 0 */
	RULE_STICKY_FILE,        /* errno for a user's sticky bit on what is no directory, or 0 */
	RULE_UNIX_SEQPACKET,     /* errno of socket(2), or 0 */
	RULE_UNIX_OTHER_LEVEL,   /* errno for an option of a level that is not theirs */
	RULE_UNIX_OTHER_OPTION,  /* errno for a name that their level does not have */
	RULE_NO_CONGESTION,      /* errno for a congestion control that there is not */
	WORLD_RULES
};

/* A number of the system, "backlog" or "port-first"; sysctls and files show it. */
struct world_limit {
	char name[WORLD_NAME];
	int64_t value;
};

/*
 * A sysctl (by name) or a file (by path).  In TEXT, "{backlog}" stands for a
 * limit's value.
 */
struct world_view {
	char name[WORLD_TEXT];
	char text[WORLD_TEXT];
	int32_t error; /* instead of content; 0: none */
	bool is_file;
	bool is_long; /* a number is an unsigned long */
};

enum world_option_kind {
	OPTION_FLAG,
	OPTION_NUMBER,
	OPTION_INTERFACE,       /* by its index */
	OPTION_DEVICE,          /* by its name */
	OPTION_FILTER,          /* BPF, which nothing passes */
	OPTION_CONGESTION,      /* by its name, one of the sysctl or file that lists them */
	OPTION_DEFERRAL,        /* Linux: seconds become whole retransmission periods */
	OPTION_V6ONLY,
	OPTION_TYPE,            /* the rest of these reads back the socket's state */
	OPTION_DOMAIN,
	OPTION_PROTOCOL,
	OPTION_ACCEPTING,
	OPTION_QUEUE_LIMIT,
	OPTION_QUEUE_LENGTH,
	OPTION_QUEUE_WAITING,   /* connections that an accept filter holds */
	OPTION_TCP_INFO,
	OPTION_ACCEPT_FILTER,
	OPTION_FAST_OPEN_LINUX,
	OPTION_FAST_OPEN_FREEBSD,
	OPTION_FAST_OPEN_DARWIN,
	OPTION_KINDS
};

/* Which sockets have an option; a set. */
enum world_family { FAMILY_INTERNET = 1, FAMILY_UNIX = 2, FAMILY_NETLINK = 4,
	FAMILY_VSOCK = 8 };

struct world_option {
	char name[WORLD_NAME];
	char level_name[WORLD_NAME];
	int32_t level, number; /* as this build's headers have them */
	int32_t kind;          /* enum world_option_kind */
	int32_t families;      /* of enum world_family */
	int32_t reads;         /* what a flag that is on reads back as; of a number, a factor */
	bool absent;           /* known by name only: for the log */
	bool privileged;       /* even to clear */
	bool forbidden;        /* even to root */
	bool exact;            /* the argument is an int and nothing longer */
	bool share, balance, reuse_address, bind_any; /* what it does to bind(2) */
	int32_t initial;
	int32_t largest;       /* beyond it setsockopt(2) is ENOBUFS; 0: nothing is */
	int32_t cut;           /* a larger number is truncated to it; 0: none is */
	char sets[WORLD_NAME]; /* the option that it sets instead of itself, or "" */
};

/* One address; an IPv4 one is in the first four bytes. */
struct world_address {
	int32_t family;
	uint32_t zone;
	uint8_t bytes[16];
};

struct world_interface {
	char name[WORLD_NAME];
	uint32_t index, flags;
	uint32_t address_count;
	struct world_address addresses[4];
};

/* What getaddrinfo(3) knows beside numbers. */
struct world_host {
	char name[WORLD_NAME];
	uint32_t address_count;
	struct world_address addresses[4];
};

/* A family that socket(2) refuses. */
struct world_refusal {
	int32_t family, error;
};

/* A protocol of netlink. */
struct world_netlink {
	char name[WORLD_NAME];
	int32_t number;
	bool privileged_groups; /* only root may be in a group of it */
};

/* "bind 1 fail EADDRINUSE" */
struct world_fault {
	uint32_t call;   /* index in the call table */
	uint32_t nth;    /* from 1 */
	int32_t error;   /* errno; EAI_… for the resolver */
	uint32_t fired;
};

struct world_socket {
	uint64_t inode; /* of the real socket that stands for it; 0: none does */
	bool used, bound, listening;
	bool multipath; /* IPPROTO_MPTCP; PROTOCOL is that of its connections */
	bool takes_inet, takes_inet6; /* once bound */
	int32_t references;           /* descriptors of this process */
	int32_t family, type, protocol;
	uint32_t uid;
	struct world_address address; /* of an internet socket */
	uint16_t port;
	uint32_t netlink_port, netlink_groups; /* nl_pid and nl_groups */
	uint32_t vsock_cid, vsock_port;
	int32_t limit;
	char filter[16];
	bool is_limited; /* its descriptors, all of them copies of one, have the rights below */
	uint64_t rights[2]; /* of capsicum(4) */
	char launchd[16]; /* the name under which launchd keeps it for the tool */
	int32_t values[WORLD_OPTIONS];
};

struct world {
	uint32_t magic;
	char target[4096]; /* the only executable that is faked */
	char profile[WORLD_NAME];
	uint32_t system;  /* enum world_system */
	uint32_t uid;
	int32_t rules[WORLD_RULES];
	uint32_t limit_count, view_count, option_count, interface_count, refusal_count,
	    host_count, fault_count, filter_count, netlink_count, jail_count, socket_count;
	struct world_limit limits[WORLD_LIMITS];
	struct world_view views[WORLD_VIEWS];
	struct world_option options[WORLD_OPTIONS];
	struct world_interface interfaces[WORLD_INTERFACES];
	struct world_refusal refusals[4];
	struct world_host hosts[WORLD_HOSTS];
	char filters[8][16];
	struct world_netlink netlinks[WORLD_NETLINKS]; /* none: there is no netlink */
	struct world_address jail[2]; /* addresses that stand in for others */
	struct world_fault faults[WORLD_FAULTS];
	uint32_t calls[WORLD_CALLS]; /* how often each was called */
	struct world_socket sockets[WORLD_SOCKETS];
	uint32_t problem_seen; /* the shim could not go on; PROBLEM says why */
	char problem[WORLD_TEXT];
	uint32_t log_length;
	char log[WORLD_LOG];
};

#ifdef __cplusplus
}
#endif

#endif
