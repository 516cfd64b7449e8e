/* SPDX-License-Identifier: ISC */
/* Darwin: xnu, bsd/sys/socket.h, which does not tell a socket's protocol. */
#ifndef OVERLAY_DARWIN_SYS_SOCKET_H
#define OVERLAY_DARWIN_SYS_SOCKET_H

#include_next <sys/socket.h>

#undef SO_PROTOCOL

#define SO_NOSIGPIPE 0x1022

#endif
