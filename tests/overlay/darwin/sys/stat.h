/* SPDX-License-Identifier: ISC */
/* Darwin: sys/sys/stat.h.  Linux has no such time in it; here no file is changed before
 * it is asked for. */
#ifndef OVERLAY_DARWIN_SYS_STAT_H
#define OVERLAY_DARWIN_SYS_STAT_H

#include_next <sys/stat.h>

#define st_birthtimespec st_ctim

#endif
