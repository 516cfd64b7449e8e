/* SPDX-License-Identifier: ISC */
/* FreeBSD: what only some of the kernels have that this may run on. */
#ifndef BINDCHAIN_FREEBSD_RELEASE_H
#define BINDCHAIN_FREEBSD_RELEASE_H

#include "bindchain.h"

enum release_feature {
	RELEASE_BALANCE_IN_JAILS, /* groups of SO_REUSEPORT_LB take sockets of jails */
	RELEASE_NETLINK,          /* sockets of AF_NETLINK */
	RELEASE_TLS_FILTER,       /* accf_tls(9) */
	RELEASE_CONGESTION_INHERITED /* TCP_CONGESTION of a listener is its connections' */
};

/* Does the running kernel have it: 1, 0, or unknown. */
struct bindchain_fact release_has(enum release_feature);

#endif
