/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: what may be in the way of a socket, and what was.
 *
 * - Ports from net.inet.ip.portrange.reservedlow to reservedhigh (0 and 1023
 *   unless changed) need PRIV_NETINET_RESERVEDPORT, which root has, outside
 *   jails without allow.reserved_ports: ip(4), jail(8), netinet/in_pcb.c.
 * - IP_BINDANY and IPV6_BINDANY need PRIV_NETINET_BINDANY, even to be cleared:
 *   ip(4), netinet/ip_output.c.  In jails only those with a network stack of
 *   their own have it: kern/kern_jail.c.
 * - Port 0 takes a port from net.inet.ip.portrange.first to last; when there is
 *   none, bind(2) says EADDRNOTAVAIL: netinet/in_pcb.c, in_pcb_lport.
 * - SO_ACCEPTFILTER says ENOENT when the filter's module is not loaded, and
 *   loads none: accept_filter(9), kern/uipc_accf.c.
 * - TCP_FASTOPEN on a listener is EPERM with net.inet.tcp.fastopen.server_enable
 *   0, which it is unless changed: tcp(4), netinet/tcp_usrreq.c.
 * - In a jail that has addresses of its own and no network stack, bind(2) takes
 *   the first of them for 127.0.0.1 and ::1, unless these are the jail's too, and
 *   for 0.0.0.0 or an IPv6-only :: if it is the only one of its family:
 *   netinet/in_jail.c, prison_local_ip4; netinet6/in6_jail.c, prison_local_ip6.
 *   Read, and never seen.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "accept_filter.h"
#include "address.h"
#include "backend.h"
#include "conflict_side.h"
#include "nearest_address.h"
#include "sysctl.h"

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
say_missing_module(const struct bindchain_request *request, const struct line_sink *sink)
{
	int wait_for = request->options[BINDCHAIN_WAIT_FOR].value;
	struct accept_filter_module module;
	struct text line;

	if (wait_for <= BINDCHAIN_WAIT_FOR_NOTHING || wait_for > BINDCHAIN_WAIT_FOR_DNS)
		return;
	module = accept_filter_module(wait_for);
	if (module.is_present)
		return;
	text_init(&line);
	text_add(&line, "the accept filter's kernel module is not loaded: kldload ");
	text_add(&line, module.name);
	line_sink_take(sink, &line);
}

static void
say_fast_open_is_off(const struct line_sink *sink)
{
	struct backend_limit enabled = setting_number("net.inet.tcp.fastopen.server_enable");

	if (enabled.value.known && !enabled.value.value)
		line_sink_printf(sink, "fast open is switched off: net.inet.tcp.fastopen.server_enable is 0");
}

static void
foresee_options(const struct bindchain_request *request, const struct line_sink *obstacles,
    const struct line_sink *warnings)
{
	bool listens = request->kind == BINDCHAIN_TCP && request->backlog != BINDCHAIN_NO_LISTEN;

	if (geteuid() != 0 && request->options[BINDCHAIN_BIND_ANY].value)
		line_sink_printf(obstacles, "%s", bind_any_rule);
	if (listens)
		say_missing_module(request, obstacles);
	if (listens && request->options[BINDCHAIN_FAST_OPEN].value)
		say_fast_open_is_off(obstacles);
	if (conflict_takes_from_specific(request))
		line_sink_printf(warnings, "a balanced wildcard takes the connections of any listener on a"
		    " specific address and this port that is not balanced itself");
}

/* ---- addresses of a jail ---- */

const char *
backend_address_rule(void)
{
	if (!setting_number("security.jail.jailed").value.value
	    || setting_number("security.jail.vnet").value.value)
		return NULL;
	return "this is a jail, whose first address stands in for loopback, and its only"
	       " one for the wildcard";
}

static bool
is_loopback_itself(const struct bindchain_address *address)
{
	struct bindchain_address itself;
	bool is_ipv6 = address_family(address) == AF_INET6;

	return address_from_literal(&itself, is_ipv6 ? "::1" : "127.0.0.1", 0)
	    && address_answers(address, &itself);
}

/* Both families at once are left alone. */
static bool
is_wildcard_of_one_family(const struct bindchain_request *request)
{
	return address_is_wildcard(&request->address)
	    && (address_family(&request->address) == AF_INET
	        || request->options[BINDCHAIN_V6ONLY].value);
}

/*
 * Does the jail, by the addresses that are seen in it, bind another one?  A jail
 * that has those of the host (ip4=inherit) sees loopback, and leaves it alone.
 */
static bool
is_stood_in_for(const struct bindchain_request *request)
{
	struct local_address own[2];
	size_t count = local_nearest(&request->address, own, 2);

	if (is_loopback_itself(&request->address))
		return count > 0 && !own[0].same;
	return is_wildcard_of_one_family(request) && count == 1
	    && !is_loopback_itself(&own[0].address);
}

static void
tell_stand_in(const struct bindchain_request *request, const struct line_sink *sink)
{
	const char *rule = backend_address_rule();
	char host[ADDRESS_HOST_SIZE];
	struct text line;

	if (!rule || !is_stood_in_for(request))
		return;
	address_host(&request->address, host);
	text_init(&line);
	text_add(&line, "another address is bound for ");
	text_add_visible(&line, host);
	text_add(&line, ": ");
	text_add(&line, rule);
	line_sink_take(sink, &line);
}

void
backend_foresee(const struct bindchain_request *request, const struct line_sink *obstacles,
    const struct line_sink *warnings)
{
	tell_stand_in(request, warnings);
	if (geteuid() != 0 && is_reserved_port(address_port(&request->address)))
		line_sink_printf(obstacles, "%s", reserved_rule);
	foresee_options(request, obstacles, warnings);
}

/* ---- failures ---- */

static void
explain_reserved_port(const struct bindchain_request *request, const struct line_sink *sink)
{
	struct text line;

	if (!is_reserved_port(address_port(&request->address)))
		return;
	text_init(&line);
	text_add(&line, reserved_rule);
	text_add(&line, ": start as root, or lower net.inet.ip.portrange.reservedhigh, or"
	                " use mac_portacl(4)");
	line_sink_take(sink, &line);
}

static void
explain_exhausted_range(const struct line_sink *sink)
{
	struct backend_limit first = setting_number("net.inet.ip.portrange.first");
	struct backend_limit last = setting_number("net.inet.ip.portrange.last");
	struct text line;

	if (!first.value.known || !last.value.known)
		return;
	text_init(&line);
	text_add(&line, "no port is free for this in the range for automatic choice, ");
	text_add_number(&line, first.value.value);
	text_add(&line, "-");
	text_add_number(&line, last.value.value);
	text_add(&line, " (net.inet.ip.portrange.first, last)");
	line_sink_take(sink, &line);
}

/* socket(2) says EAFNOSUPPORT where the kernel was built without the family, and
 * EPROTONOSUPPORT where the jail has none of it: kern/uipc_socket.c, socreate. */
static void
explain_missing_family(const struct bindchain_request *request, int error,
    const struct line_sink *sink)
{
	struct text line;

	if (error == EPROTONOSUPPORT && !setting_number("security.jail.jailed").value.value)
		return;
	text_init(&line);
	text_add(&line, error == EPROTONOSUPPORT ? "this jail has no " : "this kernel has no ");
	text_add(&line, address_family(&request->address) == AF_INET6 ? "IPv6" : "IPv4");
	line_sink_take(sink, &line);
}

static void
explain_bind_any(const struct line_sink *sink)
{
	if (geteuid() != 0)
		line_sink_printf(sink, "%s", bind_any_rule);
	else if (setting_number("security.jail.jailed").value.value)
		line_sink_printf(sink, "IP_BINDANY and IPV6_BINDANY are not allowed in a jail without a"
		    " network stack of its own (vnet)");
}

static void
explain_option(const struct bindchain_request *request, const struct bindchain_failure *failure,
    const struct line_sink *sink)
{
	const char *option = failure->subject ? failure->subject : "";

	if (failure->error == EPERM && strstr(option, "BINDANY"))
		explain_bind_any(sink);
	else if (failure->error == EPERM && strcmp(option, "TCP_FASTOPEN") == 0)
		say_fast_open_is_off(sink);
	else if (failure->error == ENOENT && strcmp(option, "SO_ACCEPTFILTER") == 0)
		say_missing_module(request, sink);
}

void
backend_explain_failure(const struct bindchain_request *request,
    const struct bindchain_failure *failure, const struct line_sink *sink)
{
	bool automatic = address_port(&request->address) == 0;

	if (failure->operation == BINDCHAIN_SOCKET
	    && (failure->error == EAFNOSUPPORT || failure->error == EPROTONOSUPPORT))
		explain_missing_family(request, failure->error, sink);
	else if (failure->operation == BINDCHAIN_SETSOCKOPT)
		explain_option(request, failure, sink);
	else if (failure->operation != BINDCHAIN_BIND)
		return;
	else if (failure->error == EACCES)
		explain_reserved_port(request, sink);
	else if (failure->error == EADDRINUSE)
		tell_stand_in(request, sink);
	else if (failure->error == EADDRNOTAVAIL && automatic
	    && address_is_wildcard(&request->address))
		explain_exhausted_range(sink);
}
