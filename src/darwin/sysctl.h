/* SPDX-License-Identifier: ISC */
/* Darwin: settings of the kernel, read under the names that sysctl(8) has for
 * them. */
#ifndef BINDCHAIN_DARWIN_SETTING_H
#define BINDCHAIN_DARWIN_SETTING_H

#include "backend.h"

/* A setting that is an int.  Unknown where it does not exist, has another
 * size, or may not be read.  NAME is kept. */
struct backend_limit setting_number(const char *name);

#endif
