/* SPDX-License-Identifier: ISC */
#include "conflict.h"

#include <string.h>

#define IPV4_SIZE 4

static bool
is_mapped(const struct conflict_address *address)
{
	static const unsigned char prefix[] = { [10] = 0xff, 0xff };

	return address->family == AF_INET6
	    && memcmp(address->bytes, prefix, sizeof prefix) == 0;
}

static bool
is_zero(const unsigned char *bytes, size_t size)
{
	static const unsigned char zeros[CONFLICT_ADDRESS_MAX];

	return memcmp(bytes, zeros, size) == 0;
}

static bool
is_ipv6_wildcard(const struct conflict_address *address)
{
	return address->family == AF_INET6 && is_zero(address->bytes, sizeof address->bytes);
}

/* The address in FAMILY: the dual-stack wildcard is also IPv4's, and a mapped address is
 * its last four bytes.  Returns their number. */
static size_t
view(const struct conflict_address *address, int family, unsigned char bytes[CONFLICT_ADDRESS_MAX])
{
	size_t size = family == AF_INET ? IPV4_SIZE : CONFLICT_ADDRESS_MAX;
	size_t offset = family == AF_INET && address->family == AF_INET6
	    ? CONFLICT_ADDRESS_MAX - IPV4_SIZE : 0;

	memcpy(bytes, address->bytes + offset, size);
	return size;
}

bool
conflict_takes(const struct conflict_side *side, int family)
{
	if (family == AF_INET6)
		return side->address.family == AF_INET6 && !is_mapped(&side->address);
	return side->address.family == AF_INET || is_mapped(&side->address)
	    || (is_ipv6_wildcard(&side->address) && !side->v6only);
}

bool
conflict_is_dual(const struct conflict_side *side)
{
	return is_ipv6_wildcard(&side->address) && !side->v6only;
}

bool
conflict_is_wildcard(const struct conflict_side *side, int family)
{
	unsigned char bytes[CONFLICT_ADDRESS_MAX];
	size_t size = view(&side->address, family, bytes);

	return conflict_takes(side, family) && is_zero(bytes, size);
}

bool
conflict_is_multicast(const struct conflict_side *side)
{
	unsigned char bytes[CONFLICT_ADDRESS_MAX];

	if (conflict_takes(side, AF_INET6))
		return side->address.bytes[0] == 0xff;
	view(&side->address, AF_INET, bytes);
	return bytes[0] >> 4 == 0xe;
}

static bool
same_address(const struct conflict_address *one, const struct conflict_address *other, int family)
{
	unsigned char bytes[2][CONFLICT_ADDRESS_MAX];
	size_t size = view(one, family, bytes[0]);

	view(other, family, bytes[1]);
	return memcmp(bytes[0], bytes[1], size) == 0
	    && (!one->zone || !other->zone || one->zone == other->zone);
}

bool
conflict_same(const struct conflict_side *one, const struct conflict_side *other, int family)
{
	return conflict_takes(one, family) && conflict_takes(other, family)
	    && same_address(&one->address, &other->address, family);
}

bool
conflict_overlap(const struct conflict_side *one, const struct conflict_side *other, int family)
{
	return conflict_takes(one, family) && conflict_takes(other, family)
	    && (conflict_is_wildcard(one, family) || conflict_is_wildcard(other, family)
	        || same_address(&one->address, &other->address, family));
}

enum conflict_reach
conflict_reach(const struct conflict_side *side, const struct conflict_address *destination)
{
	int family = is_mapped(destination) ? AF_INET : destination->family;

	if (!conflict_takes(side, family))
		return CONFLICT_MISSES;
	if (same_address(&side->address, destination, family))
		return CONFLICT_BY_ADDRESS;
	return conflict_is_wildcard(side, family) ? CONFLICT_BY_WILDCARD : CONFLICT_MISSES;
}

/* An address that both cover: the specific one, if there is one. */
static struct conflict_address
contended(const struct conflict_side *first, const struct conflict_side *second, int family)
{
	static const struct conflict_address ipv4 = { .family = AF_INET, .bytes = { 127, 0, 0, 1 } };
	static const struct conflict_address ipv6 = { .family = AF_INET6, .bytes = { [15] = 1 } };

	if (!conflict_is_wildcard(first, family))
		return first->address;
	if (!conflict_is_wildcard(second, family))
		return second->address;
	return family == AF_INET ? ipv4 : ipv6;
}

static enum conflict_receiver
receiver(const struct conflict_rules *rules, const struct conflict_side *first,
    const struct conflict_side *second, int family)
{
	bool first_takes = conflict_takes(first, family);
	bool second_takes = conflict_takes(second, family);
	struct conflict_address destination;

	if (conflict_overlap(first, second, family)) {
		destination = contended(first, second, family);
		return rules->receiver(first, second, &destination);
	}
	if (first_takes && second_takes)
		return CONFLICT_EACH;
	return first_takes ? CONFLICT_FIRST : second_takes ? CONFLICT_SECOND : CONFLICT_NOBODY;
}

void
conflict_judge(const struct conflict_rules *rules, const struct conflict_side *first,
    const struct conflict_side *second, struct conflict_verdict *verdict)
{
	*verdict = (struct conflict_verdict) { .call = CONFLICT_BIND,
		.error = rules->refuses(first, second, CONFLICT_BIND) };
	if (!verdict->error && second->is_stream && second->listening) {
		verdict->call = CONFLICT_LISTEN;
		verdict->error = rules->refuses(first, second, CONFLICT_LISTEN);
	}
	if (verdict->error)
		return;
	verdict->ipv4 = receiver(rules, first, second, AF_INET);
	verdict->ipv6 = receiver(rules, first, second, AF_INET6);
}
