/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: jails, of which a process sees little: security.jail.jailed and
 * security.jail.vnet, and of the interfaces no address that is not the jail's.
 * jail_get(2) tells of jails inside this one alone: kern/kern_jail.c.
 *
 * In a jail that has addresses of its own and shares the host's network stack,
 * bind(2) takes the first of them for 127.0.0.1 and ::1, unless these are the jail's
 * too, and for 0.0.0.0 or an IPv6-only :: if it is the only one of its family:
 * netinet/in_jail.c, prison_local_ip4; netinet6/in6_jail.c, prison_local_ip6; seen on
 * 13.1.  A jail that has the host's addresses (ip4=inherit, ip6=inherit) gets what it
 * asks for.  It sees loopback; on a host without any other IPv4 address it cannot be
 * told from a jail that has 127.0.0.1 alone, where 0.0.0.0 becomes 127.0.0.1, and
 * neither can their sockets.
 */
#include "jail.h"

#include <sys/socket.h>

#include "address.h"
#include "nearest_address.h"
#include "release.h"
#include "request.h"
#include "sysctl.h"

enum jail_kind
jail_kind(void)
{
	struct backend_limit jailed = sysctl_number("security.jail.jailed");

	if (!jailed.value.known)
		return JAIL_UNKNOWN;
	if (!jailed.value.value)
		return JAIL_NONE;
	return sysctl_number("security.jail.vnet").value.value ? JAIL_VNET : JAIL_SHARED;
}

bool
jail_is_around(void)
{
	enum jail_kind kind = jail_kind();

	return kind == JAIL_SHARED || kind == JAIL_VNET;
}

struct bindchain_fact
jail_balances(void)
{
	struct bindchain_fact has = release_has(RELEASE_BALANCE_IN_JAILS);
	enum jail_kind kind = jail_kind();

	if (kind == JAIL_NONE)
		return (struct bindchain_fact) { .known = true, .value = 1 };
	/* Outside a jail every release balances. */
	if (kind == JAIL_UNKNOWN && has.known && !has.value)
		has.known = false;
	return has;
}

/* ---- addresses ---- */

/* What bind(2) replaces in one family. */
struct replaced {
	bool loopback, wildcard;
	struct local_address nearest; /* to loopback, of those that are seen */
	bool is_only;                 /* no other is seen */
};

static struct replaced
replaced_in(int family)
{
	struct replaced replaced = { .loopback = false };
	struct address loopback;
	struct local_address own[2];
	size_t count;

	if (jail_kind() != JAIL_SHARED
	    || !address_from_literal(&loopback, family == AF_INET6 ? "::1" : "127.0.0.1", 0))
		return replaced;
	count = local_nearest(&loopback, own, 2);
	if (count == 0)
		return replaced;
	replaced.nearest = own[0];
	replaced.is_only = count == 1;
	replaced.loopback = !own[0].same;
	replaced.wildcard = replaced.is_only;
	return replaced;
}

const char *
jail_address_rule(void)
{
	struct replaced ipv4 = replaced_in(AF_INET), ipv6 = replaced_in(AF_INET6);
	bool loopback = ipv4.loopback || ipv6.loopback;
	bool wildcard = ipv4.wildcard || ipv6.wildcard;

	if (loopback && wildcard)
		return "in this jail bind replaces loopback by the jail's first address, and the"
		       " wildcard by its only address";
	if (loopback)
		return "in this jail bind replaces loopback by the jail's first address";
	return wildcard ? "in this jail bind replaces the wildcard by the jail's only address" : NULL;
}

/* Both families at once are left alone. */
static bool
is_wildcard_of_one_family(const struct request *request)
{
	return address_is_wildcard(&request->address)
	    && (address_family(&request->address) == AF_INET
	        || request->options[BINDCHAIN_V6ONLY].value);
}

static bool
is_loopback_itself(const struct address *address)
{
	struct address itself;
	bool is_ipv6 = address_family(address) == AF_INET6;

	return address_from_literal(&itself, is_ipv6 ? "::1" : "127.0.0.1", 0)
	    && address_answers(address, &itself);
}

static void
tell(const struct request *request, const struct replaced *replaced,
    struct findings *findings)
{
	const char *family = address_family(&request->address) == AF_INET6 ? "IPv6" : "IPv4";
	char asked[ADDRESS_HOST_SIZE], own[ADDRESS_HOST_SIZE];

	address_host(&request->address, asked);
	address_host(&replaced->nearest.address, own);
	if (replaced->is_only)
		findings_add(findings, FINDING_WARNING,
		    "%s becomes %s, the only %s address of this jail", asked, own, family);
	else
		findings_add(findings, FINDING_WARNING,
		    "%s becomes the first %s address of this jail", asked, family);
}

void
jail_tell_address(const struct request *request, struct findings *findings)
{
	struct replaced replaced = replaced_in(address_family(&request->address));

	if (is_loopback_itself(&request->address) ? replaced.loopback
	    : is_wildcard_of_one_family(request) && replaced.wildcard)
		tell(request, &replaced, findings);
}
