/* SPDX-License-Identifier: ISC */
/*
 * Darwin lists its sockets (net.inet.tcp.pcblist_n) in records whose layout is
 * private: xnu, bsd/sys/socketvar.h.
 */
#include "listings.h"

const struct bsd_listings bsd_listings = {
	.hidden = "the kernel's list of sockets has a private layout",
	.listeners = "netstat -Lan",
	.internet_users = "lsof -nP -i -sTCP:LISTEN",
	.unix_users = "lsof -U",
};
