/* SPDX-License-Identifier: ISC */
/*
 * bind(2).  The order of the checks is the kernel's, since one call can be
 * wrong in two ways: FreeBSD and Darwin look at the length first and at a
 * second bind early, Linux at a second bind last (__inet_bind).
 */
#include <errno.h>
#include <string.h>

#include "kernel.h"

/* As Linux's minimum for IPv6: everything up to the zone (RFC 2133's structure). */
enum { SHORTEST_INET6 = offsetof(struct sockaddr_in6, sin6_scope_id) };

static int
check_length(const struct world *world, int family, socklen_t length)
{
	socklen_t own = family == AF_INET ? sizeof(struct sockaddr_in)
	                                  : sizeof(struct sockaddr_in6);

	if (world->rules[RULE_EXACT_LENGTH])
		return length == own ? 0 : -EINVAL;
	if (length > sizeof(struct sockaddr_storage))
		return -EINVAL;
	return length >= (family == AF_INET ? own : SHORTEST_INET6) ? 0 : -EINVAL;
}

static int
read_inet(const struct sockaddr *address, struct kernel_claim *claim)
{
	struct sockaddr_in inet;

	memcpy(&inet, address, sizeof inet);
	claim->address.family = AF_INET;
	memcpy(claim->address.bytes, &inet.sin_addr, 4);
	claim->port = ntohs(inet.sin_port);
	if (inet.sin_family == AF_INET)
		return 0;
	/* AF_UNSPEC with the wildcard is tolerated everywhere. */
	if (inet.sin_family == AF_UNSPEC && kernel_is_wildcard(&claim->address))
		return 0;
	return -EAFNOSUPPORT;
}

static int
check_zone(const struct world *world, const struct sockaddr_in6 *inet6,
    const struct world_address *address)
{
	if (kernel_is_link_local(address)) {
		if (!address->zone)
			return -world->rules[RULE_MISSING_ZONE];
		return kernel_has_zone(world, address->zone) ? 0
		    : -world->rules[RULE_UNKNOWN_ZONE];
	}
	if (world->rules[RULE_INET6_ZEROES] && (inet6->sin6_flowinfo || address->zone))
		return -EADDRNOTAVAIL;
	return 0;
}

static int
read_inet6(const struct world *world, const struct sockaddr *address, socklen_t length,
    struct kernel_claim *claim)
{
	struct sockaddr_in6 inet6 = { 0 };
	int status;

	memcpy(&inet6, address, length < sizeof inet6 ? length : sizeof inet6);
	if (inet6.sin6_family != AF_INET6)
		return -EAFNOSUPPORT;
	claim->address.family = AF_INET6;
	memcpy(claim->address.bytes, &inet6.sin6_addr, 16);
	claim->address.zone = inet6.sin6_scope_id;
	claim->port = ntohs(inet6.sin6_port);
	status = check_zone(world, &inet6, &claim->address);
	if (!kernel_is_link_local(&claim->address))
		claim->address.zone = 0;
	return status;
}

/* Which traffic a socket takes there. */
static int
choose_families(const struct world *world, const struct world_socket *socket,
    struct kernel_claim *claim)
{
	bool is_mapped = kernel_is_mapped(&claim->address);
	bool v6only = kernel_v6only(world, socket);

	if (is_mapped && v6only)
		return -world->rules[RULE_MAPPED_ON_V6ONLY];
	claim->takes_inet = claim->address.family == AF_INET || is_mapped
	    || (kernel_is_wildcard(&claim->address) && !v6only);
	claim->takes_inet6 = claim->address.family == AF_INET6 && !is_mapped;
	return 0;
}

static int
check_local(const struct world *world, const struct world_socket *socket,
    const struct kernel_claim *claim)
{
	struct world_address address = kernel_is_mapped(&claim->address)
	    ? kernel_unmapped(&claim->address) : claim->address;

	if (kernel_is_multicast(&address) && socket->protocol == IPPROTO_TCP)
		return -world->rules[RULE_TCP_MULTICAST];
	if (world->rules[RULE_NO_INET] && address.family == AF_INET
	    && !kernel_has_family(world, AF_INET))
		return -world->rules[RULE_NO_INET]; /* no such address at all: not even the wildcard */
	if (kernel_is_wildcard(&address) || kernel_is_local(world, &address)
	    || kernel_is_multicast(&address) || kernel_binds_any(world, socket))
		return 0;
	return -EADDRNOTAVAIL;
}

static int
check_privilege(const struct world *world, const struct kernel_claim *claim)
{
	bool is_reserved = claim->port && claim->port >= kernel_limit(world, "reserved-low")
	    && claim->port <= kernel_limit(world, "reserved-high");

	if (!is_reserved || (kernel_is_privileged(world) && world->rules[RULE_ROOT_RESERVED]))
		return 0;
	if (kernel_is_wildcard(&claim->address) && !world->rules[RULE_RESERVED_WILDCARD])
		return 0;
	return -EACCES;
}

/* The jail's first address of FAMILY, or NULL, and how many it has of them. */
static const struct world_address *
first_of_jail(const struct world *world, int family, int *count)
{
	const struct world_address *first = NULL;

	*count = 0;
	for (uint32_t i = 0; i < world->jail_count; i++) {
		if (world->jail[i].family != family)
			continue;
		first = first ? first : &world->jail[i];
		++*count;
	}
	return first;
}

/*
 * A jail's first address stands in for loopback, unless that is the jail's own,
 * and its only one for the wildcard, unless that is of both families:
 * netinet/in_jail.c, prison_local_ip4; netinet6/in6_jail.c, prison_local_ip6.
 */
static void
rewrite_for_jail(const struct world *world, struct kernel_claim *claim)
{
	bool is_dual = claim->takes_inet && claim->takes_inet6, is_replaced;
	int count;
	const struct world_address *first
	    = first_of_jail(world, claim->address.family, &count);

	if (!first)
		return;
	is_replaced = kernel_is_wildcard(&claim->address) ? count == 1 && !is_dual
	    : kernel_is_loopback(&claim->address) && !kernel_is_local(world, &claim->address);
	if (is_replaced)
		claim->address = *first;
}

/* The first port of the range on which nobody is in the way; options that
 * share do not help. */
static int
choose_port(const struct world *world, const struct world_socket *socket,
    struct kernel_claim *claim)
{
	int64_t first = kernel_limit(world, "port-first"), last = kernel_limit(world, "port-last");
	struct kernel_claim alone = *claim;

	alone.sharing = (struct kernel_sharing) { 0 };
	if (first > last) {
		int64_t other = first;
		first = last;
		last = other;
	}
	for (int64_t port = first; port <= last; port++) {
		alone.port = (uint16_t)port;
		if (kernel_conflict(world, socket, &alone) != 0)
			continue;
		claim->port = alone.port;
		return 0;
	}
	return -world->rules[claim->address.family == AF_INET ? RULE_EXHAUSTED_INET
	                                                       : RULE_EXHAUSTED_INET6];
}

static void
settle(struct world *world, struct world_socket *socket, const struct kernel_claim *claim)
{
	socket->bound = true;
	socket->address = claim->address;
	socket->port = claim->port;
	socket->takes_inet = claim->takes_inet;
	socket->takes_inet6 = claim->takes_inet6;
	if (!world->rules[RULE_V6ONLY_BY_ADDRESS] || !claim->takes_inet6
	    || kernel_is_wildcard(&claim->address))
		return;
	for (uint32_t i = 0; i < world->option_count; i++)
		if (world->options[i].kind == OPTION_V6ONLY)
			socket->values[i] = 1;
}

static int
claim_port(struct world *world, struct world_socket *socket, struct kernel_claim *claim)
{
	int status;

	claim->sharing = kernel_sharing_of(world, socket);
	if (claim->port && claim->port == kernel_limit(world, "restricted-port")
	    && socket->protocol == IPPROTO_TCP)
		return -EADDRINUSE;
	status = claim->port ? kernel_conflict(world, socket, claim)
	                     : choose_port(world, socket, claim);
	if (status == 0)
		settle(world, socket, claim);
	return status;
}

static int
read_claim(const struct world *world, const struct world_socket *socket,
    const struct sockaddr *address, socklen_t length, struct kernel_claim *claim)
{
	int status = check_length(world, socket->family, length);

	if (status != 0)
		return status;
	return socket->family == AF_INET ? read_inet(address, claim)
	                                 : read_inet6(world, address, length, claim);
}

static int
bind_internet(struct world *world, struct world_socket *socket, const struct sockaddr *address,
    socklen_t length)
{
	struct kernel_claim claim = { 0 };
	bool second_first = world->rules[RULE_CONFLICTS] != WORLD_LINUX;
	int status = read_claim(world, socket, address, length, &claim);

	if (second_first && socket->bound && check_length(world, socket->family, length) == 0)
		return -EINVAL;
	if (status == 0)
		status = choose_families(world, socket, &claim);
	rewrite_for_jail(world, &claim);
	if (status == 0)
		status = check_local(world, socket, &claim);
	if (status == 0)
		status = check_privilege(world, &claim);
	if (status == 0 && socket->bound)
		return -EINVAL;
	return status != 0 ? status : claim_port(world, socket, &claim);
}

int
kernel_bind(struct world *world, struct world_socket *socket, const struct sockaddr *address,
    socklen_t length)
{
	if (!address)
		return world->rules[RULE_CONFLICTS] == WORLD_LINUX ? -EFAULT : -EDESTADDRREQ;
	switch (socket->family) {
	case AF_UNIX:
		return kernel_unix_bind(world, socket, length);
	case AF_NETLINK:
		return kernel_netlink_bind(world, socket, address, length);
	case AF_VSOCK:
		return kernel_vsock_bind(world, socket, address, length);
	default:
		return bind_internet(world, socket, address, length);
	}
}
