/* SPDX-License-Identifier: ISC */
/* What owners.c does for holders.c beyond the seam. */
#ifndef BINDCHAIN_LINUX_OWNERS_H
#define BINDCHAIN_LINUX_OWNERS_H

#include "observe.h"

/*
 * A second descriptor of PROCESS's socket, close-on-exec, which the caller
 * closes; or -1 with errno: EPERM without the right to trace the process,
 * ENOSYS before 5.6.
 */
int owner_borrow_socket(const struct backend_process *);

#endif
