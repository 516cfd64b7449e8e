/* SPDX-License-Identifier: ISC */
/* Linux: sysctls, read from /proc/sys under the names that
 * sysctl(8) has for them. */
#ifndef BINDCHAIN_LINUX_SETTING_H
#define BINDCHAIN_LINUX_SETTING_H

#include <stdbool.h>
#include <stddef.h>

#include "backend.h"

/* The text of sysctl NAME ("net.core.somaxconn") without its newline.  False
 * where it cannot be read; what does not fit is left out. */
bool sysctl_text(const char *name, char *text, size_t size);

/* A sysctl that is one decimal number.  NAME is kept. */
struct backend_limit sysctl_number(const char *name);

#endif
