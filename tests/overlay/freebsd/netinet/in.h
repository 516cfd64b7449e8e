/* SPDX-License-Identifier: ISC */
/* FreeBSD: sys/netinet/in.h, sys/netinet6/in6.h. */
#ifndef OVERLAY_FREEBSD_NETINET_IN_H
#define OVERLAY_FREEBSD_NETINET_IN_H

#include_next <netinet/in.h>

#define IP_RECVDSTADDR 7
#define IP_RECVIF 20
#define IP_BINDANY 24
#define IP_DONTFRAG 67
#define IPV6_BINDANY 64

#endif
