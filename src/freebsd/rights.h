/* SPDX-License-Identifier: ISC */
/* FreeBSD: the rights of a descriptor that a server needs: capsicum(4), rights(4). */
#ifndef BINDCHAIN_FREEBSD_RIGHTS_H
#define BINDCHAIN_FREEBSD_RIGHTS_H

#include "bindchain.h"

/*
 * Takes all rights but these from DESCRIPTOR, a socket that is complete: they cannot be taken
 * back.  Returns 0, or -1 with errno.
 */
int rights_limit(int descriptor);

/* Whether the descriptor has no others. */
void rights_read(int descriptor, struct bindchain_fact *);

#endif
