/* SPDX-License-Identifier: ISC */
/* FreeBSD: sys/sys/sysctl.h. */
#ifndef OVERLAY_FREEBSD_SYS_SYSCTL_H
#define OVERLAY_FREEBSD_SYS_SYSCTL_H

#include <stddef.h>

#define CTL_KERN 1
#define KERN_PROC 14
#define KERN_PROC_PATHNAME 12
#define KERN_PROC_FILEDESC 33

int sysctl(const int *name, unsigned count, void *old_value, size_t *old_size,
    const void *new_value, size_t new_size);
int sysctlbyname(const char *name, void *old_value, size_t *old_size, const void *new_value,
    size_t new_size);

#endif
