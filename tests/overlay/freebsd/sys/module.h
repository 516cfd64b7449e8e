/* SPDX-License-Identifier: ISC */
/* FreeBSD: sys/sys/module.h, modfind(2). */
#ifndef OVERLAY_FREEBSD_SYS_MODULE_H
#define OVERLAY_FREEBSD_SYS_MODULE_H

int modfind(const char *name);

#endif
