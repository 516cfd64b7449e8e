/* SPDX-License-Identifier: ISC */
#include "option.h"

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
};
