/* SPDX-License-Identifier: ISC */
/* Settings of the kernel, read under the names that sysctl(8) has for them. */
#ifndef BINDCHAIN_BSD_SYSCTL_H
#define BINDCHAIN_BSD_SYSCTL_H

#include "backend.h"

/* A sysctl that is an int.  Unknown where it does not exist, has another
 * size, or may not be read.  NAME is kept. */
struct backend_limit sysctl_number(const char *name);

/* The same of a setting that is an unsigned long. */
bool sysctl_long(const char *name, long long *value);

/* A sysctl that is a text.  False where it cannot be read or does not fit. */
bool sysctl_text(const char *name, char *text, size_t size);

#endif
