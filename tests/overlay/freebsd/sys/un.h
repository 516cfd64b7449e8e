/* SPDX-License-Identifier: ISC */
/* FreeBSD: sys/sys/un.h.  The family is as wide as Linux has it, in the place of a
 * length and a family of one byte each. */
#ifndef OVERLAY_FREEBSD_SYS_UN_H
#define OVERLAY_FREEBSD_SYS_UN_H

#include <sys/socket.h>

struct sockaddr_un {
	sa_family_t sun_family;
	char sun_path[104];
};

#define SOL_LOCAL 0
#define LOCAL_CREDS_PERSISTENT 3

#endif
