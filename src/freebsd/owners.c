/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: which process has a socket.  Sockets are known by nothing here, since
 * sockets.c lists none.
 */
#include "backend.h"

void
backend_visit_owners(const uint64_t *identities, size_t count,
    const struct timespec *deadline, backend_owner_visitor *visit, void *context,
    struct backend_sight *sight)
{
	(void)identities;
	(void)count;
	(void)deadline;
	(void)visit;
	(void)context;
	*sight = (struct backend_sight) {
		.hidden = "the kernel's list of sockets is another in each release",
		.command = "sockstat -46l",
	};
}
