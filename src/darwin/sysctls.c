/* SPDX-License-Identifier: ISC */
/*
 * Darwin: the settings that bear on listening, under the names that sysctl(8)
 * has for them; what they mean: listen(2), ip(4), inet6(4), and xnu's
 * bsd/kern/uipc_socket2.c, bsd/netinet/in_pcb.c, bsd/netinet/tcp_subr.c.
 */
#include "backend.h"
#include "sysctl.h"

struct setting {
	const char *name;
	const char *fixed;        /* its value where none can set it, else NULL */
	const char *meaning;      /* of any number, or when it cannot be read */
	const char *when_zero;    /* NULL: the same */
	const char *when_nonzero; /* NULL: the same */
};

static const struct setting settings[] = {
	{ "kern.ipc.somaxconn", NULL,
	    "the longest queue a listener gets, whatever backlog it asks for; not above 32767",
	    NULL, NULL },
	{ "kern.ipc.soqlimitcompat", NULL, "whether the queue holds as many as its limit says",
	    "a queue holds half as many again as its limit says",
	    "a queue holds as many connections as its limit says" },
	{ "kern.ipc.soqlencomp", NULL, "whether half-open connections count",
	    "half-open connections take places in the queue",
	    "half-open connections take no places in the queue" },
	{ "net.inet.ip.portrange.first", NULL,
	    "first port that the kernel chooses from, for port 0 and for clients; IPv6 too",
	    NULL, NULL },
	{ "net.inet.ip.portrange.last", NULL,
	    "last port that the kernel chooses from, for port 0 and for clients; IPv6 too",
	    NULL, NULL },
	{ "first unprivileged port", "1024",
	    "ports below it need root on a specific address; the wildcard address may have them"
	    " since macOS 10.14", NULL, NULL },
	{ "net.inet6.ip6.v6only", NULL, "whether an IPv6 wildcard takes IPv4 traffic too",
	    "an IPv6 wildcard takes IPv4 traffic too, unless the program says otherwise",
	    "an IPv6 wildcard takes no IPv4 traffic, unless the program says otherwise" },
	{ "net.inet.tcp.fastopen", NULL,
	    "whether listeners take data with the first packet: bit 1; bit 2 is for clients",
	    "no listener takes data with the first packet: TCP_FASTOPEN fails with ENOTSUP",
	    NULL },
	{ "net.inet.tcp.fastopen_backlog", NULL,
	    "connections of one listener that may have sent data before they are complete",
	    NULL, NULL },
	{ "accept filters", "none", "macOS has none", NULL, NULL },
	{ "SO_REUSEPORT", "shares",
	    "listeners of one user that all set it share a port; one of them gets all"
	    " connections", NULL, NULL },
};

static void
visit_setting(const struct setting *setting, backend_value_visitor *visit, void *context)
{
	struct backend_value value = { setting->name, setting->fixed, setting->meaning };
	struct backend_limit current = { 0 };
	const char *reading;
	char digits[NUMBER_TEXT_SIZE];

	if (!setting->fixed)
		current = setting_number(setting->name);
	reading = current.value.value ? setting->when_nonzero : setting->when_zero;
	if (current.value.known) {
		value.current = number_text(current.value.value, digits);
		if (reading)
			value.meaning = reading;
	}
	visit(context, &value);
}

void
backend_visit_values(backend_value_visitor *visit, void *context)
{
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		visit_setting(&settings[i], visit, context);
}

/* netstat(1) reads them from a structure that is another in each release. */
void
backend_visit_counters(backend_counter_visitor *visit, void *context)
{
	(void)visit;
	(void)context;
}
