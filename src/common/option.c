/* SPDX-License-Identifier: ISC */
#include "option.h"

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
	[BINDCHAIN_REUSE_ADDRESS] = { "reuse-address",
	    "bind although old connections linger on the port" },
	[BINDCHAIN_SHARE] = { "share",
	    "let several sockets have one address and port" },
	[BINDCHAIN_BALANCE] = { "balance",
	    "share, and let the kernel spread connections over the sockets" },
	[BINDCHAIN_V6ONLY] = { "v6only",
	    "take no IPv4 traffic on an IPv6 socket" },
	[BINDCHAIN_BIND_ANY] = { "bind-any",
	    "bind an address that no interface has" },
	[BINDCHAIN_RECEIVE_BUFFER] = { "receive-buffer",
	    "bytes of received data that the socket holds", true },
	[BINDCHAIN_PASS_CREDENTIALS] = { "pass-credentials",
	    "receive the sender's process and user with each message" },
	[BINDCHAIN_PASS_SECURITY] = { "pass-security",
	    "receive the sender's security label with each message" },
};
