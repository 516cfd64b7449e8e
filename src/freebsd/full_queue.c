/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: what happens when the queue of connections is full.
 *
 * - Half-open connections are in the syncache, one for the whole host, which
 *   knows nothing of any backlog: its size is net.inet.tcp.syncache.cachelimit,
 *   and net.inet.tcp.syncookies stands in beyond it: syncache(4).
 * - So every handshake completes.  When no socket can be made for it, the
 *   client is reset (net.inet.tcp.syncache.rst_on_sock_fail, 1 unless changed),
 *   or, if that is 0, left alone: it believes it is connected, the host has no
 *   state for it, and its first byte draws a reset: netinet/tcp_syncache.c,
 *   syncache_expand; tried on 13.0.  listen(2) still says "silently dropped".
 * - A Unix socket's client is refused: kern/uipc_usrreq.c.
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
	const struct bindchain_fact *reset;

	(void)becomes;
	*overflow = (struct backend_overflow) { .begins = BACKEND_OVERFLOW_NONE,
		.finishes = BACKEND_OVERFLOW_NONE };
	if (request->backlog == BINDCHAIN_NO_LISTEN)
		return;
	if (has_unix_queue(request->kind))
		overflow->begins = overflow->finishes = BACKEND_OVERFLOW_REFUSED;
	if (request->kind != BINDCHAIN_TCP)
		return;
	overflow->decider_count = 1;
	overflow->deciders[0] = setting_number("net.inet.tcp.syncache.rst_on_sock_fail");
	reset = &overflow->deciders[0].value;
	overflow->begins = !reset->known ? BACKEND_OVERFLOW_UNKNOWN
	    : reset->value ? BACKEND_OVERFLOW_RESET : BACKEND_OVERFLOW_MISLED;
	overflow->finishes = overflow->begins;
	overflow->half_open_apart = (struct bindchain_fact) { true, 1 };
	overflow->half_open_limit = setting_number("net.inet.tcp.syncache.cachelimit");
	overflow->cookies = setting_number("net.inet.tcp.syncookies");
	overflow->half_open = "kept in the host's syncache, whatever the backlog is";
}
