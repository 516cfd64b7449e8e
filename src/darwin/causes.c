/* SPDX-License-Identifier: ISC */
/*
 * Darwin: the causes of failures, before and after they happen.
 *
 * - Since macOS 10.14 a port below 1024 needs root only together with a
 *   specific address; the wildcard may have it: xnu, bsd/netinet/in_pcb.c.
 * - Port 0 takes a port from net.inet.ip.portrange.first to last; when there is
 *   none, bind(2) says EADDRNOTAVAIL for IPv4 and EAGAIN for IPv6:
 *   bsd/netinet/in_pcb.c, bsd/netinet6/in6_src.c.
 * - TCP_FASTOPEN is ENOTSUP with bit 1 of net.inet.tcp.fastopen clear; both bits
 *   are set unless changed: bsd/netinet/tcp_usrreq.c.
 * - SO_RCVBUF beyond 8/9 of kern.ipc.maxsockbuf is ENOBUFS: bsd/kern/uipc_socket2.c,
 *   sbreserve.  Since macOS 15 it is truncated to kern.ipc.maxsockbuf, without an error.
 * - bind(2) gives the address it was asked for, or fails: bsd/netinet/in_pcb.c.
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "failure.h"
#include "observe.h"
#include "port_range.h"
#include "own_process.h"
#include "request.h"
#include "sockopt.h"
#include "sysctl.h"

static bool
is_guarded_port(const struct address *address)
{
	unsigned port = address_port(address);

	return port > 0 && port < IPPORT_RESERVED && !address_is_wildcard(address);
}

static void
tell_disabled_fast_open(struct findings *findings)
{
	struct backend_limit fast_open = sysctl_number("net.inet.tcp.fastopen");

	if (fast_open.value.known && !(fast_open.value.value & 1))
		findings_add(findings, FINDING_OBSTACLE,
		    "fast open is disabled for listeners: bit 1 of net.inet.tcp.fastopen is clear");
}

/* It fails. */
const char *
backend_idle_fast_open(void)
{
	return NULL;
}

bool
backend_truncates_buffer(enum bindchain_option option, int bytes, struct backend_limit *limit)
{
	(void)option;
	(void)bytes;
	*limit = (struct backend_limit) { 0 };
	return false;
}

/* The limit without the overhead of mbufs: bsd/sys/socketvar.h, SB_MAX_ADJUST. */
static long long
largest_buffer(int max)
{
	return max * 8LL / 9;
}

/* Whether the requested buffer exceeds that limit; fills the setting. */
static bool
exceeds_limit(const struct request *request, struct backend_limit *max)
{
	const struct option_setting *wanted = &request->options[BINDCHAIN_RECEIVE_BUFFER];

	*max = sysctl_number(backend_truncated_by(BINDCHAIN_RECEIVE_BUFFER));
	return wanted->want != BINDCHAIN_UNASKED && max->value.known
	    && wanted->value > largest_buffer(max->value.value);
}

static void
foresee_buffer(const struct request *request, struct findings *findings)
{
	struct backend_limit max;

	if (exceeds_limit(request, &max))
		findings_add(findings, FINDING_WARNING,
		    "before macOS 15 a receive buffer of more than %lld bytes, 8/9 of %s (%d), fails;"
		    " since then it is truncated to the setting", largest_buffer(max.value.value),
		    max.name, max.value.value);
}

static void
tell_buffer(const struct request *request, struct findings *findings)
{
	struct backend_limit max;

	if (exceeds_limit(request, &max))
		findings_add(findings, FINDING_OBSTACLE,
		    "the maximum receive buffer is %lld bytes, 8/9 of %s (%d)",
		    largest_buffer(max.value.value), max.name, max.value.value);
}

void
backend_foresee(const struct request *request, struct findings *findings)
{
	foresee_buffer(request, findings);
	if (!address_is_internet(&request->address))
		return;
	if (geteuid() != 0 && is_guarded_port(&request->address)) {
		findings_add(findings, FINDING_OBSTACLE,
		    "a port below 1024 on a specific address needs root; on a wildcard it does"
		    " not");
		findings_foresee(findings, BINDCHAIN_BIND, EACCES);
	}
	if (request->kind == BINDCHAIN_TCP && request->backlog != BINDCHAIN_NO_LISTEN
	    && request->options[BINDCHAIN_FAST_OPEN].value)
		tell_disabled_fast_open(findings);
	if (request->kind == BINDCHAIN_TCP && request->options[BINDCHAIN_SHARE].value)
		findings_add(findings, FINDING_WARNING,
		    "macOS does not balance: one socket gets all connections, the oldest on a"
		    " wildcard, else the newest");
}

bool
backend_may_chown(void)
{
	return geteuid() == 0;
}

const char *
backend_address_rule(void)
{
	return NULL;
}

/* Binding a wildcard fails with EADDRNOTAVAIL or EAGAIN for no other reason. */
static bool
is_exhaustion(const struct request *request, int error)
{
	return address_port(&request->address) == 0 && address_is_wildcard(&request->address)
	    && error == (address_family(&request->address) == AF_INET6 ? EAGAIN : EADDRNOTAVAIL);
}

/* Of any family: security/mac_socket.c.  A path has permissions too. */
static void
tell_refusal(const struct request *request, const struct bindchain_failure *failure,
    struct findings *findings)
{
	if (failure->operation == BINDCHAIN_BIND && !address_is_internet(&request->address))
		return;
	if (failure->operation == BINDCHAIN_BIND && failure->error == EACCES && geteuid() != 0
	    && is_guarded_port(&request->address))
		findings_add(findings, FINDING_OBSTACLE,
		    "a port below 1024 on a specific address needs root: start as root, or bind"
		    " the wildcard, which needs no privilege since macOS 10.14");
	else
		findings_add(findings, FINDING_OBSTACLE,
		    "the sandbox or a security extension refuses this: log(1) shows what was"
		    " denied");
}

void
backend_tell_causes(const struct request *request,
    const struct bindchain_failure *failure, struct findings *findings)
{
	if (failure_is_refusal(failure))
		tell_refusal(request, failure, findings);
	if (failure->operation == BINDCHAIN_SETSOCKOPT && failure->error == ENOBUFS
	    && failure->subject && strcmp(failure->subject, "SO_RCVBUF") == 0)
		tell_buffer(request, findings);
	if (!address_is_internet(&request->address))
		return;
	if (failure->operation == BINDCHAIN_SETSOCKOPT && failure->error == ENOTSUP
	    && failure->subject && strcmp(failure->subject, "TCP_FASTOPEN") == 0)
		tell_disabled_fast_open(findings);
	else if (failure->operation != BINDCHAIN_BIND)
		return;
	else if (is_exhaustion(request, failure->error))
		bsd_tell_exhausted_range(findings);
}
