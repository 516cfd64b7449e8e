/* SPDX-License-Identifier: ISC */
/*
 * Darwin: who holds an address.  What sockets.c says of the kernel's lists
 * holds here too.  lsof(8) tells Unix sockets (-U) from those of addresses (-i).
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
		.hidden = "the kernel's list of sockets has a private layout",
		.command = request->path ? "lsof -U" : "lsof -nP -i -sTCP:LISTEN",
	} };
}
