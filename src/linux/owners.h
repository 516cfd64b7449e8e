/* SPDX-License-Identifier: ISC */
/* What owners.c does for holders.c beyond the seam. */
#ifndef BINDCHAIN_LINUX_OWNERS_H
#define BINDCHAIN_LINUX_OWNERS_H

#include "observe.h"
#include "owner_options.h"

/* Returns whether to continue. */
typedef bool owner_visitor(void *context, uint64_t identity, const struct backend_process *,
    const struct owner_options *);

/* As backend_visit_owners(), and reads the options of the sockets if WITH_OPTIONS; they are
 * unknown for those of this process. */
void owners_visit(const uint64_t *identities, size_t count, int limit, bool with_options,
    owner_visitor *, void *context, struct backend_sight *);

#endif
