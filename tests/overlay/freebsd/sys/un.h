/* SPDX-License-Identifier: ISC */
/* FreeBSD: sys/sys/un.h. */
#ifndef OVERLAY_FREEBSD_SYS_UN_H
#define OVERLAY_FREEBSD_SYS_UN_H

#include_next <sys/un.h>

#define SOL_LOCAL 0
#define LOCAL_CREDS_PERSISTENT 3

#endif
