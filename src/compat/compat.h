/* SPDX-License-Identifier: ISC */
/*
 * BSD functions by their plain names.  They come from the C library where it
 * has them (FreeBSD, macOS; musl and newer glibc in part), else from libbsd's
 * overlay, else from this directory.  CMake finds out and says which.
 */
#ifndef BINDCHAIN_COMPAT_H
#define BINDCHAIN_COMPAT_H

#include <stddef.h>
#include <string.h>

#ifdef HAVE_VIS
#include <vis.h>
#else
/* The flags that compat/vis.c knows. */
#define VIS_OCTAL 0x01
#define VIS_TAB 0x08
#define VIS_NL 0x10
char *vis(char *destination, int c, int flags, int next);
#endif

#ifndef HAVE_STRLCPY
size_t strlcpy(char *destination, const char *source, size_t size);
size_t strlcat(char *destination, const char *source, size_t size);
#endif

#endif
