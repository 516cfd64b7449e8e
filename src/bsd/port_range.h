/* SPDX-License-Identifier: ISC */
/* The ephemeral ports of FreeBSD and Darwin: ip(4). */
#ifndef BINDCHAIN_BSD_PORT_RANGE_H
#define BINDCHAIN_BSD_PORT_RANGE_H

#include "findings.h"

/* A line that names the range, in which no port is free. */
void bsd_tell_exhausted_range(struct findings *);

#endif
