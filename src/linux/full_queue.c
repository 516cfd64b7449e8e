/* SPDX-License-Identifier: ISC */
/*
 * Linux: the effect of a full accept queue.
 *
 * - New SYNs are dropped without an answer, whatever the sysctls: tcp_conn_request
 *   of net/ipv4/tcp_input.c.  In a handshake that began before, the kernel ignores
 *   the final ACK (the client considers itself connected), or resets the client if
 *   net.ipv4.tcp_abort_on_overflow is not 0: tcp_check_req of
 *   net/ipv4/tcp_minisocks.c.
 * - The SYN queue is counted separately and has the same limit.  Above it the kernel
 *   sends SYN cookies; without them it drops the SYN, and
 *   net.ipv4.tcp_max_syn_backlog is a limit too: tcp(7), tcp_conn_request.
 * - Until early 2025 (stable series have the change, 6.1 since 6.1.125) the SYN queue
 *   was full at its limit, not above it, so that without SYN cookies a backlog of 0
 *   admits no client: inet_csk_reqsk_queue_is_full of
 *   include/net/inet_connection_sock.h.
 * - The client of a Unix socket waits in connect(2) for room; a non-blocking one gets
 *   EAGAIN: unix_stream_connect of net/unix/af_unix.c.
 */
#include "full_queue.h"
#include "request.h"
#include "sysctl.h"

static void
judge_half_open(const struct backend_backlog *becomes, struct backend_overflow *overflow)
{
	overflow->half_open_apart = (struct bindchain_fact) { true, 1 };
	overflow->cookies = sysctl_number("net.ipv4.tcp_syncookies");
	overflow->half_open_limit = sysctl_number("net.ipv4.tcp_max_syn_backlog");
	if (!overflow->cookies.value.known) {
		overflow->half_open = "limited like the accept queue; above it"
		                      " net.ipv4.tcp_syncookies decides";
		return;
	}
	if (overflow->cookies.value.value) {
		overflow->half_open = "limited like the accept queue; above it SYN cookies are"
		                      " sent, and net.ipv4.tcp_max_syn_backlog has no effect";
		return;
	}
	overflow->half_open = "limited like the accept queue and by"
	                      " net.ipv4.tcp_max_syn_backlog; above that SYNs are dropped,"
	                      " because SYN cookies are disabled";
	if (becomes->queue_limit.known && becomes->queue_limit.value == 0)
		overflow->doubt = "without SYN cookies, kernels before early 2025 admit no client"
		                  " at a backlog of 0";
}

void
backend_judge_overflow(const struct request *request,
    const struct backend_backlog *becomes, struct backend_overflow *overflow)
{
	const struct bindchain_fact *abort;

	if (!full_queue_is_of_tcp(request, BACKEND_OVERFLOW_WAITS, overflow))
		return;
	overflow->decider_count = 1;
	overflow->deciders[0] = sysctl_number("net.ipv4.tcp_abort_on_overflow");
	abort = &overflow->deciders[0].value;
	overflow->begins = BACKEND_OVERFLOW_DROPPED;
	overflow->finishes = !abort->known ? BACKEND_OVERFLOW_UNKNOWN
	    : abort->value ? BACKEND_OVERFLOW_RESET : BACKEND_OVERFLOW_IGNORED;
	judge_half_open(becomes, overflow);
}
