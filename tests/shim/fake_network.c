/* SPDX-License-Identifier: ISC */
/*
 * The resolver and the list of interfaces.  Results are allocated as the C
 * library's own are, one block each, so that its freeaddrinfo(3) and
 * freeifaddrs(3) take them.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "shim.h"

union any_address {
	struct sockaddr any;
	struct sockaddr_in inet;
	struct sockaddr_in6 inet6;
};

static socklen_t
fill_address(union any_address *filled, const struct world_address *address, uint16_t port)
{
	memset(filled, 0, sizeof *filled);
	if (address->family == AF_INET) {
		filled->inet.sin_family = AF_INET;
		filled->inet.sin_port = htons(port);
		memcpy(&filled->inet.sin_addr, address->bytes, 4);
		return sizeof filled->inet;
	}
	filled->inet6.sin6_family = AF_INET6;
	filled->inet6.sin6_port = htons(port);
	filled->inet6.sin6_scope_id = address->zone;
	memcpy(&filled->inet6.sin6_addr, address->bytes, 16);
	return sizeof filled->inet6;
}

/* ---- services ---- */

/* From the registry of RFC 6335; every system's services(5) has them. */
static const struct {
	const char *name;
	uint16_t port;
} services[] = { { "http", 80 }, { "https", 443 }, { "domain", 53 }, { "smtp", 25 } };

static bool
read_digits(const char *text, uint16_t *port)
{
	unsigned value = 0;

	for (; *text; text++) {
		if (*text < '0' || *text > '9' || value > 65535)
			return false;
		value = value * 10 + (unsigned)(*text - '0');
	}
	*port = (uint16_t)value;
	return value <= 65535;
}

static int
find_service(const char *service, int flags, uint16_t *port)
{
	*port = 0;
	if (!service || read_digits(service, port))
		return 0;
	if (flags & AI_NUMERICSERV)
		return EAI_NONAME;
	for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
		if (strcmp(services[i].name, service) != 0)
			continue;
		*port = services[i].port;
		return 0;
	}
	return EAI_SERVICE;
}

/* ---- hosts ---- */

static uint32_t
zone_number(const struct world *world, const char *zone)
{
	uint16_t number;

	for (uint32_t i = 0; i < world->interface_count; i++)
		if (strcmp(world->interfaces[i].name, zone) == 0)
			return world->interfaces[i].index;
	return read_digits(zone, &number) ? number : 0;
}

static bool
read_numeric(const struct world *world, const char *host, struct world_address *address)
{
	char plain[INET6_ADDRSTRLEN + 1] = { 0 };
	const char *zone = strchr(host, '%');
	size_t length = zone ? (size_t)(zone - host) : strlen(host);
	struct in_addr inet;

	memset(address, 0, sizeof *address);
	if (inet_aton(host, &inet)) {
		address->family = AF_INET;
		memcpy(address->bytes, &inet, 4);
		return true;
	}
	if (length >= sizeof plain)
		return false;
	memcpy(plain, host, length);
	address->family = AF_INET6;
	address->zone = zone ? zone_number(world, zone + 1) : 0;
	return inet_pton(AF_INET6, plain, address->bytes) == 1 && (!zone || address->zone);
}

/* What a host stands for; returns how many, at most 4. */
static uint32_t
find_host(const struct world *world, const char *host, int flags,
    struct world_address addresses[4])
{
	if (!host) {
		/* The order of glibc's for AI_PASSIVE. */
		addresses[0] = (struct world_address) { .family = AF_INET };
		addresses[1] = (struct world_address) { .family = AF_INET6 };
		if (!(flags & AI_PASSIVE)) {
			memcpy(addresses[0].bytes, "\x7f\0\0\1", 4);
			addresses[1].bytes[15] = 1;
		}
		return 2;
	}
	if (read_numeric(world, host, &addresses[0]))
		return 1;
	if (flags & AI_NUMERICHOST)
		return 0;
	for (uint32_t i = 0; i < world->host_count; i++)
		if (strcmp(world->hosts[i].name, host) == 0) {
			memcpy(addresses, world->hosts[i].addresses,
			    sizeof world->hosts[i].addresses);
			return world->hosts[i].address_count;
		}
	return 0;
}

static struct addrinfo *
make_result(const struct world_address *address, uint16_t port, const struct addrinfo *hints)
{
	struct {
		struct addrinfo info;
		union any_address address;
	} *result = calloc(1, sizeof *result);

	if (!result)
		return NULL;
	result->info.ai_family = address->family;
	result->info.ai_socktype = hints->ai_socktype;
	result->info.ai_protocol = hints->ai_socktype == SOCK_DGRAM ? IPPROTO_UDP : IPPROTO_TCP;
	result->info.ai_addr = &result->address.any;
	result->info.ai_addrlen = fill_address(&result->address, address, port);
	return &result->info;
}

static int
resolve(const struct world *world, const char *host, const char *service,
    const struct addrinfo *hints, struct addrinfo **results)
{
	struct world_address addresses[4];
	struct addrinfo **end = results;
	uint32_t count = find_host(world, host, hints->ai_flags, addresses);
	uint16_t port;
	int status = find_service(service, hints->ai_flags, &port);

	*results = NULL;
	if (status != 0)
		return status;
	for (uint32_t i = 0; i < count; i++) {
		bool is_wanted = hints->ai_family == AF_UNSPEC
		    || hints->ai_family == addresses[i].family;
		if (!is_wanted)
			continue;
		*end = make_result(&addresses[i], port, hints);
		if (!*end)
			return EAI_MEMORY;
		end = &(*end)->ai_next;
	}
	return *results ? 0 : EAI_NONAME;
}

static void
record_resolver_flags(struct record *record, int flags)
{
	if (flags & AI_PASSIVE)
		record_word(record, "AI_PASSIVE");
	if (flags & AI_NUMERICHOST)
		record_word(record, "AI_NUMERICHOST");
	if (flags & AI_NUMERICSERV)
		record_word(record, "AI_NUMERICSERV");
	if (flags & AI_ADDRCONFIG)
		record_word(record, "AI_ADDRCONFIG");
}

int
fake_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
    struct addrinfo **results)
{
	static const struct addrinfo none = { .ai_socktype = SOCK_STREAM };
	struct record record;
	const char *name;
	int status;

	hints = hints ? hints : &none;
	record_begin(&record, CALL_getaddrinfo);
	record_text(&record, host);
	record_text(&record, service);
	record_resolver_flags(&record, hints->ai_flags);
	status = record.struck ? record.error
	                       : resolve(record.world, host, service, hints, results);
	name = names_of(names_resolver_errors, status);
	record_end_word(&record, status == 0 ? "0" : name ? name : "?");
	if (record.struck && status == EAI_SYSTEM)
		errno = EIO;
	return status;
}

/* ---- interfaces ---- */

struct interface_entry {
	struct ifaddrs entry;
	union any_address address;
	char name[WORLD_NAME];
};

static size_t
count_entries(const struct world *world)
{
	size_t count = 0;

	for (uint32_t i = 0; i < world->interface_count; i++)
		count += 1 + world->interfaces[i].address_count;
	return count;
}

/* An interface comes once without an address, as its link is of no family of ours. */
static void
fill_entry(struct interface_entry *filled, const struct world_interface *interface,
    const struct world_address *address)
{
	struct world_address own;

	memcpy(filled->name, interface->name, sizeof filled->name);
	filled->entry.ifa_name = filled->name;
	filled->entry.ifa_flags = interface->flags;
	filled->entry.ifa_next = &filled[1].entry;
	if (!address)
		return;
	own = *address;
	own.zone = kernel_is_link_local(&own) ? interface->index : 0;
	fill_address(&filled->address, &own, 0);
	filled->entry.ifa_addr = &filled->address.any;
}

static int
list_interfaces(const struct world *world, struct ifaddrs **list)
{
	size_t count = count_entries(world);
	struct interface_entry *entries = calloc(count ? count : 1, sizeof *entries);
	struct interface_entry *next = entries;

	if (!entries)
		return -ENOMEM;
	for (uint32_t i = 0; i < world->interface_count; i++) {
		const struct world_interface *interface = &world->interfaces[i];
		fill_entry(next++, interface, NULL);
		for (uint32_t j = 0; j < interface->address_count; j++)
			fill_entry(next++, interface, &interface->addresses[j]);
	}
	if (count)
		next[-1].entry.ifa_next = NULL;
	else
		free(entries);
	*list = count ? &entries->entry : NULL;
	return 0;
}

int
fake_getifaddrs(struct ifaddrs **list)
{
	struct record record;

	record_begin(&record, CALL_getifaddrs);
	return (int)record_end(&record, record.struck ? -record.error
	    : list_interfaces(record.world, list));
}

char *
fake_if_indextoname(unsigned index, char *name)
{
	struct record record;
	const struct world_interface *found = NULL;

	record_begin(&record, CALL_if_indextoname);
	record_number(&record, index);
	for (uint32_t i = 0; i < record.world->interface_count && !record.struck; i++)
		if (record.world->interfaces[i].index == index)
			found = &record.world->interfaces[i];
	if (!found) {
		errno = record.struck ? record.error : ENXIO;
		record_end(&record, -errno);
		return NULL;
	}
	record_end(&record, 0);
	return strncpy(name, found->name, IF_NAMESIZE);
}

unsigned
fake_if_nametoindex(const char *name)
{
	struct record record;
	unsigned index = 0;

	record_begin(&record, CALL_if_nametoindex);
	record_text(&record, name);
	for (uint32_t i = 0; i < record.world->interface_count && !record.struck; i++)
		if (strcmp(record.world->interfaces[i].name, name) == 0)
			index = record.world->interfaces[i].index;
	if (!index)
		errno = record.struck ? record.error : ENODEV;
	record_end(&record, index ? (long)index : -errno);
	return index;
}
