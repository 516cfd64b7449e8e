/* SPDX-License-Identifier: ISC */
#include "request.h"
#include "socket_option.h"

#include <limits.h>

#include "text.h"

const char *
kind_text(enum bindchain_kind kind)
{
#define KIND(text) FIXED_TEXT(sizeof *texts, text)
	static const char texts[][16] = {
		[BINDCHAIN_TCP] = KIND("TCP"),
		[BINDCHAIN_UDP] = KIND("UDP"),
		[BINDCHAIN_UNIX_STREAM] = KIND("Unix stream"),
		[BINDCHAIN_UNIX_DATAGRAM] = KIND("Unix datagram"),
		[BINDCHAIN_UNIX_SEQPACKET] = KIND("Unix seqpacket"),
		[BINDCHAIN_NETLINK] = KIND("netlink"),
		[BINDCHAIN_NETLINK_RAW] = KIND("netlink raw"),
		[BINDCHAIN_FIFO] = KIND("FIFO"),
		[BINDCHAIN_VSOCK_STREAM] = KIND("vsock"),
		[BINDCHAIN_VSOCK_SEQPACKET] = KIND("vsock seqpacket"),
	};

	return texts[kind];
}

#define TEXTS(words, half_sentence) \
	.name = FIXED_TEXT(sizeof option_table->name, words), \
	.meaning = FIXED_TEXT(sizeof option_table->meaning, half_sentence)
#define DETAIL(words, half_sentence) TEXTS(words, half_sentence), .is_detail = true
#define WORD(text) FIXED_TEXT(sizeof *option_table->words, text)
#define RANGE(from, to) .value = OPTION_NUMBER, .least = (from), .greatest = (to)
#define OF_CONNECTIONS(from, to) \
	RANGE(from, to), .sockets = OPTION_OF_TCP, .of_connections = true
#define OF_PACKETS(from, to) RANGE(from, to), .sockets = OPTION_OF_PORTS, .of_connections = true

const struct option_row option_table[BINDCHAIN_OPTIONS] = {
	[BINDCHAIN_REUSE_ADDRESS] = { TEXTS("reuse-address",
	    "allow binding while old connections remain on the port (TIME_WAIT)"),
	    .sockets = OPTION_OF_PORTS },
	[BINDCHAIN_SHARE] = { TEXTS("share",
	    "allow several sockets on one address and port"), .sockets = OPTION_OF_PORTS },
	[BINDCHAIN_BALANCE] = { TEXTS("balance",
	    "share, and let the kernel distribute connections over the sockets"),
	    .sockets = OPTION_OF_PORTS },
	[BINDCHAIN_V6ONLY] = { TEXTS("v6only",
	    "exclude IPv4 traffic from an IPv6 socket") },
	[BINDCHAIN_BIND_ANY] = { TEXTS("bind-any",
	    "allow an address that no interface has") },
	[BINDCHAIN_RECEIVE_BUFFER] = { TEXTS("receive-buffer",
	    "size of the receive buffer in bytes"), .value = OPTION_NUMBER,
	    .of_connections = true },
	[BINDCHAIN_PASS_CREDENTIALS] = { TEXTS("pass-credentials",
	    "receive the sender's process and user with each message"), .of_connections = true },
	[BINDCHAIN_PASS_SECURITY] = { TEXTS("pass-security",
	    "receive the sender's security label with each message"), .of_connections = true },
	[BINDCHAIN_WAIT_FOR] = { TEXTS("wait-for",
	    "delay accept(2) until data, a request or a greeting has arrived"),
	    .value = OPTION_WORD, /* in the order of enum bindchain_wait_for */
	    .words = { WORD("nothing"), WORD("data"), WORD("http"), WORD("tls"), WORD("dns") } },
	[BINDCHAIN_DEVICE] = { TEXTS("device",
	    "receive the traffic of one interface only"),
	    .value = OPTION_INTERFACE, .sockets = OPTION_OF_PORTS },
	[BINDCHAIN_KEEPALIVE] = { TEXTS("keepalive",
	    "send TCP keepalive probes on idle connections"), .sockets = OPTION_OF_TCP,
	    .of_connections = true },
	[BINDCHAIN_FAST_OPEN] = { TEXTS("fast-open",
	    "accept data in the SYN of up to N connections (TCP Fast Open)"),
	    .value = OPTION_NUMBER },
	[BINDCHAIN_KEEPALIVE_IDLE] = { DETAIL("keepalive-idle",
	    "seconds without traffic before the first keepalive probe"),
	    OF_CONNECTIONS(1, 32767) },
	[BINDCHAIN_KEEPALIVE_INTERVAL] = { DETAIL("keepalive-interval",
	    "seconds between keepalive probes"), OF_CONNECTIONS(1, 32767) },
	[BINDCHAIN_KEEPALIVE_COUNT] = { DETAIL("keepalive-count",
	    "unanswered keepalive probes until the connection is closed"),
	    OF_CONNECTIONS(1, 127) },
	[BINDCHAIN_NODELAY] = { DETAIL("nodelay",
	    "send small segments at once (no Nagle algorithm)"),
	    .sockets = OPTION_OF_TCP, .of_connections = true },
	[BINDCHAIN_SEND_BUFFER] = { DETAIL("send-buffer",
	    "size of the send buffer in bytes"), .value = OPTION_NUMBER,
	    .of_connections = true },
	[BINDCHAIN_USER_TIMEOUT] = { DETAIL("user-timeout",
	    "milliseconds until unacknowledged data closes a connection"),
	    OF_CONNECTIONS(0, INT_MAX) },
	/* TCP_MIN_MSS and MAX_TCP_WINDOW of Linux, include/net/tcp.h. */
	[BINDCHAIN_MAX_SEGMENT] = { DETAIL("max-segment",
	    "maximum size of TCP segments in bytes"), .value = OPTION_NUMBER,
	    .sockets = OPTION_OF_TCP, .least = 88, .greatest = 32767 },
	[BINDCHAIN_HOP_LIMIT] = { DETAIL("hop-limit",
	    "hop limit of sent packets (TTL of IPv4)"), OF_PACKETS(1, 255) },
	[BINDCHAIN_TRAFFIC_CLASS] = { DETAIL("traffic-class",
	    "traffic class of sent packets (TOS of IPv4)"), OF_PACKETS(0, 255) },
	/* After the traffic class, which sets it too: ip(7). */
	[BINDCHAIN_PRIORITY] = { DETAIL("priority",
	    "priority of sent packets in the queues of this host"), OF_PACKETS(0, INT_MAX) },
	[BINDCHAIN_MARK] = { DETAIL("mark",
	    "mark of sent packets, for firewall and routing rules"), OF_PACKETS(0, INT_MAX),
	    .is_mask = true },
	[BINDCHAIN_TRANSPARENT] = { DETAIL("transparent",
	    "take traffic to addresses of other hosts (transparent proxy)"),
	    .sockets = OPTION_OF_PORTS },
	[BINDCHAIN_BROADCAST] = { DETAIL("broadcast",
	    "allow sending to broadcast addresses"), .sockets = OPTION_OF_UDP },
	[BINDCHAIN_PACKET_INFO] = { DETAIL("packet-info",
	    "receive destination address and interface with each datagram"),
	    .sockets = OPTION_OF_UDP },
	[BINDCHAIN_TIMESTAMPS] = { DETAIL("timestamps",
	    "receive the time of arrival with each datagram"),
	    .value = OPTION_WORD, /* in the order of enum bindchain_timestamps */
	    .sockets = OPTION_OF_UDP, .words = { WORD("off"), WORD("us"), WORD("ns") } },
	[BINDCHAIN_PASS_PIDFD] = { DETAIL("pass-pidfd",
	    "receive a pidfd of the sender with each message"), .of_connections = true },
	/* RT_MAXFIBS of FreeBSD, net/route.h. */
	[BINDCHAIN_FIB] = { DETAIL("fib",
	    "number of the routing table (FIB) of sent packets"), .value = OPTION_NUMBER,
	    .sockets = OPTION_OF_PORTS, .greatest = 65535 },
	[BINDCHAIN_MPTCP] = { DETAIL("mptcp",
	    "accept Multipath TCP connections, and TCP ones") },
	[BINDCHAIN_CONGESTION] = { DETAIL("congestion",
	    "congestion control of TCP connections"), .value = OPTION_TEXT,
	    .sockets = OPTION_OF_TCP, .of_connections = true },
	[BINDCHAIN_LOCKED] = { DETAIL("locked",
	    "lock packet filters (Linux), or the rights no server needs (FreeBSD)") },
};

static int
count_words(const struct option_row *row)
{
	int words = 0;

	while (row->words[words][0])
		words++;
	return words;
}

int
option_greatest(enum bindchain_option option)
{
	const struct option_row *row = &option_table[option];

	switch (row->value) {
	case OPTION_FLAG:
	case OPTION_TEXT:
		return 1;
	case OPTION_WORD:
		return count_words(row) - 1;
	default:
		return row->greatest ? row->greatest : INT_MAX;
	}
}

const char *
option_value_word(enum bindchain_option option, int value)
{
	const struct option_row *row = &option_table[option];

	if (row->value != OPTION_WORD)
		return value ? "on" : "off";
	return value >= 0 && value < count_words(row) ? row->words[value] : "unknown";
}
