/* SPDX-License-Identifier: ISC */
/*
 * Darwin: the sysctls that affect listening, under the names that sysctl(8)
 * has for them; what they mean: listen(2), ip(4), inet6(4), and xnu's
 * bsd/kern/uipc_socket2.c, bsd/netinet/in_pcb.c, bsd/netinet/tcp_subr.c.
 */
#include "sysctl_rows.h"

static const struct sysctl_row rows[] = {
	{ "kern.ipc.somaxconn", NULL,
	    "the limit of every backlog; at most 32767",
	    NULL, NULL },
	{ "kern.ipc.soqlimitcompat", NULL, "whether the accept queue holds its limit or 3/2 of it",
	    "the accept queue holds 3/2 of its limit",
	    "the accept queue holds exactly its limit" },
	{ "kern.ipc.soqlencomp", NULL, "whether half-open connections count in the accept queue",
	    "half-open connections count in the accept queue",
	    "half-open connections do not count in the accept queue" },
	{ "net.inet.ip.portrange.first", NULL,
	    "first ephemeral port, for port 0 and for clients, IPv4 and IPv6",
	    NULL, NULL },
	{ "net.inet.ip.portrange.last", NULL,
	    "last ephemeral port, for port 0 and for clients, IPv4 and IPv6",
	    NULL, NULL },
	{ "first unprivileged port", "1024",
	    "ports below it need root on a specific address; on a wildcard they do not, since"
	    " macOS 10.14", NULL, NULL },
	{ "net.inet6.ip6.v6only", NULL, "whether an IPv6 wildcard is dual-stack by default",
	    "an IPv6 wildcard is dual-stack, unless IPV6_V6ONLY is set",
	    "an IPv6 wildcard is IPv6-only, unless IPV6_V6ONLY is cleared" },
	{ "net.inet.tcp.fastopen", NULL,
	    "whether listeners accept data in the SYN: bit 1; bit 2 is for clients",
	    "no listener accepts data in the SYN: TCP_FASTOPEN fails with ENOTSUP",
	    NULL },
	{ "net.inet.tcp.fastopen_backlog", NULL,
	    "the limit of connections per listener that sent data before the handshake ended",
	    NULL, NULL },
	{ "accept filters", "none", "not supported on macOS", NULL, NULL },
	{ "SO_REUSEPORT", "shares",
	    "listeners of one user that all set it share a port; one of them gets all"
	    " connections", NULL, NULL },
};

void
backend_read_values(struct backend_values *values)
{
	values->count = values->used = 0;
	sysctl_rows_add(values, rows, sizeof rows / sizeof *rows);
}
