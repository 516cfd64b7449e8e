/* SPDX-License-Identifier: ISC */
/* Files of lines that begin with a name: passwd(5), group(5), services(5).  The C library
 * reports a name as unknown when it cannot read the file, and may ask another service. */
#ifndef BINDCHAIN_NAMES_FILE_H
#define BINDCHAIN_NAMES_FILE_H

#include <stdbool.h>

/* Reads FILE to its end.  Returns 0 or the errno; a missing file has no names.  FOUND is
 * whether a line begins with NAME and a colon. */
int names_file_search(const char *file, const char *name, bool *found);

#endif
