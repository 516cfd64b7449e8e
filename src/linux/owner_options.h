/* SPDX-License-Identifier: ISC */
/*
 * The options of a socket that decide whether others may share its address.
 *
 * - The kernel does not list them.  A process that may trace the owner can ask the socket:
 *   pidfd_getfd(2), since 5.6.
 */
#ifndef BINDCHAIN_LINUX_OWNER_OPTIONS_H
#define BINDCHAIN_LINUX_OWNER_OPTIONS_H

#include "observe.h"

struct owner_options {
	struct bindchain_fact reuse_address, share; /* SO_REUSEADDR and SO_REUSEPORT */
};

/* Of a socket of this process. */
void owner_options_read(int descriptor, struct owner_options *);

/*
 * Of socket IDENTITY of PROCESS.  They stay unknown without the right to trace it, or if the
 * descriptor refers to another socket by now.  May wait for PROCESS: search_child.h.
 */
void owner_options_borrow(const struct backend_process *, uint64_t identity,
    struct owner_options *);

#endif
