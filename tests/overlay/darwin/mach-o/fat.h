/* SPDX-License-Identifier: ISC */
/* Darwin: xnu, EXTERNAL_HEADERS/mach-o/fat.h. */
#ifndef OVERLAY_DARWIN_MACH_O_FAT_H
#define OVERLAY_DARWIN_MACH_O_FAT_H

#define FAT_MAGIC 0xcafebabe
#define FAT_CIGAM 0xbebafeca

#endif
