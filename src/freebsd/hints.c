/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: the causes of failures, before and after they happen.
 *
 * - Ports from net.inet.ip.portrange.reservedlow to reservedhigh (0 and 1023
 *   unless changed) need PRIV_NETINET_RESERVEDPORT, which root has, in jails as far
 *   as allow.reserved_ports lets it: ip(4), jail(8), netinet/in_pcb.c.  No jail can
 *   be asked for its own parameters: kern/kern_jail.c.
 * - IP_BINDANY and IPV6_BINDANY need PRIV_NETINET_BINDANY, even to be cleared:
 *   ip(4), netinet/ip_output.c.  In jails only those with a network stack of
 *   their own have it: kern/kern_jail.c; seen on 13.1.
 * - Root has no privilege where security.bsd.suser_enabled is 0: kern/kern_priv.c.
 * - mac_portacl(4) refuses ports up to its port_high to whoever has no rule, at
 *   bind(2), with EPERM: security/mac_portacl; seen on 13.1.
 * - Port 0 takes a port from net.inet.ip.portrange.first to last; when there is
 *   none, bind(2) says EADDRNOTAVAIL, of specific addresses too: netinet/in_pcb.c,
 *   in_pcb_lport; seen on 13.1.
 * - SO_ACCEPTFILTER says ENOENT when the filter's module is not loaded, and
 *   loads none: accept_filter(9), kern/uipc_accf.c.
 * - TCP_FASTOPEN on a listener is EPERM with net.inet.tcp.fastopen.server_enable
 *   0, which it is unless changed: tcp(4), netinet/tcp_usrreq.c.
 * - SO_RCVBUF is ENOBUFS beyond 8/9 of kern.ipc.maxsockbuf, and beyond what the
 *   user's sbsize leaves: kern/uipc_sockbuf.c, sbreserve_locked.
 * - AF_NETLINK is a module, which the generic kernel has built in since 14.0:
 *   netlink/netlink_module.c.
 */
#include <sys/param.h>

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/module.h>
#include <unistd.h>

#include "accept_filter.h"
#include "address.h"
#include "conflict_side.h"
#include "failure.h"
#include "jail.h"
#include "nearest_address.h"
#include "observe.h"
#include "port_range.h"
#include "own_process.h"
#include "release.h"
#include "sysctl.h"

static bool
is_listener(const struct bindchain_request *request)
{
	return request->kind == BINDCHAIN_TCP && request->backlog != BINDCHAIN_NO_LISTEN;
}

/* Whether sysctl NAME exists and is not 0. */
static bool
is_on(const char *name)
{
	return setting_number(name).value.value != 0;
}

/* ---- privileges ---- */

static bool
is_jailed(void)
{
	enum jail_kind kind = jail_kind();

	return kind == JAIL_SHARED || kind == JAIL_VNET;
}

static bool
is_root(void)
{
	return geteuid() == 0;
}

/* Returns whether root has no privileges at all: suser_enabled of kern/kern_priv.c. */
static bool
tell_powerless_root(const struct line_sink *sink)
{
	struct backend_limit enabled = setting_number("security.bsd.suser_enabled");

	if (!is_root() || !enabled.value.known || enabled.value.value)
		return false;
	line_sink_printf(sink, "root has no privileges: %s is 0", enabled.name);
	return true;
}

static bool
is_reserved_port(unsigned port)
{
	struct backend_limit low = setting_number("net.inet.ip.portrange.reservedlow");
	struct backend_limit high = setting_number("net.inet.ip.portrange.reservedhigh");

	return port > 0 && low.value.known && high.value.known
	    && (int)port >= low.value.value && (int)port <= high.value.value;
}

#define RESERVED_RULE \
	"ports from net.inet.ip.portrange.reservedlow to reservedhigh need root privilege"

static void
foresee_reserved_port(const struct bindchain_request *request, const struct line_sink *obstacles,
    const struct line_sink *warnings)
{
	if (!is_reserved_port(address_port(&request->address)) || tell_powerless_root(obstacles))
		return;
	if (!is_root())
		line_sink_printf(obstacles, RESERVED_RULE);
	else if (is_jailed())
		line_sink_printf(warnings, "in a jail a reserved port needs allow.reserved_ports,"
		    " which is not visible from inside");
}

static bool
explain_reserved_port(const struct bindchain_request *request, const struct line_sink *sink)
{
	if (!is_reserved_port(address_port(&request->address)))
		return false;
	if (tell_powerless_root(sink))
		return true;
	if (is_root() && is_jailed())
		line_sink_printf(sink, "this jail may not bind reserved ports: set its parameter"
		    " allow.reserved_ports on the host, or use a port above"
		    " net.inet.ip.portrange.reservedhigh");
	else if (is_root())
		line_sink_printf(sink, RESERVED_RULE ", denied by a security policy: mac(4)");
	else
		line_sink_printf(sink, RESERVED_RULE ": start as root, lower"
		    " net.inet.ip.portrange.reservedhigh, or use mac_portacl(4)");
	return true;
}

/* Returns whether bind-any is certainly denied, and gives the reason. */
static bool
tell_denied_bind_any(const struct line_sink *sink)
{
	if (jail_kind() == JAIL_SHARED)
		line_sink_printf(sink, "IP_BINDANY and IPV6_BINDANY are not allowed in a jail without"
		    " its own network stack (vnet)");
	else if (!is_root())
		line_sink_printf(sink, "IP_BINDANY and IPV6_BINDANY need root privilege");
	else
		return tell_powerless_root(sink);
	return true;
}

/* No other known reason makes bind(2) itself fail with EPERM. */
static bool
explain_port_policy(const struct bindchain_request *request, const struct line_sink *sink)
{
	struct backend_limit high = setting_number("security.mac.portacl.port_high");
	unsigned port = address_port(&request->address);

	if (!is_on("security.mac.portacl.enabled") || !high.value.known
	    || port > (unsigned)high.value.value)
		return false;
	line_sink_printf(sink, "mac_portacl(4) has no rule for this port: add"
	    " uid:%u:%s:%u to security.mac.portacl.rules", (unsigned)geteuid(),
	    request->kind == BINDCHAIN_UDP ? "udp" : "tcp", port);
	return true;
}

/* ---- options ---- */

static void
tell_missing_module(const struct bindchain_request *request, const struct line_sink *sink)
{
	int wait_for = request->options[BINDCHAIN_WAIT_FOR].value;
	struct accept_filter_module module;

	if (wait_for <= BINDCHAIN_WAIT_FOR_NOTHING || wait_for > BINDCHAIN_WAIT_FOR_DNS)
		return;
	module = accept_filter_module(wait_for);
	if (module.is_absent)
		line_sink_printf(sink, "FreeBSD has the accept filter %s since %s; instead, wait for"
		    " data of any kind", module.name, module.since);
	else if (!module.is_present)
		line_sink_printf(sink, "the kernel module of the accept filter is not loaded: kldload %s",
		    module.name);
}

static void
tell_disabled_fast_open(const struct line_sink *sink)
{
	struct backend_limit enabled = setting_number("net.inet.tcp.fastopen.server_enable");

	if (enabled.value.known && !enabled.value.value)
		line_sink_printf(sink, "fast open is disabled: net.inet.tcp.fastopen.server_enable is 0");
}

/* The limit without the overhead of mbufs: kern/uipc_sockbuf.c, sb_max_adj. */
static long long
largest_buffer(long long max)
{
	return max / 9 * 8 + max % 9 * 8 / 9;
}

/* Returns whether the requested buffer exceeds the limit. */
static bool
tell_buffer_limit(const struct bindchain_request *request, const struct line_sink *sink)
{
	const struct bindchain_setting *wanted = &request->options[BINDCHAIN_RECEIVE_BUFFER];
	long long max;

	if (wanted->want == BINDCHAIN_UNASKED || !setting_long("kern.ipc.maxsockbuf", &max)
	    || wanted->value <= largest_buffer(max))
		return false;
	line_sink_printf(sink, "the maximum receive buffer is %lld bytes, 8/9 of"
	    " kern.ipc.maxsockbuf (%lld)", largest_buffer(max), max);
	return true;
}

static void
explain_buffer(const struct bindchain_request *request, const struct line_sink *sink)
{
	long long max;

	if (tell_buffer_limit(request, sink))
		return;
	line_sink_printf(sink, setting_long("kern.ipc.maxsockbuf", &max)
	    ? "the user's socket buffers have reached the resource limit sbsize: limits(1)"
	    : "the buffer exceeds 8/9 of kern.ipc.maxsockbuf, or the user's limit sbsize");
}

static void
foresee_options(const struct bindchain_request *request, const struct line_sink *obstacles,
    const struct line_sink *warnings)
{
	if (request->options[BINDCHAIN_BIND_ANY].value)
		tell_denied_bind_any(obstacles);
	if (is_listener(request))
		tell_missing_module(request, obstacles);
	if (is_listener(request) && request->options[BINDCHAIN_FAST_OPEN].value)
		tell_disabled_fast_open(obstacles);
	if (conflict_takes_from_specific(request))
		line_sink_printf(warnings, "a balanced wildcard takes the connections of unbalanced listeners"
		    " on specific addresses and this port");
}

/* ---- netlink ---- */

static bool
is_netlink(const struct bindchain_request *request)
{
	return request->kind == BINDCHAIN_NETLINK || request->kind == BINDCHAIN_NETLINK_RAW;
}

static void
tell_missing_netlink(const struct line_sink *sink)
{
	if (modfind("netlink") < 0)
		line_sink_printf(sink, "the netlink kernel module is not loaded: kldload netlink");
}

void
backend_foresee(const struct bindchain_request *request, const struct line_sink *obstacles,
    const struct line_sink *warnings)
{
	tell_buffer_limit(request, obstacles);
	if (is_netlink(request))
		tell_missing_netlink(obstacles);
	if (!address_is_internet(&request->address))
		return;
	jail_tell_address(request, warnings);
	foresee_reserved_port(request, obstacles, warnings);
	foresee_options(request, obstacles, warnings);
}

bool
backend_may_chown(void)
{
	return geteuid() == 0;
}

const char *
backend_address_rule(void)
{
	return jail_address_rule();
}

/* ---- failures ---- */

/* Whether this host, or jail, has the address; if so, the port is not available. */
static bool
is_here(const struct bindchain_address *address)
{
	struct local_address nearest;

	return address_is_wildcard(address)
	    || (local_nearest(address, &nearest, 1) > 0 && nearest.same);
}

/* EAFNOSUPPORT: the kernel was built without the family; EPROTONOSUPPORT: the jail has
 * no address of it.  kern/uipc_socket.c, socreate; the latter observed on 13.1. */
static void
explain_missing_family(const struct bindchain_request *request, int error,
    const struct line_sink *sink)
{
	const char *family = address_family(&request->address) == AF_INET6 ? "IPv6" : "IPv4";

	if (is_netlink(request))
		tell_missing_netlink(sink);
	else if (!address_is_internet(&request->address))
		return;
	else if (error == EAFNOSUPPORT)
		line_sink_printf(sink, "this kernel has no %s", family);
	else if (is_jailed())
		line_sink_printf(sink, "this jail has no %s", family);
}

static void
explain_option(const struct bindchain_request *request, const struct bindchain_failure *failure,
    const struct line_sink *sink)
{
	const char *option = failure->subject ? failure->subject : "";

	if (failure->error == EPERM && strstr(option, "BINDANY"))
		tell_denied_bind_any(sink);
	else if (failure->error == EPERM && strcmp(option, "TCP_FASTOPEN") == 0)
		tell_disabled_fast_open(sink);
	else if (failure->error == ENOENT && strcmp(option, "SO_ACCEPTFILTER") == 0)
		tell_missing_module(request, sink);
	else if (failure->error == ENOBUFS && strcmp(option, "SO_RCVBUF") == 0)
		explain_buffer(request, sink);
}

static void
explain_bind(const struct bindchain_request *request, int error, const struct line_sink *sink)
{
	switch (error) {
	case EADDRINUSE:
		jail_tell_address(request, sink);
		return;
	case EADDRNOTAVAIL:
		if (address_port(&request->address) == 0 && is_here(&request->address))
			bsd_explain_exhausted_range(sink);
		return;
	default:
		return;
	}
}

/* Of any family: mac(9), mac_socket_check_create, _bind and _listen.  A path has
 * permissions too. */
static void
explain_refusal(const struct bindchain_request *request, const struct bindchain_failure *failure,
    const struct line_sink *sink)
{
	if (failure->operation == BINDCHAIN_BIND
	    && (!address_is_internet(&request->address)
	        || (failure->error == EACCES && explain_reserved_port(request, sink))
	        || (failure->error == EPERM && explain_port_policy(request, sink))))
		return;
	line_sink_printf(sink, "a security policy refuses this: see mac(4), sysctl security.mac,"
	    " and kldstat(8) for the policies that are loaded");
}

void
backend_explain_failure(const struct bindchain_request *request,
    const struct bindchain_failure *failure, const struct line_sink *sink)
{
	if (failure_is_refusal(failure))
		explain_refusal(request, failure, sink);
	if (failure->operation == BINDCHAIN_SOCKET
	    && (failure->error == EAFNOSUPPORT || failure->error == EPROTONOSUPPORT))
		explain_missing_family(request, failure->error, sink);
	else if (failure->operation == BINDCHAIN_SETSOCKOPT)
		explain_option(request, failure, sink);
	else if (failure->operation == BINDCHAIN_BIND && address_is_internet(&request->address))
		explain_bind(request, failure->error, sink);
}
