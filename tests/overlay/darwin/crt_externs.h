/* SPDX-License-Identifier: ISC */
/* Darwin: Libc, include/crt_externs.h. */
#ifndef OVERLAY_DARWIN_CRT_EXTERNS_H
#define OVERLAY_DARWIN_CRT_EXTERNS_H

char ***_NSGetEnviron(void);

#endif
