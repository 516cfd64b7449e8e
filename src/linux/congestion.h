/* SPDX-License-Identifier: ISC */
/* Linux: why the congestion control of a request is refused, before and after setsockopt(2). */
#ifndef BINDCHAIN_LINUX_CONGESTION_H
#define BINDCHAIN_LINUX_CONGESTION_H

#include "findings.h"
#include "request.h"

void congestion_foresee(const struct request *, struct findings *);

/* ERROR is that of TCP_CONGESTION. */
void congestion_tell(int error, struct findings *);

#endif
