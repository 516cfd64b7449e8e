/* SPDX-License-Identifier: ISC */
/* The address families that this host lacks. */
#ifndef BINDCHAIN_FAMILY_H
#define BINDCHAIN_FAMILY_H

#include <stdbool.h>

#include "interfaces.h"
#include "request.h"

struct missing_family {
	int family; /* AF_INET or AF_INET6; 0: none is missing */
	struct bindchain_failure reason; /* of socket(2) or bind(2), or of the interfaces */
};

/*
 * Reports whether the family of the request's address, a wildcard, is missing: socket(2) refuses
 * it, bind(2) refuses its wildcard, or no interface that is up has an address of it, loopback
 * included, while one has an address of the other family.  Then MISSING is filled.  A socket is
 * opened and bound for this, to a port that the kernel chooses, and closed.  Any other failure,
 * such as a port in use or a missing permission, does not make a family missing.
 */
bool family_is_missing(const struct request *, const struct interface_families *,
    struct missing_family *);

#endif
