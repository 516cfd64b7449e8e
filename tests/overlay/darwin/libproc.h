/* SPDX-License-Identifier: ISC */
/* Darwin: xnu, libsyscall/wrappers/libproc/libproc.h. */
#ifndef OVERLAY_DARWIN_LIBPROC_H
#define OVERLAY_DARWIN_LIBPROC_H

#include <stdint.h>
#include "sys/proc_info.h"

int proc_pidinfo(int process, int flavor, uint64_t argument, void *buffer, int size);
int proc_pidfdinfo(int process, int descriptor, int flavor, void *buffer, int size);

#endif
