/* SPDX-License-Identifier: ISC */
#include "port_range.h"

#include "sysctl.h"

void
bsd_explain_exhausted_range(const struct line_sink *sink)
{
	struct backend_limit first = setting_number("net.inet.ip.portrange.first");
	struct backend_limit last = setting_number("net.inet.ip.portrange.last");

	if (first.value.known && last.value.known)
		line_sink_printf(sink, "no free ephemeral port from net.inet.ip.portrange.first (%d)"
		    " to net.inet.ip.portrange.last (%d)", first.value.value, last.value.value);
}
