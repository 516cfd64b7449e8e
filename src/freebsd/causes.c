/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: the causes of failures, before and after they happen.
 *
 * - Port 0 takes a port from net.inet.ip.portrange.first to last; when there is
 *   none, bind(2) says EADDRNOTAVAIL, of specific addresses too: netinet/in_pcb.c,
 *   in_pcb_lport; seen on 13.1.
 * - SO_ACCEPTFILTER says ENOENT when the filter's module is not loaded, and
 *   loads none: accept_filter(9), kern/uipc_accf.c.
 * - TCP_FASTOPEN on a listener is EPERM with net.inet.tcp.fastopen.server_enable
 *   0, which it is unless changed: tcp(4), netinet/tcp_usrreq.c.
 * - SO_RCVBUF is ENOBUFS beyond 8/9 of kern.ipc.maxsockbuf, and beyond what the
 *   user's sbsize leaves: kern/uipc_sockbuf.c, sbreserve_locked.
 * - TCP_CONGESTION is ESRCH for a name that the kernel does not have, before FreeBSD 14 EINVAL:
 *   netinet/tcp_usrreq.c, tcp_set_cc_mod.
 * - AF_NETLINK is a module, which the generic kernel has built in since 14.0:
 *   netlink/netlink_module.c.
 */
#include <sys/param.h>

#include <errno.h>
#include <string.h>
#include <sys/module.h>
#include <unistd.h>

#include "accept_filter.h"
#include "address.h"
#include "conflict_side.h"
#include "congestion.h"
#include "failure.h"
#include "jail.h"
#include "nearest_address.h"
#include "observe.h"
#include "port_range.h"
#include "privileges.h"
#include "release.h"
#include "request.h"
#include "sysctl.h"

static bool
is_listener(const struct request *request)
{
	return request->kind == BINDCHAIN_TCP && request->backlog != BINDCHAIN_NO_LISTEN;
}

/* ---- options ---- */

static void
tell_missing_module(const struct request *request, struct findings *findings)
{
	int wait_for = request->options[BINDCHAIN_WAIT_FOR].value;
	struct accept_filter_module module;

	if (wait_for <= BINDCHAIN_WAIT_FOR_NOTHING || wait_for > BINDCHAIN_WAIT_FOR_DNS)
		return;
	module = accept_filter_module(wait_for);
	if (module.is_absent)
		findings_add(findings, FINDING_OBSTACLE,
		    "FreeBSD has the accept filter %s since %s; instead, wait for data of any kind",
		    module.name, module.since);
	else if (!module.is_present)
		findings_add(findings, FINDING_OBSTACLE,
		    "the kernel module of the accept filter is not loaded: kldload %s",
		    module.name);
}

static void
tell_disabled_fast_open(struct findings *findings)
{
	struct backend_limit enabled = sysctl_number("net.inet.tcp.fastopen.server_enable");

	if (enabled.value.known && !enabled.value.value)
		findings_add(findings, FINDING_OBSTACLE,
		    "fast open is disabled: net.inet.tcp.fastopen.server_enable is 0");
}

/* The limit without the overhead of mbufs: kern/uipc_sockbuf.c, sb_max_adj. */
static long long
largest_buffer(long long max)
{
	return max / 9 * 8 + max % 9 * 8 / 9;
}

/* Returns whether the requested buffer, KIND, exceeds the limit. */
static bool
tell_limit_of(const struct request *request, enum bindchain_option option, const char *kind,
    struct findings *findings)
{
	const struct option_setting *wanted = &request->options[option];
	long long max;

	if (wanted->want == BINDCHAIN_UNASKED || !sysctl_long("kern.ipc.maxsockbuf", &max)
	    || wanted->value <= largest_buffer(max))
		return false;
	findings_add(findings, FINDING_OBSTACLE,
	    "the maximum %s buffer is %lld bytes, 8/9 of kern.ipc.maxsockbuf (%lld)", kind,
	    largest_buffer(max), max);
	return true;
}

static bool
tell_buffer_limit(const struct request *request, struct findings *findings)
{
	bool receive = tell_limit_of(request, BINDCHAIN_RECEIVE_BUFFER, "receive", findings);
	bool send = tell_limit_of(request, BINDCHAIN_SEND_BUFFER, "send", findings);

	return receive || send;
}

static void
tell_buffer(const struct request *request, struct findings *findings)
{
	long long max;

	if (tell_buffer_limit(request, findings))
		return;
	findings_add(findings, FINDING_OBSTACLE, sysctl_long("kern.ipc.maxsockbuf", &max)
	    ? "the user's socket buffers have reached the resource limit sbsize: limits(1)"
	    : "the buffer exceeds 8/9 of kern.ipc.maxsockbuf, or the user's limit sbsize");
}

static void
foresee_options(const struct request *request, struct findings *findings)
{
	if (request->options[BINDCHAIN_BIND_ANY].value)
		privileges_tell_bind_any(findings);
	if (is_listener(request))
		tell_missing_module(request, findings);
	if (is_listener(request) && request->options[BINDCHAIN_FAST_OPEN].value)
		tell_disabled_fast_open(findings);
	if (conflict_takes_from_specific(request))
		findings_add(findings, FINDING_WARNING,
		    "a balanced wildcard takes the connections of unbalanced listeners on"
		    " specific addresses and this port");
}

/* ---- netlink ---- */

static bool
is_netlink(const struct request *request)
{
	return request->kind == BINDCHAIN_NETLINK || request->kind == BINDCHAIN_NETLINK_RAW;
}

static void
tell_missing_netlink(struct findings *findings)
{
	if (modfind("netlink") < 0)
		findings_add(findings, FINDING_OBSTACLE,
		    "the netlink kernel module is not loaded: kldload netlink");
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

void
backend_foresee(const struct request *request, struct findings *findings)
{
	tell_buffer_limit(request, findings);
	if (is_netlink(request))
		tell_missing_netlink(findings);
	if (!address_is_internet(&request->address))
		return;
	jail_tell_address(request, findings);
	privileges_foresee_port(request, findings);
	foresee_options(request, findings);
}

const char *
backend_address_rule(void)
{
	return jail_address_rule();
}

/* ---- failures ---- */

/* Whether this host, or jail, has the address; if so, the port is not available. */
static bool
is_here(const struct address *address)
{
	struct local_address nearest;

	return address_is_wildcard(address)
	    || (local_nearest(address, &nearest, 1) > 0 && nearest.same);
}

/* EAFNOSUPPORT: the kernel was built without the family; EPROTONOSUPPORT: the jail has
 * no address of it.  kern/uipc_socket.c, socreate; the latter observed on 13.1. */
static void
tell_missing_family(const struct request *request, int error,
    struct findings *findings)
{
	const char *family = address_family(&request->address) == AF_INET6 ? "IPv6" : "IPv4";

	if (is_netlink(request))
		tell_missing_netlink(findings);
	else if (!address_is_internet(&request->address))
		return;
	else if (error == EAFNOSUPPORT)
		findings_add(findings, FINDING_OBSTACLE, "this kernel has no %s", family);
	else if (jail_is_around())
		findings_add(findings, FINDING_OBSTACLE, "this jail has no %s", family);
}

/* setfib(2) */
static void
tell_fibs(struct findings *findings)
{
	struct backend_limit fibs = sysctl_number("net.fibs");

	if (fibs.value.known)
		findings_add(findings, FINDING_OBSTACLE,
		    "the number must be less than net.fibs (%d)", fibs.value.value);
}

static void
tell_option(const struct request *request, const struct bindchain_failure *failure,
    struct findings *findings)
{
	const char *option = failure->subject ? failure->subject : "";

	if (failure->error == EPERM && strstr(option, "BINDANY"))
		privileges_tell_bind_any(findings);
	else if (failure->error == EPERM && strcmp(option, "TCP_FASTOPEN") == 0)
		tell_disabled_fast_open(findings);
	else if (failure->error == ENOENT && strcmp(option, "SO_ACCEPTFILTER") == 0)
		tell_missing_module(request, findings);
	else if (failure->error == ENOBUFS
	    && (strcmp(option, "SO_RCVBUF") == 0 || strcmp(option, "SO_SNDBUF") == 0))
		tell_buffer(request, findings);
	else if (failure->error == EINVAL && strcmp(option, "SO_SETFIB") == 0)
		tell_fibs(findings);
	else if (strcmp(option, "TCP_CONGESTION") == 0)
		congestion_tell(findings);
}

static void
tell_bind(const struct request *request, int error, struct findings *findings)
{
	switch (error) {
	case EADDRINUSE:
		jail_tell_address(request, findings);
		return;
	case EADDRNOTAVAIL:
		if (address_port(&request->address) == 0 && is_here(&request->address))
			bsd_tell_exhausted_range(findings);
		return;
	default:
		return;
	}
}

/* Of any family: mac(9), mac_socket_check_create, _bind and _listen.  A path has
 * permissions too. */
static void
tell_refusal(const struct request *request, const struct bindchain_failure *failure,
    struct findings *findings)
{
	if (failure->operation == BINDCHAIN_BIND
	    && (!address_is_internet(&request->address)
	        || (failure->error == EACCES && privileges_tell_port(request, findings))
	        || (failure->error == EPERM && privileges_tell_policy(request, findings))))
		return;
	findings_add(findings, FINDING_OBSTACLE,
	    "a security policy refuses this: see mac(4), sysctl security.mac, and kldstat(8) for"
	    " the policies that are loaded");
}

void
backend_tell_causes(const struct request *request,
    const struct bindchain_failure *failure, struct findings *findings)
{
	if (failure_is_refusal(failure))
		tell_refusal(request, failure, findings);
	if (failure->operation == BINDCHAIN_SOCKET
	    && (failure->error == EAFNOSUPPORT || failure->error == EPROTONOSUPPORT))
		tell_missing_family(request, failure->error, findings);
	else if (failure->operation == BINDCHAIN_SETSOCKOPT)
		tell_option(request, failure, findings);
	else if (failure->operation == BINDCHAIN_LIMIT_RIGHTS && failure->error == ENOSYS)
		findings_add(findings, FINDING_OBSTACLE,
		    "this kernel has no rights of descriptors: options CAPABILITIES, capsicum(4)");
	else if (failure->operation == BINDCHAIN_BIND && address_is_internet(&request->address))
		tell_bind(request, failure->error, findings);
}
