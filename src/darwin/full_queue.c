/* SPDX-License-Identifier: ISC */
/*
 * Darwin: the effect of a full accept queue.
 *
 * - There is no syncache and there are no SYN cookies: a half-open connection is a
 *   socket in the listener's own queue, and counts unless kern.ipc.soqlencomp is 1:
 *   sonewconn_internal of xnu's bsd/kern/uipc_socket2.c.
 * - When the queue is full, the kernel drops one half-open connection, a closed one if
 *   possible; without any it drops the SYN: bsd/netinet/tcp_input.c,
 *   tcp_dropdropablreq of bsd/netinet/tcp_subr.c.
 * - The client of a Unix socket gets ECONNREFUSED: unp_connect of
 *   bsd/kern/uipc_usrreq.c.
 */
#include "full_queue.h"
#include "request.h"
#include "sysctl.h"

void
backend_judge_overflow(const struct request *request,
    const struct backend_backlog *becomes, struct backend_overflow *overflow)
{
	struct backend_limit apart;

	(void)becomes;
	if (!full_queue_is_of_tcp(request, BACKEND_OVERFLOW_REFUSED, overflow))
		return;
	overflow->begins = BACKEND_OVERFLOW_DROPPED;
	overflow->finishes = BACKEND_OVERFLOW_DROPPED;
	apart = sysctl_number("kern.ipc.soqlencomp");
	overflow->decider_count = 1;
	overflow->deciders[0] = apart;
	overflow->half_open_apart = (struct bindchain_fact) { apart.value.known,
		apart.value.known && apart.value.value };
	overflow->half_open = "kept in the accept queue; when it is full, a new one replaces"
	                      " an old one";
	if (!apart.value.known)
		overflow->doubt = "kern.ipc.soqlencomp cannot be read: half-open connections may"
		                  " count";
}
