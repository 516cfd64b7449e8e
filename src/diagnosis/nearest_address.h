/* SPDX-License-Identifier: ISC */
/*
 * The addresses of this host's interfaces, for messages about one that is not
 * among them: getifaddrs(3).  Those of interfaces that are down count, since
 * bind(2) takes them.
 */
#ifndef BINDCHAIN_NEAREST_ADDRESS_H
#define BINDCHAIN_NEAREST_ADDRESS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

#include "bindchain.h"
#include "text.h"

struct local_address {
	struct bindchain_address address;
	char interface[IF_NAMESIZE];
	unsigned likeness; /* leading bits it shares with the address asked about */
	bool same;         /* it is that address, zone included */
};

/*
 * Fills NEAREST with up to ROOM addresses of ADDRESS's family, the most alike
 * first.  Returns how many there are in it, 0 too when the interfaces cannot be
 * read.
 */
size_t local_nearest(const struct bindchain_address *, struct local_address nearest[],
    size_t room);

/*
 * Adds the names of the interfaces that have an IPv6 link-local address,
 * "eth0, eth1": those that have ADDRESS itself, if any does, else all.  Returns
 * how many.
 */
size_t local_add_zones(struct text *, const struct bindchain_address *);

#endif
