/* SPDX-License-Identifier: ISC */
/* FreeBSD 13.0: there are no descriptors of objects that are not opened. */
#ifndef OVERLAY_FREEBSD13_FCNTL_H
#define OVERLAY_FREEBSD13_FCNTL_H

#include_next <fcntl.h>

#undef O_PATH
#undef O_EMPTY_PATH
#undef AT_EMPTY_PATH

#endif
