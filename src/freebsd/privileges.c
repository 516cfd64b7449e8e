/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: the privileges that opening a socket can need.
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
 */
#include "privileges.h"

#include <errno.h>
#include <unistd.h>

#include "address.h"
#include "jail.h"
#include "own_process.h"
#include "request.h"
#include "sysctl.h"

/* Whether sysctl NAME exists and is not 0. */
static bool
is_on(const char *name)
{
	return sysctl_number(name).value.value != 0;
}

static bool
is_root(void)
{
	return geteuid() == 0;
}

bool
backend_may_chown(void)
{
	return is_root();
}

/* Returns whether root has no privileges at all: suser_enabled of kern/kern_priv.c. */
static bool
tell_powerless_root(struct findings *findings)
{
	struct backend_limit enabled = sysctl_number("security.bsd.suser_enabled");

	if (!is_root() || !enabled.value.known || enabled.value.value)
		return false;
	findings_add(findings, FINDING_OBSTACLE, "root has no privileges: %s is 0", enabled.name);
	return true;
}

static bool
is_reserved_port(unsigned port)
{
	struct backend_limit low = sysctl_number("net.inet.ip.portrange.reservedlow");
	struct backend_limit high = sysctl_number("net.inet.ip.portrange.reservedhigh");

	return port > 0 && low.value.known && high.value.known
	    && (int)port >= low.value.value && (int)port <= high.value.value;
}

#define RESERVED_RULE \
	"ports from net.inet.ip.portrange.reservedlow to reservedhigh need root privilege"

void
privileges_foresee_port(const struct request *request, struct findings *findings)
{
	size_t before = findings->count;

	if (!is_reserved_port(address_port(&request->address)))
		return;
	if (!tell_powerless_root(findings) && !is_root())
		findings_add(findings, FINDING_OBSTACLE, RESERVED_RULE);
	else if (findings->count == before && jail_is_around())
		findings_add(findings, FINDING_WARNING,
		    "in a jail a reserved port needs allow.reserved_ports, which is not visible"
		    " from inside");
	if (findings->count > before)
		findings_foresee(findings, BINDCHAIN_BIND, EACCES);
}

bool
privileges_tell_port(const struct request *request, struct findings *findings)
{
	if (!is_reserved_port(address_port(&request->address)))
		return false;
	if (tell_powerless_root(findings))
		return true;
	if (is_root() && jail_is_around())
		findings_add(findings, FINDING_OBSTACLE,
		    "this jail may not bind reserved ports: set its parameter"
		    " allow.reserved_ports on the host, or use a port above"
		    " net.inet.ip.portrange.reservedhigh");
	else if (is_root())
		findings_add(findings, FINDING_OBSTACLE,
		    RESERVED_RULE ", denied by a security policy: mac(4)");
	else
		findings_add(findings, FINDING_OBSTACLE,
		    RESERVED_RULE ": start as root, lower net.inet.ip.portrange.reservedhigh, or"
		    " use mac_portacl(4)");
	return true;
}

/* Returns whether bind-any is certainly denied, and gives the reason. */
bool
privileges_tell_bind_any(struct findings *findings)
{
	if (jail_kind() == JAIL_SHARED)
		findings_add(findings, FINDING_OBSTACLE,
		    "IP_BINDANY and IPV6_BINDANY are not allowed in a jail without its own"
		    " network stack (vnet)");
	else if (!is_root())
		findings_add(findings, FINDING_OBSTACLE,
		    "IP_BINDANY and IPV6_BINDANY need root privilege");
	else
		return tell_powerless_root(findings);
	return true;
}

/* No other known reason makes bind(2) itself fail with EPERM. */
bool
privileges_tell_policy(const struct request *request, struct findings *findings)
{
	struct backend_limit high = sysctl_number("security.mac.portacl.port_high");
	unsigned port = address_port(&request->address);

	if (!is_on("security.mac.portacl.enabled") || !high.value.known
	    || port > (unsigned)high.value.value)
		return false;
	findings_add(findings, FINDING_OBSTACLE,
	    "mac_portacl(4) has no rule for this port: add uid:%u:%s:%u to"
	    " security.mac.portacl.rules", (unsigned)geteuid(),
	    request->kind == BINDCHAIN_UDP ? "udp" : "tcp", port);
	return true;
}
