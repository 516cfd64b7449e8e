/* SPDX-License-Identifier: ISC */
/* From HOST and SERVICE to an address: bindchain_resolve() of bindchain.h. */
#ifndef BINDCHAIN_RESOLVE_H
#define BINDCHAIN_RESOLVE_H

#include <stdbool.h>

#include "bindchain.h"

/*
 * Has this process asked for a name?  Then libraries of the name service may
 * have left descriptors and threads behind that only a real exec clears.
 */
bool resolve_used_name_service(void);

#endif
