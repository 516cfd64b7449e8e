/* SPDX-License-Identifier: ISC */
/* FreeBSD: the congestion control of the kernel, after TCP_CONGESTION failed. */
#ifndef BINDCHAIN_FREEBSD_CONGESTION_H
#define BINDCHAIN_FREEBSD_CONGESTION_H

#include "findings.h"

void congestion_tell(struct findings *);

#endif
