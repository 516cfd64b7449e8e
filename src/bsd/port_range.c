/* SPDX-License-Identifier: ISC */
#include "port_range.h"

#include "address.h"
#include "observe.h"
#include "request.h"
#include "sysctl.h"

/* in_pcblookup_local of netinet/in_pcb.c passes connections for a socket that has
 * SO_REUSEADDR.  UDP sockets of clients need not be connected. */
static bool
passes_connections(const struct request *request)
{
	return request->kind == BINDCHAIN_TCP && request->options[BINDCHAIN_REUSE_ADDRESS].value;
}

/* The kernel accepts a first port above the last: in_pcb_lport. */
static bool
is_between(unsigned port, const struct backend_limit *one, const struct backend_limit *other)
{
	int smaller = one->value.value < other->value.value ? one->value.value
	                                                    : other->value.value;
	int larger = one->value.value + other->value.value - smaller;

	return one->value.known && other->value.known && (int)port >= smaller
	    && (int)port <= larger;
}

void
backend_tell_ephemeral_port(const struct request *request, enum finding_severity severity,
    struct findings *findings)
{
	struct backend_limit first = sysctl_number("net.inet.ip.portrange.first");
	struct backend_limit last = sysctl_number("net.inet.ip.portrange.last");
	unsigned port = address_port(&request->address);

	if (port && !passes_connections(request) && is_between(port, &first, &last))
		findings_add(findings, severity,
		    "the kernel may choose port %u for another socket: it is between %s (%d) and"
		    " %s (%d)", port, first.name, first.value.value, last.name, last.value.value);
}

void
bsd_tell_exhausted_range(struct findings *findings)
{
	struct backend_limit first = sysctl_number("net.inet.ip.portrange.first");
	struct backend_limit last = sysctl_number("net.inet.ip.portrange.last");

	if (first.value.known && last.value.known)
		findings_add(findings, FINDING_OBSTACLE,
		    "no free ephemeral port from net.inet.ip.portrange.first (%d) to"
		    " net.inet.ip.portrange.last (%d)", first.value.value, last.value.value);
}
