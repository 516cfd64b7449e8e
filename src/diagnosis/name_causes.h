/* SPDX-License-Identifier: ISC */
/* Why a host or service does not resolve. */
#ifndef BINDCHAIN_NAME_CAUSES_H
#define BINDCHAIN_NAME_CAUSES_H

#include "request.h"
#include "findings.h"

void name_causes_tell(const struct request *, const struct bindchain_failure *,
    struct findings *);

/* ZONE, which is no interface, and those that could have been meant. */
void name_causes_tell_zone(const char *zone, struct findings *);

#endif
