/* SPDX-License-Identifier: ISC */
/* Interfaces, names, and addresses as text. */
#include "kernel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "foreign.h"

/* ---- addresses as text ---- */

/* Those that the tests use. */
static const struct {
	const char *text;
	unsigned char bytes[16];
} literals[] = {
	{ "0.0.0.0", { 0, 0, 0, 0 } }, { "127.0.0.1", { 127, 0, 0, 1 } },
	{ "127.0.0.2", { 127, 0, 0, 2 } },
	{ "192.0.2.20", { 192, 0, 2, 20 } },
	{ "2001:db8::2", { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 } },
	{ "::ffff:127.0.0.1", { [10] = 0xff, 0xff, 127, 0, 0, 1 } },
	{ "192.0.2.10", { 192, 0, 2, 10 } }, { "198.51.100.1", { 198, 51, 100, 1 } },
	{ "203.0.113.1", { 203, 0, 113, 1 } }, { "::", { 0 } }, { "::1", { [15] = 1 } },
	{ "2001:db8::1", { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } },
	{ "2001:db8::10", { 0x20, 0x01, 0x0d, 0xb8, [15] = 0x10 } },
	{ "fe80::1", { 0xfe, 0x80, [15] = 1 } }, { "fe80::10", { 0xfe, 0x80, [15] = 0x10 } },
};
#define LITERALS (sizeof literals / sizeof *literals)

static size_t
size_of_host(int family)
{
	return family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
}

static bool
is_of_family(const char *text, int family)
{
	return !strchr(text, ':') == (family == AF_INET);
}

int
inet_pton(int family, const char *restrict text, void *restrict address)
{
	for (size_t i = 0; i < LITERALS; i++)
		if (strcmp(literals[i].text, text) == 0 && is_of_family(text, family)) {
			memcpy(address, literals[i].bytes, size_of_host(family));
			return 1;
		}
	return 0;
}

const char *
inet_ntop(int family, const void *restrict address, char *restrict text, socklen_t size)
{
	for (size_t i = 0; i < LITERALS; i++)
		if (is_of_family(literals[i].text, family)
		    && memcmp(literals[i].bytes, address, size_of_host(family)) == 0) {
			if (strlen(literals[i].text) >= size)
				kernel_trap("an address that does not fit");
			memcpy(text, literals[i].text, strlen(literals[i].text) + 1);
			return text;
		}
	kernel_trap("an address that no test has");
}

/* The whole address of a literal, with its zone if it is of a link. */
static socklen_t
make_address(struct sockaddr_storage *storage, const char *text, unsigned zone, unsigned port)
{
	struct sockaddr_in ipv4 = { .sin_len = sizeof ipv4, .sin_family = AF_INET };
	struct sockaddr_in6 ipv6 = { .sin6_len = sizeof ipv6, .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &ipv4.sin_addr) == 1) {
		ipv4.sin_port = htons((in_port_t)port);
		memcpy(storage, &ipv4, sizeof ipv4);
		return sizeof ipv4;
	}
	if (inet_pton(AF_INET6, text, &ipv6.sin6_addr) != 1)
		return 0;
	ipv6.sin6_port = htons((in_port_t)port);
	if (IN6_IS_ADDR_LINKLOCAL(&ipv6.sin6_addr))
		ipv6.sin6_scope_id = zone;
	memcpy(storage, &ipv6, sizeof ipv6);
	return sizeof ipv6;
}

/* ---- interfaces ---- */

#define INTERFACES 2
#define ADDRESSES_MAX 8

static const unsigned interface_flags[INTERFACES] = { IFF_UP | IFF_RUNNING | IFF_LOOPBACK,
	IFF_RUNNING | IFF_BROADCAST };
static bool is_down; /* the second */

/* In the order of getifaddrs(3). */
static struct {
	char text[32];
	unsigned interface; /* from 0 */
} own[ADDRESSES_MAX];
static size_t own_count;

static void
add_address(const char *text, size_t length, unsigned interface)
{
	if (own_count == ADDRESSES_MAX || length >= sizeof own->text)
		kernel_trap("an address that there is no room for");
	memcpy(own[own_count].text, text, length);
	own[own_count].text[length] = '\0';
	own[own_count++].interface = interface;
}

/* Those of loopback's nets are on lo0. */
void
kernel_set_addresses(const char *addresses)
{
	size_t length;

	own_count = 0;
	for (; *addresses; addresses += length + (addresses[length] == ' ')) {
		length = strcspn(addresses, " ");
		add_address(addresses, length, strncmp(addresses, "127.", 4) != 0
		    && strncmp(addresses, "::1", 3) != 0);
	}
}

void
kernel_network_reset(void)
{
	is_down = false;
	kernel_set_addresses("127.0.0.1 ::1");
	add_address("fe80::1", 7, 0);
	add_address("192.0.2.10", 10, 1);
	add_address("2001:db8::10", 12, 1);
	add_address("fe80::10", 8, 1);
}

void
foreign_kernel_interface_down(void)
{
	is_down = true;
}

/* Numbered from 1. */
static const char *
name_of(unsigned index)
{
	return index == 1 ? "lo0" : kernel_interface;
}

bool
kernel_has_interface(unsigned index)
{
	return index >= 1 && index <= INTERFACES;
}

unsigned
if_nametoindex(const char *name)
{
	for (unsigned i = 1; i <= INTERFACES; i++)
		if (strcmp(name_of(i), name) == 0)
			return i;
	errno = ENXIO;
	return 0;
}

char *
if_indextoname(unsigned index, char *name)
{
	if (!kernel_has_interface(index)) {
		errno = ENXIO;
		return NULL;
	}
	memcpy(name, name_of(index), strlen(name_of(index)) + 1);
	return name;
}

bool
kernel_is_wildcard(const struct sockaddr *address)
{
	struct sockaddr_in6 ipv6;
	struct sockaddr_in ipv4;

	if (address->sa_family == AF_INET) {
		memcpy(&ipv4, address, sizeof ipv4);
		return ipv4.sin_addr.s_addr == htonl(INADDR_ANY);
	}
	memcpy(&ipv6, address, sizeof ipv6);
	return IN6_IS_ADDR_UNSPECIFIED(&ipv6.sin6_addr);
}

/* All but length and port counts, of IPv6 flow information and zone too. */
static bool
same_host(const struct sockaddr *address, const struct sockaddr_storage *other)
{
	const size_t start = offsetof(struct sockaddr_in, sin_addr);

	if (address->sa_family != other->ss_family)
		return false;
	return address->sa_family == AF_INET
	    ? memcmp((const char *)address + start, (const char *)other + start,
	          sizeof(struct in_addr)) == 0
	    : memcmp((const char *)address + start, (const char *)other + start,
	          sizeof(struct sockaddr_in6) - start) == 0;
}

static void
make_own(struct sockaddr_storage *address, size_t i)
{
	make_address(address, own[i].text, own[i].interface + 1, 0);
}

bool
kernel_has_address(const struct sockaddr *address)
{
	struct sockaddr_storage address_here;

	for (size_t i = 0; i < own_count; i++) {
		make_own(&address_here, i);
		if (same_host(address, &address_here))
			return true;
	}
	return kernel_is_wildcard(address);
}

bool
kernel_is_loopback(const struct sockaddr *address)
{
	struct sockaddr_storage loopback;

	make_address(&loopback, address->sa_family == AF_INET6 ? "::1" : "127.0.0.1", 0, 0);
	return same_host(address, &loopback);
}

bool
kernel_first_address(int family, struct sockaddr_storage *first, size_t *count)
{
	struct sockaddr_storage address;

	*count = 0;
	for (size_t i = 0; i < own_count; i++) {
		make_own(&address, i);
		if (address.ss_family != family)
			continue;
		if ((*count)++ == 0)
			*first = address;
	}
	return *count > 0;
}

#define ENTRIES (INTERFACES + ADDRESSES_MAX)

static void
make_entry(struct ifaddrs *entry, struct sockaddr_storage *address, unsigned interface)
{
	static char names[INTERFACES][IFNAMSIZ];

	*entry = (struct ifaddrs) {
		.ifa_flags = interface_flags[interface] | (interface && !is_down ? IFF_UP : 0),
		.ifa_name = if_indextoname(interface + 1, names[interface]),
		.ifa_addr = (struct sockaddr *)address };
}

/* What an interface begins with: its link, which has an address of its own kind. */
static void
make_link(struct sockaddr_storage *address, unsigned interface)
{
	struct sockaddr_dl link = { .sdl_len = sizeof link, .sdl_family = AF_LINK,
		.sdl_index = (unsigned short)(interface + 1) };

	memcpy(address, &link, sizeof link);
}

int
getifaddrs(struct ifaddrs **list)
{
	static struct ifaddrs entries[ENTRIES];
	static struct sockaddr_storage addresses[ENTRIES];
	size_t count = 0;

	if (kernel_fails("getifaddrs"))
		return -1;
	for (unsigned interface = 0; interface < INTERFACES; interface++) {
		make_link(&addresses[count], interface);
		make_entry(&entries[count], &addresses[count], interface);
		count++;
		for (size_t i = 0; i < own_count; i++) {
			if (own[i].interface != interface)
				continue;
			make_own(&addresses[count], i);
			make_entry(&entries[count], &addresses[count], interface);
			count++;
		}
	}
	for (size_t i = 1; i < count; i++)
		entries[i - 1].ifa_next = &entries[i];
	*list = entries;
	return 0;
}

void
freeifaddrs(struct ifaddrs *list)
{
	(void)list;
}

/* ---- names ---- */

static const struct {
	const char *name;
	const char *addresses[2];
} hosts[] = {
	{ "both.example", { "192.0.2.10", "2001:db8::10" } },
};

struct result {
	struct addrinfo information;
	struct sockaddr_storage address;
};

/* In front of LIST.  Returns 0 or an error. */
static int
add_result(struct addrinfo **list, const char *text, unsigned zone, unsigned port)
{
	struct result *result = malloc(sizeof *result);

	if (!result)
		return EAI_MEMORY;
	memset(result, 0, sizeof *result);
	result->information.ai_addrlen = make_address(&result->address, text, zone, port);
	result->information.ai_family = result->address.ss_family;
	result->information.ai_addr = (struct sockaddr *)&result->address;
	result->information.ai_next = *list;
	*list = &result->information;
	return 0;
}

static int
find_service(const char *service, int flags, unsigned *port)
{
	*port = 80;
	if (!flags && strcmp(service, "http") == 0)
		return 0;
	if (service[strspn(service, "0123456789")])
		return flags ? EAI_NONAME : EAI_SERVICE;
	for (*port = 0; *service; service++)
		*port = *port * 10 + (unsigned)(*service - '0');
	return 0;
}

/* "fe80::1%lo0", or without a zone. */
static int
add_number(struct addrinfo **list, const char *host, unsigned port)
{
	const char *zone = strchr(host, '%');
	unsigned index = zone ? if_nametoindex(zone + 1) : 0;
	struct sockaddr_storage address;
	char text[64] = "";

	memcpy(text, host, zone ? (size_t)(zone - host) : strlen(host));
	if (!make_address(&address, text, 0, 0) || (zone && !index))
		return EAI_NONAME;
	return add_result(list, text, index, port);
}

/* The last goes in first. */
static int
add_host(struct addrinfo **list, const char *host, unsigned port)
{
	size_t i = 0;
	int error = 0;

	while (i < sizeof hosts / sizeof *hosts && strcmp(hosts[i].name, host) != 0)
		i++;
	if (i == sizeof hosts / sizeof *hosts)
		return EAI_NONAME;
	for (size_t j = sizeof hosts->addresses / sizeof *hosts->addresses; !error && j-- > 0;)
		error = add_result(list, hosts[i].addresses[j], 0, port);
	return error;
}

int
getaddrinfo(const char *restrict host, const char *restrict service,
    const struct addrinfo *restrict hints, struct addrinfo **restrict list)
{
	unsigned port;
	int error = find_service(service, hints->ai_flags & AI_NUMERICSERV, &port);

	if (hints->ai_flags & ~(AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV)
	    || hints->ai_family != AF_UNSPEC)
		kernel_trap("a hint of getaddrinfo");
	*list = NULL;
	if (error)
		return error;
	error = add_number(list, host, port);
	if (error == EAI_NONAME && !(hints->ai_flags & AI_NUMERICHOST))
		error = add_host(list, host, port);
	if (error) {
		freeaddrinfo(*list);
		*list = NULL;
	}
	return error;
}

void
freeaddrinfo(struct addrinfo *list)
{
	while (list) {
		struct addrinfo *next = list->ai_next;
		free(list); /* which begins its result */
		list = next;
	}
}
