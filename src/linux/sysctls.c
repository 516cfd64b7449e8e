/* SPDX-License-Identifier: ISC */
/*
 * Linux: the sysctls that bear on listening, each a file of /proc/sys that
 * sysctl(8) knows by the same name with dots, and the counters of overflows.
 *
 * All of them belong to the network namespace; in a namespace that another user
 * namespace owns some are hidden before 6.1: then the value is unknown.  What
 * they mean: Documentation/networking/ip-sysctl.rst, listen(2), tcp(7), ip(7).
 */
#include <stdlib.h>
#include <string.h>

#include "number.h"
#include "observe.h"
#include "proc_file.h"
#include "sysctl.h"

/* What the sysctl means when its number is, or has the bits of, this one. */
struct reading {
	enum { NO_READING, EQUALS, HAS_BITS, OTHERWISE } test;
	long long number;
	char meaning[112];
};

#define READINGS_MAX 3
struct sysctl_row {
	char name[40];
	char meaning[144]; /* of whatever number, or when there is none to read */
	struct reading readings[READINGS_MAX];
};

#define NAME(text) FIXED_TEXT(sizeof rows->name, text)
#define MEANING(text) FIXED_TEXT(sizeof rows->meaning, text)
#define READING(test, number, text) \
	{ test, number, FIXED_TEXT(sizeof rows->readings->meaning, text) }

static const struct sysctl_row rows[] = {
	{ NAME("net.core.somaxconn"),
	    MEANING(
	    "the limit of every backlog; the accept queue holds one connection more"), { { 0 } } },
	{ NAME("net.ipv4.tcp_max_syn_backlog"),
	    MEANING(
	    "the SYN queue limit above which unknown peers are dropped; applies only with"
	    " tcp_syncookies 0, and never above the listener's own backlog"), { { 0 } } },
	{ NAME("net.ipv4.tcp_syncookies"), MEANING("the effect of a full SYN queue"), {
	    READING(EQUALS, 0, "full SYN queue: new connections are dropped"),
	    READING(EQUALS, 1, "full SYN queue: SYN cookies are sent"),
	    READING(OTHERWISE, 0, "SYN cookies are sent to every client, even if the queue is"
	                    " not full") } },
	{ NAME("net.ipv4.tcp_abort_on_overflow"),
	    MEANING("the effect of a full accept queue on the final ACK of a handshake"), {
	    READING(EQUALS, 0, "full accept queue: the final ACK of a handshake is ignored, and"
	                 " the SYN-ACK is retransmitted"),
	    READING(OTHERWISE, 0, "full accept queue: the final ACK of a handshake is answered with"
	                    " a reset") } },
	{ NAME("net.ipv4.ip_local_port_range"),
	    MEANING("first and last ephemeral port, for port 0 and for clients, IPv4 and IPv6"),
	    { { 0 } } },
	{ NAME("net.ipv4.ip_local_reserved_ports"),
	    MEANING("ports of that range that the kernel never chooses; explicit bind is allowed"),
	    { { 0 } } },
	{ NAME("net.ipv4.ip_unprivileged_port_start"),
	    MEANING("the first port that can be bound without CAP_NET_BIND_SERVICE"), {
	    READING(EQUALS, 0, "every port can be bound without privilege") } },
	{ NAME("net.ipv6.bindv6only"), MEANING("whether an IPv6 wildcard is dual-stack by default"), {
	    READING(EQUALS, 0, "an IPv6 wildcard is dual-stack, unless IPV6_V6ONLY is set"),
	    READING(OTHERWISE, 0, "an IPv6 wildcard is IPv6-only, unless IPV6_V6ONLY is cleared") } },
	{ NAME("net.ipv4.ip_nonlocal_bind"),
	    MEANING("whether an IPv4 address that no interface has can be bound"), {
	    READING(EQUALS, 0, "an IPv4 address that no interface has needs IP_FREEBIND"),
	    READING(OTHERWISE, 0, "any IPv4 address can be bound, even if no interface has it") } },
	{ NAME("net.ipv6.ip_nonlocal_bind"),
	    MEANING("whether an IPv6 address that no interface has can be bound"), {
	    READING(EQUALS, 0, "an IPv6 address that no interface has needs IPV6_FREEBIND"),
	    READING(OTHERWISE, 0, "any IPv6 address can be bound, even if no interface has it") } },
	{ NAME("net.ipv4.tcp_fastopen"),
	    MEANING("whether listeners accept data in the SYN (TCP_FASTOPEN)"), {
	    READING(HAS_BITS, 0x402, "every listener accepts data in the SYN"),
	    READING(HAS_BITS, 0x2, "a listener that sets TCP_FASTOPEN accepts data in the SYN"),
	    READING(OTHERWISE, 0, "no listener accepts data in the SYN: TCP_FASTOPEN succeeds without"
	                    " effect") } },
};

/* Properties of the kernel that no sysctl changes. */
static const struct backend_value properties[] = {
	{ "accept filters", "none", "not supported on Linux; instead, the socket option"
	                            " TCP_DEFER_ACCEPT waits for data" },
	{ "SO_REUSEPORT", "balances", "listeners of one user that all set it share a port, and"
	                              " the kernel distributes connections among them" },
};

static const struct sysctl_row last_rows[] = {
	{ NAME("net.ipv4.tcp_migrate_req"),
	    MEANING(
	    "the effect of closing one of several balanced listeners on its accept queue"), {
	    READING(EQUALS, 0,
	        "when one of several balanced listeners is closed, the connections in its"
	        " accept queue are lost"),
	    READING(OTHERWISE, 0, "when one of several balanced listeners is closed, the others take"
	                    " over the connections in its accept queue") } },
	{ NAME("net.ipv6.conf.all.disable_ipv6"),
	    MEANING("whether interfaces can have IPv6 addresses"), {
	    READING(EQUALS, 0,
	        "interfaces can have IPv6 addresses, unless disabled one by one"),
	    READING(OTHERWISE, 0, "IPv6 is disabled on the interfaces") } },
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
meaning_of(const struct sysctl_row *row, const char *current)
{
	static const struct number_rule rule = { .base = 10, .sign_allowed = true,
		.minimum = INT_MIN, .maximum = UINT32_MAX };
	long long number;

	if (!current || number_read(current, &rule, &number) != NUMBER_READ)
		return row->meaning;
	for (size_t i = 0; i < READINGS_MAX; i++)
		if (fits(&row->readings[i], number))
			return row->readings[i].meaning;
	return row->meaning;
}

static void
read_sysctl(const struct sysctl_row *row, struct backend_values *values)
{
	char current[8192]; /* a list of reserved ports can be long */
	bool is_known = sysctl_text(row->name, current, sizeof current);

	for (char *c = current; is_known && *c; c++)
		if (*c == '\t')
			*c = ' ';
	backend_values_add(values, row->name, is_known ? current : NULL,
	    meaning_of(row, is_known ? current : NULL));
}

void
backend_read_values(struct backend_values *values)
{
	values->count = values->used = 0;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		read_sysctl(&rows[i], values);
	for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
		backend_values_add(values, properties[i].name, properties[i].current,
		    properties[i].meaning);
	for (size_t i = 0; i < sizeof last_rows / sizeof *last_rows; i++)
		read_sysctl(&last_rows[i], values);
}

/* ---- counters ---- */

static const struct backend_counter counters[BACKEND_COUNTERS_MAX] = {
	{ "TcpExtListenOverflows", 0, "connections dropped because the accept queue was full" },
	{ "TcpExtListenDrops", 0, "connections dropped by a listener for any reason" },
};

/* Returns the text after the first word and the space that follows it. */
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

/* A line of names precedes one of numbers; both begin with "TcpExt:". */
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

size_t
backend_read_counters(struct backend_counter found[BACKEND_COUNTERS_MAX])
{
	char text[32768];
	size_t count = 0;

	if (!proc_file_read("/proc/net/netstat", text, sizeof text))
		return 0;
	for (size_t i = 0; i < BACKEND_COUNTERS_MAX; i++) {
		found[count] = counters[i];
		if (find_counter(text, found[count].name + strlen("TcpExt"), &found[count].value))
			count++;
	}
	return count;
}
