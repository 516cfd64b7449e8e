/* SPDX-License-Identifier: ISC */
#include "interfaces.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

#include "address.h"

/* The size of a family's address, 0 for families that do not concern us. */
static size_t
size_of_family(int family)
{
	switch (family) {
	case AF_INET:
		return sizeof(struct sockaddr_in);
	case AF_INET6:
		return sizeof(struct sockaddr_in6);
	default:
		return 0;
	}
}

static void
note_interface(struct interface_families *families, const struct ifaddrs *interface)
{
	struct address address = { 0 };
	size_t size;
	bool is_ipv4;

	/* An interface without an address has none here, on every system. */
	if (!interface->ifa_addr || !(interface->ifa_flags & IFF_UP))
		return;
	size = size_of_family(interface->ifa_addr->sa_family);
	if (!size)
		return;
	memcpy(&address.storage, interface->ifa_addr, size);
	is_ipv4 = address_family(&address) == AF_INET;
	if (address_is_loopback(&address))
		*(is_ipv4 ? &families->ipv4_loopback : &families->ipv6_loopback) = true;
	else if (!(interface->ifa_flags & IFF_LOOPBACK) || !address_is_link_local(&address))
		*(is_ipv4 ? &families->ipv4 : &families->ipv6) = true;
}

int
interfaces_read(struct interface_families *families)
{
	struct ifaddrs *list;

	memset(families, 0, sizeof *families);
	if (getifaddrs(&list) != 0)
		return -1;
	for (const struct ifaddrs *i = list; i; i = i->ifa_next)
		note_interface(families, i);
	freeifaddrs(list);
	return 0;
}
