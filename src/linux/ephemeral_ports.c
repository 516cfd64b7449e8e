/* SPDX-License-Identifier: ISC */
#include "ephemeral_ports.h"

#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "observe.h"
#include "request.h"
#include "sysctl.h"

bool
ephemeral_ports_have(const char *list, unsigned port)
{
	char *end;

	for (const char *next = list; *next; next = *end ? end + 1 : end) {
		unsigned long first = strtoul(next, &end, 10), last = first;
		if (end == next)
			return false;
		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		if (port >= first && port <= last)
			return true;
	}
	return false;
}

/* "32768	60999" becomes "32768-60999". */
static bool
read_range(const char *name, char *range, size_t size)
{
	char *gap;

	if (!sysctl_text(name, range, size))
		return false;
	gap = strpbrk(range, "\t ");
	if (gap)
		*gap = '-';
	return gap;
}

/* One read(2) gets as much of the list as there is room: one that fills it may be longer. */
static bool
is_reserved(const char *name, unsigned port)
{
	char list[8192];

	return !sysctl_text(name, list, sizeof list) || strlen(list) + 2 >= sizeof list
	    || ephemeral_ports_have(list, port);
}

void
backend_tell_ephemeral_port(const struct request *request, enum finding_severity severity,
    struct findings *findings)
{
	static const char range_name[] = "net.ipv4.ip_local_port_range";
	static const char reserved_name[] = "net.ipv4.ip_local_reserved_ports";
	unsigned port = address_port(&request->address);
	char range[64];

	if (port && read_range(range_name, range, sizeof range)
	    && ephemeral_ports_have(range, port) && !is_reserved(reserved_name, port))
		findings_add(findings, severity,
		    "the kernel may choose port %u for another socket: it is in %s (%s) and not in %s",
		    port, range_name, range, reserved_name);
}
