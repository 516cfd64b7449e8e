/* SPDX-License-Identifier: ISC */
/*
 * NETLINK_SOCK_DIAG: the kernel's list of sockets, sock_diag(7).
 *
 * The structures are the kernel's, from linux/inet_diag.h, linux/unix_diag.h
 * and linux/sock_diag.h, under names of our own: a C library need not bring the
 * kernel's headers (musl does not).  A test compares them with the real ones.
 */
#ifndef BINDCHAIN_LINUX_SOCK_DIAG_H
#define BINDCHAIN_LINUX_SOCK_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "observe.h"
#include "search_limit.h"

/* States as the kernel numbers them, include/net/tcp_states.h; those that
 * netinet/tcp.h has are taken from there. */
#define DIAG_BOUND_INACTIVE 13 /* 6.8; older kernels ignore the bit */

struct diag_internet_id {
	uint16_t source_port, destination_port; /* network order */
	uint32_t source[4], destination[4];
	uint32_t interface;
	uint32_t cookie[2];
};

struct diag_internet_request {
	uint8_t family, protocol, extensions, padding;
	uint32_t states;
	struct diag_internet_id id;
};

struct diag_internet {
	uint8_t family, state, timer, retransmissions;
	struct diag_internet_id id;
	uint32_t expires;
	uint32_t receive_queue; /* of a listener: its length */
	uint32_t send_queue;    /* of a listener: its limit */
	uint32_t uid;
	uint32_t inode;
};

struct diag_unix_request {
	uint8_t family, protocol;
	uint16_t padding;
	uint32_t states;
	uint32_t inode;
	uint32_t show;
	uint32_t cookie[2];
};

struct diag_unix {
	uint8_t family, type, state, padding;
	uint32_t inode;
	uint32_t cookie[2];
};

/* Conditions of the kernel's filter, a little program. */
struct diag_condition {
	uint8_t code, yes;
	uint16_t no;
};

/* In both halves of a request's cookie: any socket of the inode will do. */
#define DIAG_NO_COOKIE (~0u)

enum {
	DIAG_BY_FAMILY = 20, /* the type of requests and answers */

	DIAG_FILTER = 1, /* attribute of a request */
	DIAG_SOURCE_PORT_AT_LEAST = 2,
	DIAG_SOURCE_PORT_AT_MOST = 3,

	DIAG_MEMORY = 7,  /* attributes of an answer, internet */
	DIAG_V6ONLY = 11, /* since 3.19 */
	DIAG_MEMORY_DROPS = 8, /* index in DIAG_MEMORY, since 4.7 */

	DIAG_UNIX_NAME = 0, /* attributes of an answer, unix */
	DIAG_UNIX_FILE = 1,  /* inode and device of the path */
	DIAG_UNIX_QUEUE = 4, /* length and limit */
	DIAG_UNIX_UID = 7,   /* since 5.3 */

	DIAG_UNIX_SHOW_NAME = 1,
	DIAG_UNIX_SHOW_FILE = 2,
	DIAG_UNIX_SHOW_QUEUE = 0x10,
	DIAG_UNIX_SHOW_UID = 0x40
};

struct diag_question {
	int family;           /* AF_INET, AF_INET6, AF_UNIX */
	int protocol;         /* IPPROTO_TCP, IPPROTO_UDP; 0 for AF_UNIX */
	uint32_t states;      /* a set of 1u << state */
	unsigned port;        /* the local one, or 0: any; 0 for AF_UNIX */
	uint32_t inode;       /* of AF_UNIX: the one socket of this number; 0: all */
	const struct search_limit *limit; /* or NULL */
};

/*
 * Visits each socket that QUESTION describes.  Returns 0, or -1 with errno:
 * that of socket(2), send(2), recv(2); ENOENT where the kernel was built
 * without the family's part; ETIMEDOUT at the limit; EINTR where the table
 * changed under the kernel's hands, so that a socket may be missing.
 */
int diag_visit(const struct diag_question *, backend_socket_visitor *, void *context);

/* What the kernel lacks of an answer: "built without inet_diag" and the like. */
const char *diag_error_text(int error);

#endif
