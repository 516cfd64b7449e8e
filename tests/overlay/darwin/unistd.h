/* SPDX-License-Identifier: ISC */
/* Darwin: Libc, include/unistd.h. */
#ifndef OVERLAY_DARWIN_UNISTD_H
#define OVERLAY_DARWIN_UNISTD_H

#include_next <unistd.h>

int issetugid(void);

#endif
