/* SPDX-License-Identifier: ISC */
#include "full_queue.h"
#include "request.h"

bool
full_queue_is_of_tcp(const struct request *request,
    enum backend_overflow_effect unix_effect, struct backend_overflow *overflow)
{
	bool is_unix = request->kind == BINDCHAIN_UNIX_STREAM
	    || request->kind == BINDCHAIN_UNIX_SEQPACKET;
	bool listens = request->backlog != BINDCHAIN_NO_LISTEN;

	*overflow = (struct backend_overflow) { .begins = BACKEND_OVERFLOW_NONE,
		.finishes = BACKEND_OVERFLOW_NONE };
	if (listens && kind_is_vsock(request->kind)) /* each transport's */
		overflow->begins = overflow->finishes = BACKEND_OVERFLOW_UNKNOWN;
	if (listens && is_unix)
		overflow->begins = overflow->finishes = unix_effect;
	return listens && request->kind == BINDCHAIN_TCP;
}
