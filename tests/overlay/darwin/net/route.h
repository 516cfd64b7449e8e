/* SPDX-License-Identifier: ISC */
/* Darwin: bsd/net/route.h.  How a message begins.  PF_ROUTE is Linux's name for netlink. */
#ifndef OVERLAY_DARWIN_NET_ROUTE_H
#define OVERLAY_DARWIN_NET_ROUTE_H

#include_next <net/route.h>

#define RTM_VERSION 5
#define RTM_NEWADDR 0xc

struct rt_msghdr {
	unsigned short rtm_msglen;
	unsigned char rtm_version;
	unsigned char rtm_type;
};

#endif
