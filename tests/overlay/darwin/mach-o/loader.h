/* SPDX-License-Identifier: ISC */
/* Darwin: xnu, EXTERNAL_HEADERS/mach-o/loader.h. */
#ifndef OVERLAY_DARWIN_MACH_O_LOADER_H
#define OVERLAY_DARWIN_MACH_O_LOADER_H

#define MH_MAGIC_64 0xfeedfacf

#endif
