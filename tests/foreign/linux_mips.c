/* SPDX-License-Identifier: ISC */
/* The numbers of Linux on mips, which are IRIX's.  Linux,
 * arch/mips/include/uapi/asm/socket.h, fcntl.h and errno.h, and
 * arch/mips/include/asm/socket.h. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "claim.h"

CLAIM(SOL_SOCKET, 0xffff)
CLAIM(SO_REUSEADDR, 0x0004)
CLAIM(SO_KEEPALIVE, 0x0008)
CLAIM(SO_TYPE, 0x1008)
CLAIM(SO_RCVBUF, 0x1002)
CLAIM(SO_REUSEPORT, 0x0200)
CLAIM(SO_PASSCRED, 17)
CLAIM(SO_PEERCRED, 18)
CLAIM(SO_BINDTODEVICE, 25)
CLAIM(SO_ACCEPTCONN, 0x1009)
CLAIM(SO_RCVBUFFORCE, 33)
CLAIM(SO_PASSSEC, 34)
CLAIM(SO_PROTOCOL, 0x1028)
CLAIM(SO_DOMAIN, 0x1029)
CLAIM(SO_BINDTOIFINDEX, 62)
#ifdef SO_NETNS_COOKIE /* musl has not got it */
CLAIM(SO_NETNS_COOKIE, 71)
#endif
CLAIM(SOCK_STREAM, 2)
CLAIM(SOCK_DGRAM, 1)
CLAIM(SOCK_RAW, 3)
CLAIM(SOCK_SEQPACKET, 5)
CLAIM(SOCK_NONBLOCK, 0200)
CLAIM(SOCK_CLOEXEC, 02000000)
CLAIM(EADDRINUSE, 125)
CLAIM(EADDRNOTAVAIL, 126)
