/* SPDX-License-Identifier: ISC */
/* Reading the small text files of /proc.  It may be absent or masked: whoever
 * calls must know what to say then. */
#ifndef BINDCHAIN_LINUX_PROC_FILE_H
#define BINDCHAIN_LINUX_PROC_FILE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Reads PATH into TEXT, ended by a null byte, without the last newline.  Returns
 * false when it cannot be read.  What does not fit in SIZE is left out.
 */
bool proc_file_read(const char *path, char *text, size_t size);

#endif
