/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: the sysctls that affect listening, under the names that sysctl(8)
 * has for them; what they mean: listen(2), syncache(4), ip(4), inet6(4), tcp(4),
 * accept_filter(9), jail(8).  Accept filters are modules of the kernel.
 */
#include "accept_filter.h"
#include "jail.h"
#include "sysctl.h"
#include "sysctl_rows.h"

static const struct sysctl_row rows[] = {
	{ "net.inet.tcp.syncache.cachelimit", NULL,
	    "the SYN queue limit of the whole host, independent of any backlog", NULL, NULL },
	{ "net.inet.tcp.syncookies", NULL,
	    "the effect of a full syncache",
	    "full syncache: the oldest half-open connections are dropped",
	    "full syncache: SYN cookies are sent" },
	{ "net.inet.tcp.syncache.rst_on_sock_fail", NULL,
	    "the effect of a full accept queue",
	    "full accept queue: the client considers itself connected, and is reset when it"
	    " sends data",
	    "full accept queue: the client is reset as soon as it has connected" },
	{ "net.inet.ip.portrange.first", NULL,
	    "first ephemeral port, for port 0 and for clients, IPv4 and IPv6",
	    NULL, NULL },
	{ "net.inet.ip.portrange.last", NULL,
	    "last ephemeral port, for port 0 and for clients, IPv4 and IPv6",
	    NULL, NULL },
	{ "net.inet.ip.portrange.reservedlow", NULL,
	    "first port that needs root", NULL, NULL },
	{ "net.inet.ip.portrange.reservedhigh", NULL,
	    "last port that needs root", NULL, NULL },
	{ "net.inet6.ip6.v6only", NULL, "whether an IPv6 wildcard is dual-stack by default",
	    "an IPv6 wildcard is dual-stack, unless IPV6_V6ONLY is set",
	    "an IPv6 wildcard is IPv6-only, unless IPV6_V6ONLY is cleared" },
};

static const struct sysctl_row bind_any[] = {
	{ "IP_BINDANY, IPV6_BINDANY", "root",
	    "root can bind an address that no interface has; in a jail this needs a network"
	    " stack of its own (vnet)", NULL, NULL },
	{ "IP_BINDANY, IPV6_BINDANY", "nobody",
	    "this jail cannot bind an address that no interface has: it has no network stack"
	    " of its own (vnet)", NULL, NULL },
};

static const struct sysctl_row fast_open =
	{ "net.inet.tcp.fastopen.server_enable", NULL,
	    "whether listeners accept data in the SYN (TCP_FASTOPEN)",
	    "no listener accepts data in the SYN: TCP_FASTOPEN fails with EPERM",
	    "a listener that sets TCP_FASTOPEN accepts data in the SYN" };

static const struct sysctl_row share = { "SO_REUSEPORT", "shares",
	"listeners of one user that all set it share a port; one of them gets all"
	" connections", NULL, NULL };

static const struct sysctl_row balance = { "SO_REUSEPORT_LB", "balances",
	"the kernel distributes connections among up to 256 listeners of one user; further"
	" ones get none", NULL, NULL };
static const struct sysctl_row no_balance = { "SO_REUSEPORT_LB", "shares",
	"one listener gets all connections: FreeBSD balances jails, with vnet or without,"
	" since 13.3 and 14.0", NULL, NULL };
static const struct sysctl_row doubtful_balance = { "SO_REUSEPORT_LB", "balances or shares",
	"whether the kernel distributes connections among listeners is unknown: it does in"
	" jails since 13.3 and 14.0", NULL, NULL };

static void
add_filters(struct backend_values *values)
{
	static const char *const what[] = {
		[BINDCHAIN_WAIT_FOR_DATA] = "accept filter that waits for data",
		[BINDCHAIN_WAIT_FOR_HTTP] = "accept filter that waits for an HTTP request",
		[BINDCHAIN_WAIT_FOR_TLS] = "accept filter that waits for a TLS ClientHello",
		[BINDCHAIN_WAIT_FOR_DNS] = "accept filter that waits for a DNS query",
	};

	for (int i = BINDCHAIN_WAIT_FOR_DATA; i <= BINDCHAIN_WAIT_FOR_DNS; i++) {
		struct accept_filter_module module = accept_filter_module(i);
		backend_values_add(values, module.name, module.is_present ? "loaded"
		    : module.is_absent ? "not in this release" : "not loaded", what[i]);
	}
}

/* Its name depends on the release: backlog.c. */
static void
add_backlog_limit(struct backend_values *values)
{
	struct sysctl_row row = { .meaning = "the limit of every backlog; the accept queue"
		" holds 3/2 of it and one connection more" };
	struct backend_limit limit;

	backend_backlog_limit(&limit);
	row.name = limit.name;
	sysctl_row_add(values, &row);
}

static void
add_jail(struct backend_values *values)
{
	struct backend_limit jailed = sysctl_number("security.jail.jailed");
	const char *rule = jail_address_rule();
	char digits[NUMBER_TEXT_SIZE];

	if (!jailed.value.known)
		backend_values_add(values, jailed.name, NULL, "whether bind replaces requested addresses");
	else
		backend_values_add(values, jailed.name, number_text(jailed.value.value, digits),
		    rule ? rule : "a socket is bound to the requested address");
}

static void
add_balance(struct backend_values *values)
{
	struct bindchain_fact balances = jail_balances();

	sysctl_row_add(values, !balances.known ? &doubtful_balance
	    : balances.value ? &balance : &no_balance);
}

void
backend_read_values(struct backend_values *values)
{
	values->count = values->used = 0;
	add_backlog_limit(values);
	sysctl_rows_add(values, rows, sizeof rows / sizeof *rows);
	sysctl_row_add(values, &bind_any[jail_kind() == JAIL_SHARED]);
	sysctl_row_add(values, &fast_open);
	add_jail(values);
	add_filters(values);
	sysctl_row_add(values, &share);
	add_balance(values);
}
