/* SPDX-License-Identifier: ISC */
#include "exclusive.h"

#include <unistd.h>

#include "address.h"
#include "conflict_side.h"
#include "request.h"

static const struct conflict_address ipv4_wildcard = { .family = AF_INET };

/* A socket on ADDRESS that has no option but V6ONLY. */
static struct conflict_side
plain_side(const struct request *request, const struct address *address)
{
	return (struct conflict_side) { .is_stream = request->kind == BINDCHAIN_TCP,
		.v6only = request->options[BINDCHAIN_V6ONLY].value != 0, .user = geteuid(),
		.address = conflict_address_of(address) };
}

/* An address that overlaps SIDE's and differs from it. */
static struct conflict_address
overlapping(const struct conflict_side *side)
{
	struct conflict_address other = { .family = side->address.family };

	if (conflict_is_wildcard(side, side->address.family))
		other.bytes[0] = 1; /* any specific one */
	return other;
}

static bool
finds(const struct conflict_side *probe, const struct conflict_side *there)
{
	return backend_conflict_rules.refuses(there, probe, CONFLICT_BIND) != 0;
}

static bool
may_reuse(const struct conflict_side *plain)
{
	struct conflict_side probe = *plain, there = *plain;

	probe.reuse_address = there.reuse_address = true;
	there.listening = there.is_stream;
	there.address = overlapping(plain);
	return finds(&probe, &there);
}

bool
exclusive_reuses(const struct request *request, const struct address *address)
{
	struct conflict_side plain = plain_side(request, address);

	return may_reuse(&plain);
}

void
exclusive_address(const struct request *request, bool of_ipv4,
    struct address *address)
{
	*address = request->address;
	if (of_ipv4)
		address_from_literal(address, "0.0.0.0", address_port(&request->address));
}

/* Is there an IPv4 socket that bind(2) of the requested address does not conflict with,
 * although both get its traffic? */
bool
exclusive_may_miss_ipv4(const struct request *request)
{
	struct conflict_side probe = plain_side(request, &request->address), there = probe;

	there.address = ipv4_wildcard;
	return conflict_overlap(&probe, &there, AF_INET) && !finds(&probe, &there);
}

bool
exclusive_finds(const struct request *request, const struct conflict_side *there)
{
	struct conflict_side probe = plain_side(request, &request->address);

	if (exclusive_may_miss_ipv4(request) && conflict_overlap(&probe, there, AF_INET))
		return true;
	probe.reuse_address = may_reuse(&probe);
	return finds(&probe, there);
}
