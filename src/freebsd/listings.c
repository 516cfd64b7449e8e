/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD lists its sockets (net.inet.tcp.pcblist) in structures that are another
 * in each release, with no version in them: sys/socketvar.h, netinet/tcp_var.h.
 */
#include "listings.h"

const struct bsd_listings bsd_listings = {
	.hidden = "the kernel's list of sockets is another in each release",
	/* netstat(1) leaves out those of backlog 0: usr.bin/netstat/inet.c, protopr. */
	.listeners = "netstat -Lan; sockstat -l",
	.internet_users = "sockstat -46l",
	.unix_users = "sockstat -u",
};
