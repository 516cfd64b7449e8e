/* SPDX-License-Identifier: ISC */
/*
 * The address families in use on the interfaces, by getifaddrs(3) and the same rule
 * on every system.  AI_ADDRCONFIG is not used: it differs between glibc, musl,
 * FreeBSD and macOS.
 */
#ifndef BINDCHAIN_INTERFACES_H
#define BINDCHAIN_INTERFACES_H

#include <stdbool.h>

struct interface_families {
	bool ipv4, ipv6;                   /* other than loopback */
	bool ipv4_loopback, ipv6_loopback; /* 127.0.0.0/8, ::1 */
};

/*
 * Reads every interface that is up.  A link-local address on a loopback interface
 * counts as neither.  Returns 0, or -1 with errno.
 */
int interfaces_read(struct interface_families *);

#endif
