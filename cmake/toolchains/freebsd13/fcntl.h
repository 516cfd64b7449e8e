/* SPDX-License-Identifier: ISC */
/* In front of FreeBSD's own: without what it has since 13.1: executables for
 * 13.0 would ask its kernel for it, which does not refuse an unknown flag. */
#include_next <fcntl.h>

#undef O_PATH
#undef O_EMPTY_PATH
#undef AT_EMPTY_PATH
