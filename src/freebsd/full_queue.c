/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: the effect of a full accept queue.
 *
 * - The SYN queue is the syncache, one for the whole host, independent of any
 *   backlog: its limit is net.inet.tcp.syncache.cachelimit, above which
 *   net.inet.tcp.syncookies sends SYN cookies: syncache(4).
 * - So every handshake completes.  If no socket can be created for it, the kernel
 *   resets the client (net.inet.tcp.syncache.rst_on_sock_fail, default 1), or, if that
 *   is 0, forgets it: the client considers itself connected, and its first data is
 *   answered with a reset: syncache_expand of netinet/tcp_syncache.c; tried on 13.0.
 *   listen(2) still documents "silently dropped".
 * - The client of a Unix socket gets ECONNREFUSED: kern/uipc_usrreq.c.
 */
#include "full_queue.h"
#include "request.h"
#include "sysctl.h"

void
backend_judge_overflow(const struct request *request,
    const struct backend_backlog *becomes, struct backend_overflow *overflow)
{
	const struct bindchain_fact *reset;

	(void)becomes;
	if (!full_queue_is_of_tcp(request, BACKEND_OVERFLOW_REFUSED, overflow))
		return;
	overflow->decider_count = 1;
	overflow->deciders[0] = sysctl_number("net.inet.tcp.syncache.rst_on_sock_fail");
	reset = &overflow->deciders[0].value;
	overflow->begins = !reset->known ? BACKEND_OVERFLOW_UNKNOWN
	    : reset->value ? BACKEND_OVERFLOW_RESET : BACKEND_OVERFLOW_MISLED;
	overflow->finishes = overflow->begins;
	overflow->half_open_apart = (struct bindchain_fact) { true, 1 };
	overflow->half_open_limit = sysctl_number("net.inet.tcp.syncache.cachelimit");
	overflow->cookies = sysctl_number("net.inet.tcp.syncookies");
	overflow->half_open = "kept in the host's syncache, independent of the backlog";
}
