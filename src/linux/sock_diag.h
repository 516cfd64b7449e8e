/* SPDX-License-Identifier: ISC */
/* NETLINK_SOCK_DIAG: the kernel's list of sockets, sock_diag(7). */
#ifndef BINDCHAIN_LINUX_SOCK_DIAG_H
#define BINDCHAIN_LINUX_SOCK_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "observe.h"
#include "search_limit.h"

/* TCP_BOUND_INACTIVE of include/net/tcp_states.h, since 6.8; older kernels ignore the bit.
 * netinet/tcp.h has the other states. */
#define DIAG_BOUND_INACTIVE 13

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
