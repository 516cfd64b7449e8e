/* SPDX-License-Identifier: ISC */
/* FreeBSD: sys/sys/fcntl.h. */
#ifndef OVERLAY_FREEBSD_FCNTL_H
#define OVERLAY_FREEBSD_FCNTL_H

#include_next <fcntl.h>

#define O_SEARCH 0x00040000
#define O_EMPTY_PATH 0x02000000

#endif
