/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: the settings that bear on listening, under the names that sysctl(8)
 * has for them; what they mean: listen(2), syncache(4), ip(4), inet6(4), tcp(4),
 * accept_filter(9), jail(8).  Accept filters are modules of the kernel.
 */
#include "accept_filter.h"
#include "backend.h"
#include "jail.h"
#include "sysctl.h"

struct setting {
	const char *name;
	const char *fixed;        /* its value where none can set it, else NULL */
	const char *meaning;      /* of any number, or when it cannot be read */
	const char *when_zero;    /* NULL: the same */
	const char *when_nonzero; /* NULL: the same */
};

static const struct setting settings[] = {
	{ "net.inet.tcp.syncache.cachelimit", NULL,
	    "half-open connections of the whole host; no backlog changes it", NULL, NULL },
	{ "net.inet.tcp.syncookies", NULL,
	    "what happens when there are too many half-open connections",
	    "beyond the syncache's limit, the oldest half-open connections are dropped",
	    "beyond the syncache's limit, cookies stand in for it" },
	{ "net.inet.tcp.syncache.rst_on_sock_fail", NULL,
	    "what becomes of a connection when the queue is full",
	    "when a queue is full, a client believes it is connected, and is reset when it"
	    " sends something",
	    "when a queue is full, a client is reset as soon as it has connected" },
	{ "net.inet.ip.portrange.first", NULL,
	    "first port that the kernel chooses from, for port 0 and for clients; IPv6 too",
	    NULL, NULL },
	{ "net.inet.ip.portrange.last", NULL,
	    "last port that the kernel chooses from, for port 0 and for clients; IPv6 too",
	    NULL, NULL },
	{ "net.inet.ip.portrange.reservedlow", NULL,
	    "first port that only root may bind", NULL, NULL },
	{ "net.inet.ip.portrange.reservedhigh", NULL,
	    "last port that only root may bind", NULL, NULL },
	{ "net.inet6.ip6.v6only", NULL, "whether an IPv6 wildcard takes IPv4 traffic too",
	    "an IPv6 wildcard takes IPv4 traffic too, unless the program says otherwise",
	    "an IPv6 wildcard takes no IPv4 traffic, unless the program says otherwise" },
};

static const struct setting bind_any[] = {
	{ "IP_BINDANY, IPV6_BINDANY", "root",
	    "an address that no interface has can be bound by root, in a jail only with a"
	    " network stack of its own", NULL, NULL },
	{ "IP_BINDANY, IPV6_BINDANY", "nobody",
	    "nobody in this jail can bind an address that no interface has: it has no network"
	    " stack of its own", NULL, NULL },
};

static const struct setting fast_open =
	{ "net.inet.tcp.fastopen.server_enable", NULL,
	    "whether listeners take data with the first packet (TCP_FASTOPEN)",
	    "no listener takes data with the first packet: TCP_FASTOPEN fails with EPERM",
	    "a listener that sets TCP_FASTOPEN takes data with the first packet" };

static const struct setting share = { "SO_REUSEPORT", "shares",
	"listeners of one user that all set it share a port; one of them gets all"
	" connections", NULL, NULL };

static const struct setting balance = { "SO_REUSEPORT_LB", "balances",
	"the kernel spreads connections over up to 256 listeners of one user; more get"
	" none", NULL, NULL };
static const struct setting no_balance = { "SO_REUSEPORT_LB", "shares",
	"one listener gets all connections: FreeBSD balances jails, with vnet or without,"
	" since 13.3 and 14.0", NULL, NULL };
static const struct setting doubtful_balance = { "SO_REUSEPORT_LB", "balances or shares",
	"whether the kernel spreads connections over listeners: it does in jails since 13.3"
	" and 14.0", NULL, NULL };

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

static void
visit_filters(backend_value_visitor *visit, void *context)
{
	static const char *const what[] = {
		[BINDCHAIN_WAIT_FOR_DATA] = "lets connections wait for data",
		[BINDCHAIN_WAIT_FOR_HTTP] = "lets connections wait for an HTTP request",
		[BINDCHAIN_WAIT_FOR_TLS] = "lets connections wait for a TLS greeting",
		[BINDCHAIN_WAIT_FOR_DNS] = "lets connections wait for a DNS query",
	};

	for (int i = BINDCHAIN_WAIT_FOR_DATA; i <= BINDCHAIN_WAIT_FOR_DNS; i++) {
		struct accept_filter_module module = accept_filter_module(i);
		struct backend_value value = { .name = module.name, .meaning = what[i],
			.current = module.is_present ? "loaded"
			    : module.is_absent ? "not in this release" : "not loaded" };
		visit(context, &value);
	}
}

/* Whichever of its names it goes by. */
static void
visit_backlog_limit(backend_value_visitor *visit, void *context)
{
	struct setting setting = { .meaning = "the longest queue a listener gets, whatever backlog"
		" it asks for; half as many again and one more fit" };
	struct backend_limit limit;

	backend_backlog_limit(&limit);
	setting.name = limit.name;
	visit_setting(&setting, visit, context);
}

static void
visit_jail(backend_value_visitor *visit, void *context)
{
	struct backend_limit jailed = setting_number("security.jail.jailed");
	const char *rule = jail_address_rule();
	char digits[NUMBER_TEXT_SIZE];
	struct backend_value value = { .name = jailed.name,
		.meaning = rule ? rule : "a socket gets the address it asks for" };

	if (!jailed.value.known)
		value.meaning = "whether other addresses stand in for those asked for";
	else
		value.current = number_text(jailed.value.value, digits);
	visit(context, &value);
}

static void
visit_balance(backend_value_visitor *visit, void *context)
{
	struct bindchain_fact balances = jail_balances();

	visit_setting(!balances.known ? &doubtful_balance : balances.value ? &balance : &no_balance,
	    visit, context);
}

void
backend_visit_values(backend_value_visitor *visit, void *context)
{
	visit_backlog_limit(visit, context);
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		visit_setting(&settings[i], visit, context);
	visit_setting(&bind_any[jail_kind() == JAIL_SHARED], visit, context);
	visit_setting(&fast_open, visit, context);
	visit_jail(visit, context);
	visit_filters(visit, context);
	visit_setting(&share, visit, context);
	visit_balance(visit, context);
}

/* netstat(1) reads them from a structure that is another in each release. */
void
backend_visit_counters(backend_counter_visitor *visit, void *context)
{
	(void)visit;
	(void)context;
}
