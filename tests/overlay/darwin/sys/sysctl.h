/* SPDX-License-Identifier: ISC */
/* Darwin: xnu, bsd/sys/sysctl.h. */
#ifndef OVERLAY_DARWIN_SYS_SYSCTL_H
#define OVERLAY_DARWIN_SYS_SYSCTL_H

#include <stddef.h>

int sysctlbyname(const char *name, void *old_value, size_t *old_size, void *new_value,
    size_t new_size);

#endif
