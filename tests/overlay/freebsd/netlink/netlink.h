/* SPDX-License-Identifier: ISC */
/* FreeBSD: sys/netlink/netlink.h. */
#ifndef OVERLAY_FREEBSD_NETLINK_NETLINK_H
#define OVERLAY_FREEBSD_NETLINK_NETLINK_H

#include <linux/netlink.h>

/* Linux's structure has no length, and needs none: it goes into the padding. */
#define nl_len nl_pad

#endif
