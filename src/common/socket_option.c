/* SPDX-License-Identifier: ISC */
#include "socket_option.h"

const char *
kind_text(enum bindchain_kind kind)
{
	static const char texts[][16] = {
		[BINDCHAIN_TCP] = "TCP",
		[BINDCHAIN_UDP] = "UDP",
		[BINDCHAIN_UNIX_STREAM] = "Unix stream",
		[BINDCHAIN_UNIX_DATAGRAM] = "Unix datagram",
		[BINDCHAIN_UNIX_SEQPACKET] = "Unix seqpacket",
		[BINDCHAIN_NETLINK] = "netlink",
		[BINDCHAIN_NETLINK_RAW] = "netlink raw",
		[BINDCHAIN_FIFO] = "FIFO",
	};

	return texts[kind];
}

const struct option_row option_table[BINDCHAIN_OPTIONS] = {
	[BINDCHAIN_REUSE_ADDRESS] = { .name = "reuse-address",
	    .meaning = "allow binding while old connections remain on the port (TIME_WAIT)" },
	[BINDCHAIN_SHARE] = { .name = "share",
	    .meaning = "allow several sockets on one address and port" },
	[BINDCHAIN_BALANCE] = { .name = "balance",
	    .meaning = "share, and let the kernel distribute connections over the sockets" },
	[BINDCHAIN_V6ONLY] = { .name = "v6only",
	    .meaning = "exclude IPv4 traffic from an IPv6 socket" },
	[BINDCHAIN_BIND_ANY] = { .name = "bind-any",
	    .meaning = "allow an address that no interface has" },
	[BINDCHAIN_RECEIVE_BUFFER] = { .name = "receive-buffer",
	    .meaning = "size of the receive buffer in bytes", .value = OPTION_NUMBER },
	[BINDCHAIN_PASS_CREDENTIALS] = { .name = "pass-credentials",
	    .meaning = "receive the sender's process and user with each message" },
	[BINDCHAIN_PASS_SECURITY] = { .name = "pass-security",
	    .meaning = "receive the sender's security label with each message" },
	[BINDCHAIN_WAIT_FOR] = { .name = "wait-for",
	    .meaning = "delay accept(2) until data, a request or a greeting has arrived",
	    .value = OPTION_WORD, /* in the order of enum bindchain_wait_for */
	    .words = { "nothing", "data", "http", "tls", "dns" } },
	[BINDCHAIN_DEVICE] = { .name = "device",
	    .meaning = "receive the traffic of one interface only",
	    .value = OPTION_INTERFACE },
	[BINDCHAIN_KEEPALIVE] = { .name = "keepalive",
	    .meaning = "send TCP keepalive probes on idle connections" },
	[BINDCHAIN_FAST_OPEN] = { .name = "fast-open",
	    .meaning = "accept data in the SYN of up to N connections (TCP Fast Open)",
	    .value = OPTION_NUMBER },
};

const char *
option_value_word(enum bindchain_option option, int value)
{
	const struct option_row *row = &option_table[option];
	int words = 0;

	if (row->value != OPTION_WORD)
		return value ? "on" : "off";
	while (row->words[words][0])
		words++;
	return value >= 0 && value < words ? row->words[value] : "unknown";
}
