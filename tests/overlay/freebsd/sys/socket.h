/* SPDX-License-Identifier: ISC */
/* FreeBSD: sys/sys/socket.h. */
#ifndef OVERLAY_FREEBSD_SYS_SOCKET_H
#define OVERLAY_FREEBSD_SYS_SOCKET_H

#include_next <sys/socket.h>

#define SO_ACCEPTFILTER 0x1000
#define SO_LISTENQLIMIT 0x1011
#define SO_LISTENQLEN 0x1012
#define SO_LISTENINCQLEN 0x1013
#define SO_SETFIB 0x1014
#define SO_TS_CLOCK 0x1017
#define SO_TS_REALTIME_MICRO 0
#define SO_TS_REALTIME 2
#define SO_REUSEPORT_LB 0x00010000

int bindat(int directory, int descriptor, const struct sockaddr *, socklen_t);
int connectat(int directory, int descriptor, const struct sockaddr *, socklen_t);

struct accept_filter_arg {
	char af_name[16];
	char af_arg[256 - 16];
};

#endif
