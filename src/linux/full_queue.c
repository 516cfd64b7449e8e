/* SPDX-License-Identifier: ISC */
/*
 * Linux: what happens when the queue of connections is full.
 *
 * - A SYN is then dropped without an answer, whatever the settings say:
 *   net/ipv4/tcp_input.c, tcp_conn_request.  A client whose handshake was under
 *   way has its last step ignored and believes it is connected, or is reset if
 *   net.ipv4.tcp_abort_on_overflow is not 0: net/ipv4/tcp_minisocks.c,
 *   tcp_check_req.
 * - Half-open connections are counted apart and held to the same limit.  Over
 *   it, SYN cookies stand in; without them the SYN is dropped, and
 *   net.ipv4.tcp_max_syn_backlog counts too: tcp(7), tcp_conn_request.
 * - Until early 2025 (the stable series got the change too, 6.1 with 6.1.125)
 *   the half-open queue was full at its limit, not above it: without cookies a
 *   backlog of 0 then admits nobody: include/net/inet_connection_sock.h,
 *   inet_csk_reqsk_queue_is_full.
 * - A Unix socket's client waits in connect(2) for room, or gets EAGAIN when it
 *   must not block: net/unix/af_unix.c, unix_stream_connect.
 */
#include "backend.h"
#include "sysctl.h"

static void
judge_half_open(const struct backend_backlog *becomes, struct backend_overflow *overflow)
{
	overflow->half_open_apart = (struct bindchain_fact) { true, 1 };
	overflow->cookies = setting_number("net.ipv4.tcp_syncookies");
	overflow->half_open_limit = setting_number("net.ipv4.tcp_max_syn_backlog");
	if (!overflow->cookies.value.known) {
		overflow->half_open = "held to the queue's limit; what happens beyond it depends"
		                      " on net.ipv4.tcp_syncookies";
		return;
	}
	if (overflow->cookies.value.value) {
		overflow->half_open = "held to the queue's limit; beyond it SYN cookies stand in,"
		                      " and net.ipv4.tcp_max_syn_backlog plays no part";
		return;
	}
	overflow->half_open = "held to the queue's limit and to net.ipv4.tcp_max_syn_backlog;"
	                      " beyond them a SYN is dropped, as SYN cookies are off";
	if (becomes->queue_limit.known && becomes->queue_limit.value == 0)
		overflow->doubt = "without SYN cookies, a kernel without the change of early 2025"
		                  " admits nobody at a backlog of 0";
}

static bool
has_unix_queue(enum bindchain_kind kind)
{
	return kind == BINDCHAIN_UNIX_STREAM || kind == BINDCHAIN_UNIX_SEQPACKET;
}

void
backend_overflow(const struct bindchain_request *request, const struct backend_backlog *becomes,
    struct backend_overflow *overflow)
{
	const struct bindchain_fact *abort;

	*overflow = (struct backend_overflow) { .begins = BACKEND_OVERFLOW_NONE,
		.finishes = BACKEND_OVERFLOW_NONE };
	if (request->backlog == BINDCHAIN_NO_LISTEN)
		return;
	if (has_unix_queue(request->kind))
		overflow->begins = overflow->finishes = BACKEND_OVERFLOW_WAITS;
	if (request->kind != BINDCHAIN_TCP)
		return;
	overflow->decider_count = 1;
	overflow->deciders[0] = setting_number("net.ipv4.tcp_abort_on_overflow");
	abort = &overflow->deciders[0].value;
	overflow->begins = BACKEND_OVERFLOW_DROPPED;
	overflow->finishes = !abort->known ? BACKEND_OVERFLOW_UNKNOWN
	    : abort->value ? BACKEND_OVERFLOW_RESET : BACKEND_OVERFLOW_IGNORED;
	judge_half_open(becomes, overflow);
}
