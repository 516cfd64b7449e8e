/* SPDX-License-Identifier: ISC */
/*
 * Darwin: what happens when the queue of connections is full.
 *
 * - There is no syncache and there are no SYN cookies: a half-open connection
 *   is a socket in the listener's own queue, and is counted in it unless
 *   kern.ipc.soqlencomp is 1: xnu, bsd/kern/uipc_socket2.c, sonewconn_internal.
 * - When the queue is full one half-open connection is thrown out, a closed one
 *   if there is one, else any; if there is none the SYN is dropped:
 *   bsd/netinet/tcp_input.c, bsd/netinet/tcp_subr.c, tcp_dropdropablreq.
 * - A Unix socket's client is refused: bsd/kern/uipc_usrreq.c, unp_connect.
 */
#include "backend.h"
#include "sysctl.h"

static bool
has_unix_queue(enum bindchain_kind kind)
{
	return kind == BINDCHAIN_UNIX_STREAM || kind == BINDCHAIN_UNIX_SEQPACKET;
}

void
backend_overflow(const struct bindchain_request *request, const struct backend_backlog *becomes,
    struct backend_overflow *overflow)
{
	struct backend_limit apart;

	(void)becomes;
	*overflow = (struct backend_overflow) { .begins = BACKEND_OVERFLOW_NONE,
		.finishes = BACKEND_OVERFLOW_NONE };
	if (request->backlog == BINDCHAIN_NO_LISTEN)
		return;
	if (has_unix_queue(request->kind))
		overflow->begins = overflow->finishes = BACKEND_OVERFLOW_REFUSED;
	if (request->kind != BINDCHAIN_TCP)
		return;
	overflow->begins = BACKEND_OVERFLOW_DROPPED;
	overflow->finishes = BACKEND_OVERFLOW_DROPPED;
	apart = setting_number("kern.ipc.soqlencomp");
	overflow->decider_count = 1;
	overflow->deciders[0] = apart;
	overflow->half_open_apart = (struct bindchain_fact) { apart.value.known,
		apart.value.known && apart.value.value };
	overflow->half_open = "kept in the queue itself; when it is full, one of them is thrown"
	                      " out for a new one";
	if (!apart.value.known)
		overflow->doubt = "whether half-open connections count is unknown, as"
		                  " kern.ipc.soqlencomp cannot be read";
}
