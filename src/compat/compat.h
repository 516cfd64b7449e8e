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

#ifndef HAVE_STRLCPY
size_t strlcpy(char *destination, const char *source, size_t size);
size_t strlcat(char *destination, const char *source, size_t size);
#endif

#endif
