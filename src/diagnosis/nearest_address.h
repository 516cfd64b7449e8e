/* SPDX-License-Identifier: ISC */
/*
 * The addresses of this host's interfaces, for messages about an address that no
 * interface has: getifaddrs(3).  Includes interfaces that are down, because bind(2)
 * accepts their addresses.
 */
#ifndef BINDCHAIN_NEAREST_ADDRESS_H
#define BINDCHAIN_NEAREST_ADDRESS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

#include "address.h"
#include "text.h"

struct local_address {
	struct address address;
	char interface[IF_NAMESIZE];
	unsigned likeness; /* leading bits equal to those of the given address */
	bool same;         /* it is that address, zone included */
	bool is_up;        /* the interface is */
};

/*
 * Fills NEAREST with up to ROOM addresses of ADDRESS's family, the nearest first.
 * Returns their number; 0 also when the interfaces cannot be read.
 */
size_t local_nearest(const struct address *, struct local_address nearest[],
    size_t room);

/*
 * Adds the names of the interfaces with an IPv6 link-local address, "eth0, eth1" or
 * "none": only those that have ADDRESS itself, if any does.
 */
void local_add_zones(struct text *, const struct address *);

#endif
