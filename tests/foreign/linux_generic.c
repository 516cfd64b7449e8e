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
CLAIM(SO_RCVBUF, 8)
CLAIM(SO_KEEPALIVE, 9)
CLAIM(SO_REUSEPORT, 15)
CLAIM(SO_PASSCRED, 16)
CLAIM(SO_PEERCRED, 17)
CLAIM(SO_BINDTODEVICE, 25)
CLAIM(SO_ACCEPTCONN, 30)
CLAIM(SO_RCVBUFFORCE, 33)
CLAIM(SO_PASSSEC, 34)
CLAIM(SO_PROTOCOL, 38)
CLAIM(SO_DOMAIN, 39)
CLAIM(SO_BINDTOIFINDEX, 62)
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
