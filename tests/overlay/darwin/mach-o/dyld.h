/* SPDX-License-Identifier: ISC */
/* Darwin: dyld, include/mach-o/dyld.h. */
#ifndef OVERLAY_DARWIN_MACH_O_DYLD_H
#define OVERLAY_DARWIN_MACH_O_DYLD_H

#include <stdint.h>

int _NSGetExecutablePath(char *path, uint32_t *size);

#endif
