/* SPDX-License-Identifier: ISC */
/* In front of FreeBSD's own: without what it has since 13.2. */
#include_next <sys/socket.h>

#undef AF_NETLINK
#undef PF_NETLINK
