/* SPDX-License-Identifier: ISC */
/* FreeBSD: sys/sys/stat.h.  Linux has no such time in it; here no file is changed before
 * it is asked for. */
#ifndef OVERLAY_FREEBSD_SYS_STAT_H
#define OVERLAY_FREEBSD_SYS_STAT_H

#include_next <sys/stat.h>

#define st_birthtimespec st_ctim

#endif
