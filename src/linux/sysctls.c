/* SPDX-License-Identifier: ISC */
/*
 * Linux: the settings that bear on listening, each a file of /proc/sys that
 * sysctl(8) knows by the same name with dots, and the counters of overflows.
 *
 * All of them belong to the network namespace; in a namespace that another user
 * namespace owns some are hidden before 6.1: then the value is unknown.  What
 * they mean: Documentation/networking/ip-sysctl.rst, listen(2), tcp(7), ip(7).
 */
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "number.h"
#include "proc_file.h"
#include "sysctl.h"

/* What the setting means when its number is, or has the bits of, this one. */
struct reading {
	enum { NO_READING, EQUALS, HAS_BITS, OTHERWISE } test;
	long long number;
	char meaning[112];
};

#define READINGS_MAX 3
struct setting {
	char name[40];
	char meaning[144]; /* of whatever number, or when there is none to read */
	struct reading readings[READINGS_MAX];
};

#define NAME(text) FIXED_TEXT(sizeof settings->name, text)
#define MEANING(text) FIXED_TEXT(sizeof settings->meaning, text)
#define READING(test, number, text) \
	{ test, number, FIXED_TEXT(sizeof settings->readings->meaning, text) }

static const struct setting settings[] = {
	{ NAME("net.core.somaxconn"),
	    MEANING(
	    "the longest queue a listener gets, whatever backlog it asks for; one connection"
	    " more than that fits"), { { 0 } } },
	{ NAME("net.ipv4.tcp_max_syn_backlog"),
	    MEANING(
	    "half-open connections before new peers are turned away; only with tcp_syncookies"
	    " 0, and never more than the listener's own backlog"), { { 0 } } },
	{ NAME("net.ipv4.tcp_syncookies"), MEANING("what happens when a half-open queue is full"), {
	    READING(EQUALS, 0, "when a half-open queue is full, new connections are dropped"),
	    READING(EQUALS, 1, "when a half-open queue is full, cookies stand in for it"),
	    READING(OTHERWISE, 0, "cookies are sent to everybody, full queue or not") } },
	{ NAME("net.ipv4.tcp_abort_on_overflow"),
	    MEANING("what becomes of the last step of a connection when the queue is full"), {
	    READING(EQUALS, 0, "when a queue is full, the last step of a connection is ignored, and"
	                 " tried again"),
	    READING(OTHERWISE, 0, "when a queue is full, the last step of a connection is answered"
	                    " with a reset") } },
	{ NAME("net.ipv4.ip_local_port_range"),
	    MEANING("first and last port that the kernel chooses from, for port 0 and for clients;"
	    " IPv6 too"), { { 0 } } },
	{ NAME("net.ipv4.ip_local_reserved_ports"),
	    MEANING("ports of that range that the kernel never chooses, but that may be asked for"),
	    { { 0 } } },
	{ NAME("net.ipv4.ip_unprivileged_port_start"),
	    MEANING("the first port that may be bound without CAP_NET_BIND_SERVICE"), {
	    READING(EQUALS, 0, "every port may be bound without privilege") } },
	{ NAME("net.ipv6.bindv6only"), MEANING("whether an IPv6 wildcard takes IPv4 traffic too"), {
	    READING(EQUALS, 0, "an IPv6 wildcard takes IPv4 traffic too, unless the program says"
	                 " otherwise"),
	    READING(OTHERWISE, 0, "an IPv6 wildcard takes no IPv4 traffic, unless the program says"
	                    " otherwise") } },
	{ NAME("net.ipv4.ip_nonlocal_bind"),
	    MEANING("whether an IPv4 address that no interface has may be bound"), {
	    READING(EQUALS, 0, "an IPv4 address that no interface has needs IP_FREEBIND"),
	    READING(OTHERWISE, 0, "any IPv4 address may be bound, even one no interface has") } },
	{ NAME("net.ipv6.ip_nonlocal_bind"),
	    MEANING("whether an IPv6 address that no interface has may be bound"), {
	    READING(EQUALS, 0, "an IPv6 address that no interface has needs IPV6_FREEBIND"),
	    READING(OTHERWISE, 0, "any IPv6 address may be bound, even one no interface has") } },
	{ NAME("net.ipv4.tcp_fastopen"),
	    MEANING("whether listeners take data with the first packet (TCP_FASTOPEN)"), {
	    READING(HAS_BITS, 0x402, "every listener takes data with the first packet"),
	    READING(HAS_BITS, 0x2, "a listener that sets TCP_FASTOPEN takes data with the first"
	                     " packet"),
	    READING(OTHERWISE, 0, "no listener takes data with the first packet: TCP_FASTOPEN is"
	                    " accepted and does nothing") } },
};

/* Properties of the kernel that no setting changes. */
static const struct backend_value properties[] = {
	{ "accept filters", "none", "Linux has none; TCP_DEFER_ACCEPT, a socket option, waits"
	                            " for data" },
	{ "SO_REUSEPORT", "balances", "listeners of one user that all set it share a port, and"
	                              " the kernel spreads connections over them" },
};

static const struct setting last_settings[] = {
	{ NAME("net.ipv4.tcp_migrate_req"),
	    MEANING(
	    "what becomes of queued connections when one of several balanced listeners closes"), {
	    READING(EQUALS, 0,
	        "when one of several balanced listeners closes, the connections in its"
	                 " queue are lost"),
	    READING(OTHERWISE, 0, "when one of several balanced listeners closes, the others take"
	                    " over the connections in its queue") } },
	{ NAME("net.ipv6.conf.all.disable_ipv6"),
	    MEANING("whether interfaces may have IPv6 addresses"), {
	    READING(EQUALS, 0,
	        "interfaces may have IPv6 addresses, unless set otherwise one by one"),
	    READING(OTHERWISE, 0, "IPv6 has been switched off on the interfaces") } },
};

static bool
fits(const struct reading *reading, long long number)
{
	switch (reading->test) {
	case EQUALS:
		return number == reading->number;
	case HAS_BITS:
		return (number & reading->number) == reading->number;
	case OTHERWISE:
		return true;
	default:
		return false;
	}
}

static const char *
meaning_of(const struct setting *setting, const char *current)
{
	static const struct number_rule rule = { .base = 10, .sign_allowed = true,
		.minimum = INT_MIN, .maximum = UINT32_MAX };
	long long number;

	if (!current || number_read(current, &rule, &number) != NUMBER_READ)
		return setting->meaning;
	for (size_t i = 0; i < READINGS_MAX; i++)
		if (fits(&setting->readings[i], number))
			return setting->readings[i].meaning;
	return setting->meaning;
}

static void
visit_setting(const struct setting *setting, backend_value_visitor *visit, void *context)
{
	struct backend_value value = { .name = setting->name };
	char current[8192]; /* a list of reserved ports can be long */

	if (setting_text(setting->name, current, sizeof current)) {
		for (char *c = current; *c; c++)
			if (*c == '\t')
				*c = ' ';
		value.current = current;
	}
	value.meaning = meaning_of(setting, value.current);
	visit(context, &value);
}

void
backend_visit_values(backend_value_visitor *visit, void *context)
{
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		visit_setting(&settings[i], visit, context);
	for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
		visit(context, &properties[i]);
	for (size_t i = 0; i < sizeof last_settings / sizeof *last_settings; i++)
		visit_setting(&last_settings[i], visit, context);
}

/* ---- counters ---- */

static const struct backend_counter counters[] = {
	{ "TcpExtListenOverflows", 0, "connections turned away because a queue was full" },
	{ "TcpExtListenDrops", 0, "connections turned away at a listener, for whatever reason" },
};

/* Moves behind the word that TEXT begins with and the space that follows. */
static const char *
next_word(const char *text)
{
	text += strcspn(text, " \n");
	return *text == ' ' ? text + 1 : NULL;
}

static bool
is_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	return strncmp(text, word, length) == 0 && strchr(" \n", text[length]);
}

/* A line of names stands above one of numbers, each headed by "TcpExt:". */
static bool
find_counter(const char *text, const char *name, uint64_t *value)
{
	const char *names = strstr(text, "TcpExt: "), *numbers;

	if (!names)
		return false;
	numbers = strstr(names + 1, "TcpExt: ");
	for (; names && numbers; names = next_word(names), numbers = next_word(numbers)) {
		if (!is_word(names, name))
			continue;
		*value = strtoull(numbers, NULL, 10);
		return true;
	}
	return false;
}

void
backend_visit_counters(backend_counter_visitor *visit, void *context)
{
	char text[32768];

	if (!proc_file_read("/proc/net/netstat", text, sizeof text))
		return;
	for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
		struct backend_counter counter = counters[i];
		if (find_counter(text, counter.name + strlen("TcpExt"), &counter.value))
			visit(context, &counter);
	}
}
