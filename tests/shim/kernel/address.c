/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "kernel.h"

static const uint8_t mapped_prefix[12] = { [10] = 0xff, [11] = 0xff };

static size_t
size_of(const struct world_address *address)
{
	return address->family == AF_INET ? 4 : 16;
}

bool
kernel_is_wildcard(const struct world_address *address)
{
	static const uint8_t zeroes[16];

	return memcmp(address->bytes, zeroes, size_of(address)) == 0;
}

bool
kernel_is_loopback(const struct world_address *address)
{
	static const uint8_t inet[4] = { 127, 0, 0, 1 }, inet6[16] = { [15] = 1 };

	return memcmp(address->bytes, address->family == AF_INET ? inet : inet6,
	           size_of(address)) == 0;
}

bool
kernel_is_mapped(const struct world_address *address)
{
	return address->family == AF_INET6
	    && memcmp(address->bytes, mapped_prefix, sizeof mapped_prefix) == 0;
}

bool
kernel_is_multicast(const struct world_address *address)
{
	if (address->family == AF_INET)
		return address->bytes[0] >> 4 == 0xe;
	return address->bytes[0] == 0xff;
}

bool
kernel_is_link_local(const struct world_address *address)
{
	return address->family == AF_INET6 && address->bytes[0] == 0xfe
	    && address->bytes[1] >> 6 == 2;
}

bool
kernel_same_address(const struct world_address *a, const struct world_address *b)
{
	return a->family == b->family && a->zone == b->zone
	    && memcmp(a->bytes, b->bytes, size_of(a)) == 0;
}

struct world_address
kernel_unmapped(const struct world_address *address)
{
	struct world_address inner = { .family = AF_INET };

	memcpy(inner.bytes, address->bytes + sizeof mapped_prefix, 4);
	return inner;
}

static bool
interface_has(const struct world_interface *interface, const struct world_address *address)
{
	for (uint32_t i = 0; i < interface->address_count; i++) {
		struct world_address own = interface->addresses[i];
		own.zone = kernel_is_link_local(&own) ? interface->index : 0;
		if (kernel_same_address(&own, address))
			return true;
	}
	return false;
}

bool
kernel_is_local(const struct world *world, const struct world_address *address)
{
	bool is_loopback_net = address->family == AF_INET && address->bytes[0] == 127;

	if (is_loopback_net && world->rules[RULE_LOOPBACK_NET])
		return kernel_has_family(world, AF_INET);
	for (uint32_t i = 0; i < world->interface_count; i++)
		if (interface_has(&world->interfaces[i], address))
			return true;
	return false;
}

bool
kernel_has_family(const struct world *world, int family)
{
	for (uint32_t i = 0; i < world->interface_count; i++)
		for (uint32_t j = 0; j < world->interfaces[i].address_count; j++)
			if (world->interfaces[i].addresses[j].family == family)
				return true;
	return false;
}

bool
kernel_has_zone(const struct world *world, uint32_t zone)
{
	for (uint32_t i = 0; i < world->interface_count; i++)
		if (world->interfaces[i].index == zone)
			return true;
	return false;
}
