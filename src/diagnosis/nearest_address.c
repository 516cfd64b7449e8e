/* SPDX-License-Identifier: ISC */
#include "nearest_address.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

#include "address.h"
#include "compat.h"

/* False for addresses of other families. */
static bool
read_local(const struct ifaddrs *interface, struct local_address *local)
{
	const struct sockaddr *address = interface->ifa_addr;

	if (!address)
		return false;
	if (address->sa_family == AF_INET)
		address_set(&local->address, address, sizeof(struct sockaddr_in));
	else if (address->sa_family == AF_INET6)
		address_set(&local->address, address, sizeof(struct sockaddr_in6));
	else
		return false;
	strlcpy(local->interface, interface->ifa_name, sizeof local->interface);
	local->is_up = (interface->ifa_flags & IFF_UP) != 0;
	return true;
}

/* The number of equal leading bits. */
static unsigned
likeness(const unsigned char *one, const unsigned char *other, size_t size)
{
	unsigned bits = 0;

	for (size_t i = 0; i < size; i++) {
		unsigned differ = one[i] ^ other[i];
		if (!differ) {
			bits += 8;
			continue;
		}
		for (; !(differ & 0x80); differ <<= 1)
			bits++;
		break;
	}
	return bits;
}

static void
compare(const struct address *address, struct local_address *local)
{
	unsigned char one[ADDRESS_BYTES_MAX], other[ADDRESS_BYTES_MAX];
	size_t size = address_bytes(address, one);

	address_bytes(&local->address, other);
	local->likeness = likeness(one, other, size);
	local->same = local->likeness == size * 8
	    && address_zone(address) == address_zone(&local->address);
}

/* Inserts LOCAL in order; the last is dropped when there is no room. */
static size_t
insert(struct local_address nearest[], size_t count, size_t room,
    const struct local_address *local)
{
	size_t place = count;

	while (place > 0 && nearest[place - 1].likeness < local->likeness)
		place--;
	if (place == room)
		return count;
	if (count < room)
		count++;
	memmove(&nearest[place + 1], &nearest[place], (count - 1 - place) * sizeof *nearest);
	nearest[place] = *local;
	return count;
}

size_t
local_nearest(const struct address *address, struct local_address nearest[], size_t room)
{
	struct local_address local;
	struct ifaddrs *list;
	size_t count = 0;

	if (getifaddrs(&list) != 0)
		return 0;
	for (const struct ifaddrs *i = list; i; i = i->ifa_next) {
		if (!read_local(i, &local)
		    || address_family(&local.address) != address_family(address))
			continue;
		compare(address, &local);
		count = insert(nearest, count, room, &local);
	}
	freeifaddrs(list);
	return count;
}

static bool
is_zone_for(const struct local_address *local, const struct address *address,
    bool exactly)
{
	struct local_address compared = *local;

	if (address_family(&local->address) != AF_INET6
	    || !address_is_link_local(&local->address))
		return false;
	compare(address, &compared);
	return !exactly || compared.likeness == sizeof(struct in6_addr) * 8;
}

static size_t
add_zones(struct text *text, const struct ifaddrs *list, const struct address *address,
    bool exactly)
{
	struct local_address local, previous = { 0 };
	size_t count = 0;

	for (const struct ifaddrs *i = list; i; i = i->ifa_next) {
		if (!read_local(i, &local) || !is_zone_for(&local, address, exactly)
		    || strcmp(local.interface, previous.interface) == 0)
			continue;
		text_printf(text, count++ ? ", %s" : "%s", local.interface);
		previous = local;
	}
	return count;
}

void
local_add_zones(struct text *text, const struct address *address)
{
	struct ifaddrs *list = NULL;

	if (getifaddrs(&list) != 0 || (!add_zones(text, list, address, true)
	        && !add_zones(text, list, address, false)))
		text_printf(text, "none");
	if (list)
		freeifaddrs(list);
}
