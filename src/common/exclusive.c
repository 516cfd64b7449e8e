/* SPDX-License-Identifier: ISC */
#include "exclusive.h"

#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

#include "address.h"
#include "conflict_side.h"

static const struct conflict_address ipv4_wildcard = { .family = AF_INET };

/* A socket on ADDRESS that has no option but V6ONLY. */
static struct conflict_side
plain_side(const struct bindchain_request *request, const struct bindchain_address *address)
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

/* May the probe set SO_REUSEADDR, to ignore connections in TIME_WAIT, and still find every
 * listener? */
static bool
may_reuse(const struct conflict_side *plain)
{
	struct conflict_side probe = *plain, there = *plain;

	probe.reuse_address = there.reuse_address = true;
	there.listening = there.is_stream;
	there.address = overlapping(plain);
	return finds(&probe, &there);
}

static int
bind_alone(const struct bindchain_request *request, const struct bindchain_address *address)
{
	struct conflict_side plain = plain_side(request, address);
	int family = address_family(address), error = 0;
	int reuse = may_reuse(&plain), v6only = plain.v6only;
	int descriptor = socket(family, plain.is_stream ? SOCK_STREAM : SOCK_DGRAM, 0);

	if (descriptor < 0)
		return -1;
	if (setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse) != 0
	    || (family == AF_INET6
	        && setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof v6only) != 0)
	    || bind(descriptor, (const struct sockaddr *)&address->storage, address->length) != 0)
		error = errno;
	close(descriptor);
	errno = error;
	return error == EADDRINUSE ? -1 : 0;
}

/* Is there an IPv4 socket that bind(2) of the requested address does not conflict with,
 * although both get its traffic? */
static bool
may_miss_ipv4(const struct bindchain_request *request)
{
	struct conflict_side probe = plain_side(request, &request->address), there = probe;

	there.address = ipv4_wildcard;
	return conflict_overlap(&probe, &there, AF_INET) && !finds(&probe, &there);
}

bool
exclusive_finds(const struct bindchain_request *request, const struct conflict_side *there)
{
	struct conflict_side probe = plain_side(request, &request->address);

	if (may_miss_ipv4(request) && conflict_overlap(&probe, there, AF_INET))
		return true;
	probe.reuse_address = may_reuse(&probe);
	return finds(&probe, there);
}

int
exclusive_probe(const struct bindchain_request *request)
{
	struct bindchain_address ipv4;

	if (address_port(&request->address) == 0)
		return 0;
	if (bind_alone(request, &request->address) != 0)
		return -1;
	if (!may_miss_ipv4(request)
	    || !address_from_literal(&ipv4, "0.0.0.0", address_port(&request->address)))
		return 0;
	return bind_alone(request, &ipv4);
}
