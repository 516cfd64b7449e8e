/* SPDX-License-Identifier: ISC */
#include "family.h"

#include <errno.h>
#include <unistd.h>

#include "failure.h"

static bool
has_address(const struct interface_families *families, int family)
{
	return family == AF_INET ? families->ipv4 || families->ipv4_loopback
	                         : families->ipv6 || families->ipv6_loopback;
}

/* EAFNOSUPPORT: a kernel without the family; EPROTONOSUPPORT: a jail without it (socreate of
 * FreeBSD). */
static bool
is_about_family(const struct bindchain_failure *failure)
{
	bool binds = failure->operation == BINDCHAIN_BIND;

	if (!binds && failure->operation != BINDCHAIN_SOCKET)
		return false;
	return failure->error == EAFNOSUPPORT || failure->error == EPROTONOSUPPORT
	    || (binds && failure->error == EADDRNOTAVAIL);
}

/* Reports whether a socket on this port of the wildcard fails because of its family. */
static bool
is_refused(const struct request *request, unsigned port, struct bindchain_failure *failure)
{
	struct request probe;
	int descriptor;

	request_init(&probe, request->kind);
	probe.address = request->address;
	address_set_port(&probe.address, port);
	probe.backlog = BINDCHAIN_NO_LISTEN;
	probe.options[BINDCHAIN_V6ONLY] = (struct option_setting) { BINDCHAIN_REQUIRED, 1 };
	descriptor = request_open(&probe, failure);
	if (descriptor < 0)
		return is_about_family(failure);
	close(descriptor);
	return false;
}

/* EADDRNOTAVAIL of port 0 may also say, on FreeBSD and macOS, that the range of ports is
 * exhausted; that of another port does not. */
static bool
is_refused_by_kernel(const struct request *request, bool has_addresses,
    struct bindchain_failure *failure)
{
	unsigned port = address_port(&request->address);

	if (!is_refused(request, 0, failure))
		return false;
	if (failure->error != EADDRNOTAVAIL)
		return true;
	return port ? is_refused(request, port, failure) : !has_addresses;
}

bool
family_is_missing(const struct request *request, const struct interface_families *families,
    struct missing_family *missing)
{
	int family = address_family(&request->address);
	bool has_addresses = has_address(families, family);

	missing->family = family;
	if (is_refused_by_kernel(request, has_addresses, &missing->reason))
		return true;
	if (!has_addresses && has_address(families, family == AF_INET ? AF_INET6 : AF_INET)) {
		failure_set(&missing->reason, BINDCHAIN_CHECK_INTERFACES, 0);
		missing->reason.reason = family == AF_INET
		    ? "no interface that is up has an IPv4 address, loopback included"
		    : "no interface that is up has an IPv6 address, loopback included";
		return true;
	}
	missing->family = 0;
	return false;
}
