/* SPDX-License-Identifier: ISC */
#include "request.h"
#include "socket_option.h"

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
#define WORD(text) FIXED_TEXT(sizeof *option_table->words, text)

const struct option_row option_table[BINDCHAIN_OPTIONS] = {
	[BINDCHAIN_REUSE_ADDRESS] = { TEXTS("reuse-address",
	    "allow binding while old connections remain on the port (TIME_WAIT)") },
	[BINDCHAIN_SHARE] = { TEXTS("share",
	    "allow several sockets on one address and port") },
	[BINDCHAIN_BALANCE] = { TEXTS("balance",
	    "share, and let the kernel distribute connections over the sockets") },
	[BINDCHAIN_V6ONLY] = { TEXTS("v6only",
	    "exclude IPv4 traffic from an IPv6 socket") },
	[BINDCHAIN_BIND_ANY] = { TEXTS("bind-any",
	    "allow an address that no interface has") },
	[BINDCHAIN_RECEIVE_BUFFER] = { TEXTS("receive-buffer",
	    "size of the receive buffer in bytes"), .value = OPTION_NUMBER },
	[BINDCHAIN_PASS_CREDENTIALS] = { TEXTS("pass-credentials",
	    "receive the sender's process and user with each message") },
	[BINDCHAIN_PASS_SECURITY] = { TEXTS("pass-security",
	    "receive the sender's security label with each message") },
	[BINDCHAIN_WAIT_FOR] = { TEXTS("wait-for",
	    "delay accept(2) until data, a request or a greeting has arrived"),
	    .value = OPTION_WORD, /* in the order of enum bindchain_wait_for */
	    .words = { WORD("nothing"), WORD("data"), WORD("http"), WORD("tls"), WORD("dns") } },
	[BINDCHAIN_DEVICE] = { TEXTS("device",
	    "receive the traffic of one interface only"),
	    .value = OPTION_INTERFACE },
	[BINDCHAIN_KEEPALIVE] = { TEXTS("keepalive",
	    "send TCP keepalive probes on idle connections") },
	[BINDCHAIN_FAST_OPEN] = { TEXTS("fast-open",
	    "accept data in the SYN of up to N connections (TCP Fast Open)"),
	    .value = OPTION_NUMBER },
	[BINDCHAIN_MPTCP] = { TEXTS("mptcp",
	    "accept Multipath TCP connections, and TCP ones") },
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
