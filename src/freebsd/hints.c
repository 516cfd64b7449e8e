/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: what may be in the way of a socket, and what was.
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
#include "backend.h"
#include "conflict_side.h"
#include "jail.h"
#include "nearest_address.h"
#include "release.h"
#include "sysctl.h"

static bool
is_listener(const struct bindchain_request *request)
{
	return request->kind == BINDCHAIN_TCP && request->backlog != BINDCHAIN_NO_LISTEN;
}

/* Setting NAME is there, and not 0. */
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

/* Says so where root has no privileges at all. */
static bool
say_root_is_powerless(const struct line_sink *sink)
{
	struct backend_limit enabled = setting_number("security.bsd.suser_enabled");

	if (!is_root() || !enabled.value.known || enabled.value.value)
		return false;
	line_sink_printf(sink, "root has no privileges here: %s is 0", enabled.name);
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

static const char reserved_rule[] =
    "a port from net.inet.ip.portrange.reservedlow to reservedhigh needs the"
    " privilege of root";

static const char bind_any_rule[] = "IP_BINDANY and IPV6_BINDANY need the privilege of root";

static void
foresee_reserved_port(const struct bindchain_request *request, const struct line_sink *obstacles,
    const struct line_sink *warnings)
{
	if (!is_reserved_port(address_port(&request->address)) || say_root_is_powerless(obstacles))
		return;
	if (!is_root())
		line_sink_printf(obstacles, "%s", reserved_rule);
	else if (is_jailed())
		line_sink_printf(warnings, "in a jail a reserved port needs allow.reserved_ports,"
		    " which cannot be seen from inside");
}

static bool
explain_reserved_port(const struct bindchain_request *request, const struct line_sink *sink)
{
	if (!is_reserved_port(address_port(&request->address)))
		return false;
	if (say_root_is_powerless(sink))
		return true;
	if (is_root() && is_jailed())
		line_sink_printf(sink, "this jail may bind no reserved port: its host can set"
		    " allow.reserved_ports, or the port be one above"
		    " net.inet.ip.portrange.reservedhigh");
	else if (is_root())
		line_sink_printf(sink, "%s, which a security policy denies it here: mac(4)",
		    reserved_rule);
	else
		line_sink_printf(sink, "%s: start as root, or lower"
		    " net.inet.ip.portrange.reservedhigh, or use mac_portacl(4)", reserved_rule);
	return true;
}

/* Is it certain that bind-any will be, or was, denied?  Then says why. */
static bool
say_bind_any_is_denied(const struct line_sink *sink)
{
	if (jail_kind() == JAIL_SHARED)
		line_sink_printf(sink, "IP_BINDANY and IPV6_BINDANY are not allowed in a jail without a"
		    " network stack of its own (vnet)");
	else if (!is_root())
		line_sink_printf(sink, "%s", bind_any_rule);
	else
		return say_root_is_powerless(sink);
	return true;
}

/* bind(2) itself says EPERM for no other reason that is known here. */
static bool
explain_port_policy(const struct bindchain_request *request, const struct line_sink *sink)
{
	struct backend_limit high = setting_number("security.mac.portacl.port_high");
	unsigned port = address_port(&request->address);

	if (!is_on("security.mac.portacl.enabled") || !high.value.known
	    || port > (unsigned)high.value.value)
		return false;
	line_sink_printf(sink, "mac_portacl(4) allows this port to nobody without a rule:"
	    " uid:%u:%s:%u in security.mac.portacl.rules would allow it", (unsigned)geteuid(),
	    request->kind == BINDCHAIN_UDP ? "udp" : "tcp", port);
	return true;
}

/* ---- options ---- */

static void
say_missing_module(const struct bindchain_request *request, const struct line_sink *sink)
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
		line_sink_printf(sink, "the accept filter's kernel module is not loaded: kldload %s",
		    module.name);
}

static void
say_fast_open_is_off(const struct line_sink *sink)
{
	struct backend_limit enabled = setting_number("net.inet.tcp.fastopen.server_enable");

	if (enabled.value.known && !enabled.value.value)
		line_sink_printf(sink, "fast open is switched off: net.inet.tcp.fastopen.server_enable is 0");
}

/* What of a buffer is not for its mbufs' heads: kern/uipc_sockbuf.c, sb_max_adj. */
static long long
largest_buffer(long long max)
{
	return max / 9 * 8 + max % 9 * 8 / 9;
}

/* Returns whether it is beyond the limit. */
static bool
say_buffer_is_too_large(const struct bindchain_request *request, const struct line_sink *sink)
{
	const struct bindchain_setting *wanted = &request->options[BINDCHAIN_RECEIVE_BUFFER];
	long long max;

	if (wanted->want == BINDCHAIN_UNASKED || !setting_long("kern.ipc.maxsockbuf", &max)
	    || wanted->value <= largest_buffer(max))
		return false;
	line_sink_printf(sink, "a receive buffer has at most %lld bytes here, 8/9 of"
	    " kern.ipc.maxsockbuf (%lld)", largest_buffer(max), max);
	return true;
}

static void
explain_buffer(const struct bindchain_request *request, const struct line_sink *sink)
{
	long long max;

	if (say_buffer_is_too_large(request, sink))
		return;
	line_sink_printf(sink, setting_long("kern.ipc.maxsockbuf", &max)
	    ? "the user's socket buffers have reached the limit sbsize: limits(1)"
	    : "the buffer is beyond 8/9 of kern.ipc.maxsockbuf, or the user's limit sbsize");
}

static void
foresee_options(const struct bindchain_request *request, const struct line_sink *obstacles,
    const struct line_sink *warnings)
{
	if (request->options[BINDCHAIN_BIND_ANY].value)
		say_bind_any_is_denied(obstacles);
	if (is_listener(request))
		say_missing_module(request, obstacles);
	if (is_listener(request) && request->options[BINDCHAIN_FAST_OPEN].value)
		say_fast_open_is_off(obstacles);
	if (conflict_takes_from_specific(request))
		line_sink_printf(warnings, "a balanced wildcard takes the connections of any listener on a"
		    " specific address and this port that is not balanced itself");
}

/* ---- netlink ---- */

static bool
is_netlink(const struct bindchain_request *request)
{
	return request->kind == BINDCHAIN_NETLINK || request->kind == BINDCHAIN_NETLINK_RAW;
}

static void
say_netlink_is_not_loaded(const struct line_sink *sink)
{
	if (modfind("netlink") < 0)
		line_sink_printf(sink, "the kernel module of netlink is not loaded: kldload netlink");
}

void
backend_foresee(const struct bindchain_request *request, const struct line_sink *obstacles,
    const struct line_sink *warnings)
{
	say_buffer_is_too_large(request, obstacles);
	if (is_netlink(request))
		say_netlink_is_not_loaded(obstacles);
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

static void
explain_exhausted_range(const struct line_sink *sink)
{
	struct backend_limit first = setting_number("net.inet.ip.portrange.first");
	struct backend_limit last = setting_number("net.inet.ip.portrange.last");

	if (first.value.known && last.value.known)
		line_sink_printf(sink, "no port is free for this in the range for automatic choice,"
		    " %d-%d (net.inet.ip.portrange.first, last)", first.value.value,
		    last.value.value);
}

/* Has this host, or jail, the address?  Then it is the port that is not available. */
static bool
is_here(const struct bindchain_address *address)
{
	struct local_address nearest;

	return address_is_wildcard(address)
	    || (local_nearest(address, &nearest, 1) > 0 && nearest.same);
}

/* socket(2) says EAFNOSUPPORT where the kernel was built without the family, and
 * EPROTONOSUPPORT where the jail has none of it: kern/uipc_socket.c, socreate; the
 * latter seen on 13.1. */
static void
explain_missing_family(const struct bindchain_request *request, int error,
    const struct line_sink *sink)
{
	const char *family = address_family(&request->address) == AF_INET6 ? "IPv6" : "IPv4";

	if (is_netlink(request))
		say_netlink_is_not_loaded(sink);
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
		say_bind_any_is_denied(sink);
	else if (failure->error == EPERM && strcmp(option, "TCP_FASTOPEN") == 0)
		say_fast_open_is_off(sink);
	else if (failure->error == ENOENT && strcmp(option, "SO_ACCEPTFILTER") == 0)
		say_missing_module(request, sink);
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
			explain_exhausted_range(sink);
		return;
	default:
		return;
	}
}

/* socket(2), bind(2) and listen(2) of any family, and no reason with it: mac(9),
 * mac_socket_check_create, _bind and _listen.  A path has permissions too. */
static void
explain_refusal(const struct bindchain_request *request, const struct bindchain_failure *failure,
    const struct line_sink *sink)
{
	if (failure->operation == BINDCHAIN_BIND) {
		if (!address_is_internet(&request->address)
		    || (failure->error == EACCES && explain_reserved_port(request, sink))
		    || (failure->error == EPERM && explain_port_policy(request, sink)))
			return;
	} else if (failure->operation != BINDCHAIN_SOCKET
	    && failure->operation != BINDCHAIN_LISTEN) {
		return;
	}
	line_sink_printf(sink, "a security policy refuses this: see mac(4), sysctl security.mac,"
	    " and kldstat(8) for the policies that are loaded");
}

void
backend_explain_failure(const struct bindchain_request *request,
    const struct bindchain_failure *failure, const struct line_sink *sink)
{
	if (failure->error == EACCES || failure->error == EPERM)
		explain_refusal(request, failure, sink);
	if (failure->operation == BINDCHAIN_SOCKET
	    && (failure->error == EAFNOSUPPORT || failure->error == EPROTONOSUPPORT))
		explain_missing_family(request, failure->error, sink);
	else if (failure->operation == BINDCHAIN_SETSOCKOPT)
		explain_option(request, failure, sink);
	else if (failure->operation == BINDCHAIN_BIND && address_is_internet(&request->address))
		explain_bind(request, failure->error, sink);
}
