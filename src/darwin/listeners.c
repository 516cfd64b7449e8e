/* SPDX-License-Identifier: ISC */
/*
 * Darwin: the sockets of the system.  The kernel lists them (net.inet.tcp.pcblist_n)
 * in records whose layout is private: xnu, bsd/sys/socketvar.h.  To read them
 * would be to guess, and netstat(1) comes with the kernel it reads.
 */
#include "backend.h"

void
backend_visit_listeners(backend_socket_visitor *visit, void *context,
    struct backend_sight *sight)
{
	(void)visit;
	(void)context;
	*sight = (struct backend_sight) {
		.hidden = "the kernel's list of sockets has a private layout",
		.command = "netstat -Lan",
	};
}
