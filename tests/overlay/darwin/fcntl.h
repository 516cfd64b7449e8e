/* SPDX-License-Identifier: ISC */
/* Darwin: bsd/sys/fcntl.h, which has no descriptors of objects. */
#ifndef OVERLAY_DARWIN_FCNTL_H
#define OVERLAY_DARWIN_FCNTL_H

#include_next <fcntl.h>

#undef O_PATH
#undef AT_EMPTY_PATH

#define O_SEARCH (0x40000000 | O_DIRECTORY)

#endif
