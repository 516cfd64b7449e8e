/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: who holds an address.  What sockets.c says of the kernel's lists
 * holds here too.  sockstat(1) tells Unix sockets (-u) from those of addresses.
 */
#include "backend.h"

void
backend_find_holders(const struct bindchain_request *request, const struct timespec *deadline,
    backend_holder_visitor *visit, void *context, struct backend_holders *holders)
{
	(void)deadline;
	(void)visit;
	(void)context;
	*holders = (struct backend_holders) { .sockets = {
		.hidden = "the kernel's list of sockets is another in each release",
		.command = request->path ? "sockstat -u" : "sockstat -46l",
	} };
}
