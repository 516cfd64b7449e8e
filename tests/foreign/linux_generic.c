/* SPDX-License-Identifier: ISC */
/* The numbers of Linux where a processor has none of its own: x86_64, aarch64,
 * s390x and others.  Linux, include/uapi/asm-generic/socket.h and errno.h. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "claim.h"

CLAIM(SOL_SOCKET, 1)
CLAIM(SO_REUSEADDR, 2)
CLAIM(SO_TYPE, 3)
CLAIM(SO_ERROR, 4)
CLAIM(SO_BROADCAST, 6)
CLAIM(SO_SNDBUF, 7)
CLAIM(SO_RCVBUF, 8)
CLAIM(SO_KEEPALIVE, 9)
CLAIM(SO_PRIORITY, 12)
CLAIM(SO_LINGER, 13)
CLAIM(SO_REUSEPORT, 15)
CLAIM(SO_PASSCRED, 16)
CLAIM(SO_PEERCRED, 17)
CLAIM(SO_RCVLOWAT, 18)
CLAIM(SO_BINDTODEVICE, 25)
CLAIM(SO_ATTACH_FILTER, 26)
CLAIM(SO_ACCEPTCONN, 30)
CLAIM(SO_SNDBUFFORCE, 32)
CLAIM(SO_RCVBUFFORCE, 33)
CLAIM(SO_PASSSEC, 34)
CLAIM(SO_MARK, 36)
CLAIM(SO_PROTOCOL, 38)
CLAIM(SO_DOMAIN, 39)
#ifdef IPPROTO_MPTCP /* glibc 2.32, musl 1.2.3: uapi/linux/in.h */
CLAIM(IPPROTO_MPTCP, 262)
#endif
CLAIM(SO_BINDTOIFINDEX, 62)
#if __SIZEOF_LONG__ == 8 /* elsewhere by the width of time_t, too */
CLAIM(SO_TIMESTAMP, 29)
CLAIM(SO_TIMESTAMPNS, 35)
#endif
#ifdef SO_PASSPIDFD /* since 6.5, and musl has not got it */
CLAIM(SO_PASSPIDFD, 76)
#endif
#ifdef SO_NETNS_COOKIE /* musl has not got it */
CLAIM(SO_NETNS_COOKIE, 71)
#endif
CLAIM(SOCK_STREAM, 1)
CLAIM(SOCK_DGRAM, 2)
CLAIM(SOCK_RAW, 3)
CLAIM(SOCK_SEQPACKET, 5)
CLAIM(SOCK_NONBLOCK, 04000)
CLAIM(SOCK_CLOEXEC, 02000000)
CLAIM(EADDRINUSE, 98)
CLAIM(EADDRNOTAVAIL, 99)
