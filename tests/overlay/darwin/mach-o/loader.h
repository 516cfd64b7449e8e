/* SPDX-License-Identifier: ISC */
/* Darwin: xnu, EXTERNAL_HEADERS/mach-o/loader.h. */
#ifndef OVERLAY_DARWIN_MACH_O_LOADER_H
#define OVERLAY_DARWIN_MACH_O_LOADER_H

#include <stdint.h>

#define MH_MAGIC_64 0xfeedfacf
#define LC_CODE_SIGNATURE 0x1d

struct mach_header_64 {
	uint32_t magic;
	int32_t cputype;
	int32_t cpusubtype;
	uint32_t filetype;
	uint32_t ncmds;
	uint32_t sizeofcmds;
	uint32_t flags;
	uint32_t reserved;
};

#endif
