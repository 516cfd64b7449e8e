/* SPDX-License-Identifier: ISC */
/*
 * Which families the interfaces carry: getifaddrs(3), judged the same way on
 * every system.  AI_ADDRCONFIG is not used: glibc, musl, FreeBSD and macOS each
 * mean something else by it.
 */
#ifndef BINDCHAIN_INTERFACES_H
#define BINDCHAIN_INTERFACES_H

#include <stdbool.h>

struct interface_families {
	bool ipv4, ipv6;                   /* an address beyond this host */
	bool ipv4_loopback, ipv6_loopback; /* 127.0.0.0/8, ::1 */
};

/*
 * Looks at every interface that is up.  A link-local address on a loopback
 * interface counts as neither.  Returns 0, or -1 with errno.
 */
int interfaces_read(struct interface_families *);

#endif
