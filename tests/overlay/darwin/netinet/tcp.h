/* SPDX-License-Identifier: ISC */
/* Darwin: xnu, bsd/netinet/tcp.h. */
#ifndef OVERLAY_DARWIN_NETINET_TCP_H
#define OVERLAY_DARWIN_NETINET_TCP_H

#include_next <netinet/tcp.h>

#define TCP_KEEPALIVE 0x10

#endif
