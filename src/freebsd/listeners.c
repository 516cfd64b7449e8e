/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: the sockets of the system.  The kernel lists them (net.inet.tcp.pcblist)
 * in structures that are another in each release, with no version in them:
 * sys/socketvar.h, netinet/tcp_var.h.  To read them would be to guess, and
 * sockstat(1) and netstat(1) come with the kernel they read.
 */
#include "backend.h"

void
backend_visit_listeners(backend_socket_visitor *visit, void *context,
    struct backend_sight *sight)
{
	(void)visit;
	(void)context;
	*sight = (struct backend_sight) {
		.hidden = "the kernel's list of sockets is another in each release",
		.command = "netstat -Lan",
	};
}
