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
	    .meaning = "bind although old connections linger on the port" },
	[BINDCHAIN_SHARE] = { .name = "share",
	    .meaning = "let several sockets have one address and port" },
	[BINDCHAIN_BALANCE] = { .name = "balance",
	    .meaning = "share, and let the kernel spread connections over the sockets" },
	[BINDCHAIN_V6ONLY] = { .name = "v6only",
	    .meaning = "take no IPv4 traffic on an IPv6 socket" },
	[BINDCHAIN_BIND_ANY] = { .name = "bind-any",
	    .meaning = "bind an address that no interface has" },
	[BINDCHAIN_RECEIVE_BUFFER] = { .name = "receive-buffer",
	    .meaning = "bytes of received data that the socket holds", .value = OPTION_NUMBER },
	[BINDCHAIN_PASS_CREDENTIALS] = { .name = "pass-credentials",
	    .meaning = "receive the sender's process and user with each message" },
	[BINDCHAIN_PASS_SECURITY] = { .name = "pass-security",
	    .meaning = "receive the sender's security label with each message" },
	[BINDCHAIN_WAIT_FOR] = { .name = "wait-for",
	    .meaning = "keep connections back until data, a request or a greeting came",
	    .value = OPTION_WORD, /* in the order of enum bindchain_wait_for */
	    .words = { "nothing", "data", "http", "tls", "dns" } },
	[BINDCHAIN_DEVICE] = { .name = "device",
	    .meaning = "take no traffic but that of one interface",
	    .value = OPTION_INTERFACE },
	[BINDCHAIN_KEEPALIVE] = { .name = "keepalive",
	    .meaning = "notice when the peer of an idle connection has gone" },
	[BINDCHAIN_FAST_OPEN] = { .name = "fast-open",
	    .meaning = "accept data in the first packet of so many connections",
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
