/* SPDX-License-Identifier: ISC */
/* Darwin: bsd/sys/stdio.h. */
#ifndef OVERLAY_DARWIN_STDIO_H
#define OVERLAY_DARWIN_STDIO_H

#include_next <stdio.h>

#define RENAME_SWAP 0x00000002
#define RENAME_EXCL 0x00000004

int renameatx_np(int from_directory, const char *from, int to_directory, const char *to,
    unsigned flags);

#endif
