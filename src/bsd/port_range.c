/* SPDX-License-Identifier: ISC */
#include "port_range.h"

#include "sysctl.h"

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
