/* SPDX-License-Identifier: ISC */
/* Darwin: xnu, bsd/netinet/in.h, bsd/netinet6/in6.h. */
#ifndef OVERLAY_DARWIN_NETINET_IN_H
#define OVERLAY_DARWIN_NETINET_IN_H

#include_next <netinet/in.h>

#define IP_RECVDSTADDR 7
#define IP_RECVIF 20
#define IP_BOUND_IF 25
#define IPV6_BOUND_IF 125

#endif
