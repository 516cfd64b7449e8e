/* SPDX-License-Identifier: ISC */
/* FreeBSD: include/unistd.h. */
#ifndef OVERLAY_FREEBSD_UNISTD_H
#define OVERLAY_FREEBSD_UNISTD_H

#include_next <unistd.h>

int issetugid(void);
int funlinkat(int directory, const char *name, int object, int flags);

#endif
