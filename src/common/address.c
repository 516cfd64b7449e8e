/* SPDX-License-Identifier: ISC */
#include "address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/un.h>

#include "backend.h"
#include "compat.h"
#include "number.h"

/* The storage is copied, not cast: no alias is broken and no alignment guessed. */
static struct sockaddr_in
as_ipv4(const struct address *address)
{
	struct sockaddr_in ipv4;

	memcpy(&ipv4, &address->storage, sizeof ipv4);
	return ipv4;
}

static struct sockaddr_in6
as_ipv6(const struct address *address)
{
	struct sockaddr_in6 ipv6;

	memcpy(&ipv6, &address->storage, sizeof ipv6);
	return ipv6;
}

void
address_set(struct address *address, const struct sockaddr *from, socklen_t length)
{
	/* A Unix path may be longer than the structure that is to hold it. */
	if (length > sizeof address->storage)
		length = sizeof address->storage;
	memset(&address->storage, 0, sizeof address->storage);
	memcpy(&address->storage, from, length);
	address->length = length;
}

/* Decimal, 0 to 255, without leading zeros: returns the end, or NULL. */
static const char *
read_byte(const char *text, unsigned char *byte)
{
	unsigned value = 0, digits = 0;

	for (; *text >= '0' && *text <= '9' && value <= UINT8_MAX; text++, digits++)
		value = 10 * value + (unsigned)(*text - '0');
	if (value > UINT8_MAX || digits == 0 || (digits > 1 && text[-(int)digits] == '0'))
		return NULL;
	*byte = (unsigned char)value;
	return text;
}

/*
 * As inet_pton(3), which would add 2 % to a dynamic start: its lookup, and 16 more pages of
 * the C library.
 */
static bool
read_ipv4(const char *text, struct in_addr *address)
{
	unsigned char bytes[sizeof *address] = { 0 };

	for (size_t i = 0; i < sizeof bytes; i++) {
		if (i > 0 && *text++ != '.')
			return false;
		text = read_byte(text, &bytes[i]);
		if (!text)
			return false;
	}
	memcpy(address, bytes, sizeof bytes);
	return !*text;
}

int
address_copy_out(const struct address *address, struct sockaddr *copy, socklen_t *length)
{
	if (!copy || !length || address->length == 0) {
		errno = copy && length ? EDESTADDRREQ : EINVAL;
		return -1;
	}
	memcpy(copy, &address->storage, *length < address->length ? *length : address->length);
	*length = address->length;
	return 0;
}

bool
address_read(struct address *address, int descriptor)
{
	struct sockaddr_storage storage;
	socklen_t length = sizeof storage;

	if (getsockname(descriptor, (struct sockaddr *)&storage, &length) != 0)
		return false;
	address_set(address, (const struct sockaddr *)&storage, length);
	return true;
}

bool
address_from_literal(struct address *address, const char *host, unsigned port)
{
	struct sockaddr_in ipv4 = { 0 };
	struct sockaddr_in6 ipv6 = { 0 };

	if (read_ipv4(host, &ipv4.sin_addr)) {
		ipv4.sin_family = AF_INET;
		ipv4.sin_port = htons((uint16_t)port);
		address_set(address, (const struct sockaddr *)&ipv4, sizeof ipv4);
		return true;
	}
	if (inet_pton(AF_INET6, host, &ipv6.sin6_addr) == 1) {
		/* Flow information and zone stay 0: FreeBSD refuses others. */
		ipv6.sin6_family = AF_INET6;
		ipv6.sin6_port = htons((uint16_t)port);
		address_set(address, (const struct sockaddr *)&ipv6, sizeof ipv6);
		return true;
	}
	return false;
}

const size_t address_path_max = sizeof ((struct sockaddr_un *)0)->sun_path - 1;

bool
address_from_path(struct address *address, const char *path)
{
	struct sockaddr_un local = { 0 };
	size_t length = strlen(path);

	if (length == 0 || length > address_path_max)
		return false;
	local.sun_family = AF_UNIX;
	memcpy(local.sun_path, path, length + 1);
	address_set(address, (const struct sockaddr *)&local,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1));
	return true;
}

bool
address_from_abstract_name(struct address *address, const char *name)
{
	struct sockaddr_un local = { 0 };
	size_t length = strlen(name);

	if (length > address_path_max)
		return false;
	local.sun_family = AF_UNIX;
	memcpy(local.sun_path + 1, name, length);
	address_set(address, (const struct sockaddr *)&local,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length));
	return true;
}

size_t
address_path(const struct address *address, char path[ADDRESS_PATH_SIZE])
{
	const size_t start = offsetof(struct sockaddr_un, sun_path);
	const char *bytes = (const char *)&address->storage + start;
	size_t length = address->length > start ? address->length - start : 0;

	/* Elsewhere null bytes are an unnamed socket, whose address FreeBSD and macOS
	 * give with 16: uipc_sockaddr in kern/uipc_usrreq.c. */
	bool is_abstract = backend_has_abstract_names && length && !bytes[0];
	size_t prefix = backend_has_abstract_names && length && bytes[0] == '@' ? 2 : 0;

	memcpy(path, "./", prefix);
	memcpy(path + prefix, bytes, length);
	path[prefix + length] = '\0';
	if (!is_abstract)
		return strlen(path);
	path[0] = '@';
	return length;
}

bool
address_file_path(const struct address *address, char path[ADDRESS_PATH_SIZE])
{
	const size_t start = offsetof(struct sockaddr_un, sun_path);
	size_t length = address->length > start ? address->length - start : 0;

	memcpy(path, (const char *)&address->storage + start, length);
	path[length] = '\0';
	return path[0] != '\0';
}

bool
port_read(const char *text, unsigned *port)
{
	static const struct number_rule rule = { .base = 10, .maximum = PORT_MAX };
	long long number;

	if (number_read(text, &rule, &number) != NUMBER_READ)
		return false;
	*port = (unsigned)number;
	return true;
}

int
address_family(const struct address *address)
{
	return address->storage.ss_family;
}

bool
address_is_internet(const struct address *address)
{
	return address_family(address) == AF_INET || address_family(address) == AF_INET6;
}

unsigned
address_port(const struct address *address)
{
	switch (address_family(address)) {
	case AF_INET:
		return ntohs(as_ipv4(address).sin_port);
	case AF_INET6:
		return ntohs(as_ipv6(address).sin6_port);
	default:
		return 0;
	}
}

void
address_set_port(struct address *address, unsigned port)
{
	struct sockaddr_in ipv4 = as_ipv4(address);
	struct sockaddr_in6 ipv6 = as_ipv6(address);

	ipv4.sin_port = ipv6.sin6_port = htons((uint16_t)port);
	if (address_family(address) == AF_INET)
		memcpy(&address->storage, &ipv4, sizeof ipv4);
	else if (address_family(address) == AF_INET6)
		memcpy(&address->storage, &ipv6, sizeof ipv6);
}

size_t
address_bytes(const struct address *address, unsigned char bytes[ADDRESS_BYTES_MAX])
{
	struct sockaddr_in ipv4 = as_ipv4(address);
	struct sockaddr_in6 ipv6 = as_ipv6(address);

	switch (address_family(address)) {
	case AF_INET:
		memcpy(bytes, &ipv4.sin_addr, sizeof ipv4.sin_addr);
		return sizeof ipv4.sin_addr;
	case AF_INET6:
		memcpy(bytes, &ipv6.sin6_addr, sizeof ipv6.sin6_addr);
		return sizeof ipv6.sin6_addr;
	default:
		return 0;
	}
}

bool
address_is_loopback(const struct address *address)
{
	struct sockaddr_in6 ipv6;

	if (address_family(address) == AF_INET)
		return ntohl(as_ipv4(address).sin_addr.s_addr) >> 24 == 127;
	if (address_family(address) != AF_INET6)
		return false;
	ipv6 = as_ipv6(address);
	if (IN6_IS_ADDR_V4MAPPED(&ipv6.sin6_addr))
		return ipv6.sin6_addr.s6_addr[12] == 127;
	return IN6_IS_ADDR_LOOPBACK(&ipv6.sin6_addr);
}

bool
address_is_mapped(const struct address *address)
{
	struct sockaddr_in6 ipv6 = as_ipv6(address);

	return address_family(address) == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&ipv6.sin6_addr);
}

bool
address_is_wildcard(const struct address *address)
{
	struct sockaddr_in6 ipv6;

	if (address_family(address) == AF_INET)
		return as_ipv4(address).sin_addr.s_addr == htonl(INADDR_ANY);
	ipv6 = as_ipv6(address);
	return address_family(address) == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&ipv6.sin6_addr);
}

bool
address_is_link_local(const struct address *address)
{
	struct sockaddr_in6 ipv6;

	if (address_family(address) == AF_INET)
		return ntohl(as_ipv4(address).sin_addr.s_addr) >> 16 == (169 << 8 | 254);
	ipv6 = as_ipv6(address);
	return address_family(address) == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&ipv6.sin6_addr);
}

unsigned
address_zone(const struct address *address)
{
	return address_family(address) == AF_INET6 ? as_ipv6(address).sin6_scope_id : 0;
}

void
address_set_zone(struct address *address, unsigned zone)
{
	struct sockaddr_in6 ipv6 = as_ipv6(address);

	ipv6.sin6_scope_id = zone;
	memcpy(&address->storage, &ipv6, sizeof ipv6);
}

static bool
is_ipv4(const struct address *address)
{
	return address_family(address) == AF_INET || address_is_mapped(address);
}

/* The four bytes of an address that is_ipv4(). */
static uint32_t
ipv4_part(const struct address *address)
{
	struct sockaddr_in6 ipv6;
	uint32_t part;

	if (address_family(address) == AF_INET)
		return as_ipv4(address).sin_addr.s_addr;
	ipv6 = as_ipv6(address);
	memcpy(&part, &ipv6.sin6_addr.s6_addr[12], sizeof part);
	return part;
}

/* An IPv4-mapped address is the IPv4 one. */
static bool
same_host(const struct address *address, const struct address *other)
{
	struct sockaddr_in6 ours, theirs;

	if (is_ipv4(address) || is_ipv4(other))
		return is_ipv4(address) && is_ipv4(other)
		    && ipv4_part(address) == ipv4_part(other);
	ours = as_ipv6(address);
	theirs = as_ipv6(other);
	return IN6_ARE_ADDR_EQUAL(&ours.sin6_addr, &theirs.sin6_addr);
}

static bool
vsock_answers(const struct address *given, const struct address *asked)
{
	unsigned cid, port, asked_cid, asked_port;

	if (!backend_read_vsock(given, &cid, &port)
	    || !backend_read_vsock(asked, &asked_cid, &asked_port))
		return true;
	return cid == asked_cid && (asked_port == VSOCK_ANY || port == asked_port);
}

bool
address_answers(const struct address *given, const struct address *asked)
{
	unsigned port = address_port(asked), zone = address_zone(asked);

	if (!address_is_internet(given) || !address_is_internet(asked))
		return vsock_answers(given, asked);
	/* The kernel drops the zone of an address that needs none. */
	return same_host(given, asked) && (!port || port == address_port(given))
	    && (!zone || !address_zone(given) || zone == address_zone(given));
}

bool
address_is_same(const struct address *one, const struct address *other)
{
	char first[ADDRESS_PATH_SIZE], second[ADDRESS_PATH_SIZE];
	unsigned cid, port;
	size_t length;

	if (address_family(one) != address_family(other))
		return false;
	if (address_is_internet(one))
		return address_port(one) == address_port(other) && address_answers(one, other);
	if (backend_read_vsock(one, &cid, &port))
		return vsock_answers(one, other) && vsock_answers(other, one);
	if (address_family(one) != AF_UNIX)
		return false;
	length = address_path(one, first);
	return length > 0 && length == address_path(other, second)
	    && memcmp(first, second, length) == 0;
}

bool
address_is_multicast(const struct address *address)
{
	unsigned char bytes[ADDRESS_BYTES_MAX];

	switch (address_bytes(address, bytes)) {
	case sizeof(struct in_addr):
		return bytes[0] >> 4 == 14;
	case sizeof(struct in6_addr):
		return bytes[0] == 0xff;
	default:
		return false;
	}
}

/* "%eth0", or "%7" if interface 7 was removed. */
static void
append_zone(char host[ADDRESS_HOST_SIZE], unsigned zone)
{
	char name[IF_NAMESIZE], digits[NUMBER_TEXT_SIZE];

	strlcat(host, "%", ADDRESS_HOST_SIZE);
	strlcat(host, if_indextoname(zone, name) ? name : number_text(zone, digits),
	    ADDRESS_HOST_SIZE);
}

void
address_host(const struct address *address, char host[ADDRESS_HOST_SIZE])
{
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;

	strlcpy(host, "?", ADDRESS_HOST_SIZE);
	switch (address_family(address)) {
	case AF_INET:
		ipv4 = as_ipv4(address);
		inet_ntop(AF_INET, &ipv4.sin_addr, host, ADDRESS_HOST_SIZE);
		break;
	case AF_INET6:
		ipv6 = as_ipv6(address);
		inet_ntop(AF_INET6, &ipv6.sin6_addr, host, ADDRESS_HOST_SIZE);
		if (ipv6.sin6_scope_id)
			append_zone(host, ipv6.sin6_scope_id);
		break;
	default:
		break;
	}
}

static bool
is_netlink(const struct address *address)
{
#ifdef AF_NETLINK /* not everywhere */
	return address_family(address) == AF_NETLINK;
#else
	(void)address;
	return false;
#endif
}

/* linux/vm_sockets.h */
static const struct {
	char name[12];
	unsigned cid;
} vsock_cids[] = {
#define CID(text, number) { FIXED_TEXT(sizeof vsock_cids->name, text), number }
	CID("any", VSOCK_ANY), CID("hypervisor", 0), CID("local", 1), CID("host", 2),
};
#define VSOCK_CIDS (sizeof vsock_cids / sizeof *vsock_cids)

bool
vsock_cid_find(const char *name, unsigned *cid)
{
	for (size_t i = 0; i < VSOCK_CIDS; i++)
		if (strcmp(vsock_cids[i].name, name) == 0) {
			*cid = vsock_cids[i].cid;
			return true;
		}
	return false;
}

const char *
vsock_cid_text(unsigned cid, char number[NUMBER_TEXT_SIZE])
{
	for (size_t i = 0; i < VSOCK_CIDS; i++)
		if (vsock_cids[i].cid == cid)
			return vsock_cids[i].name;
	return number_text(cid, number);
}

/* "any:5000". */
static const char *
vsock_text(unsigned cid, unsigned port, char text[ADDRESS_TEXT_SIZE])
{
	char number[NUMBER_TEXT_SIZE];

	strlcpy(text, vsock_cid_text(cid, number), ADDRESS_TEXT_SIZE);
	strlcat(text, ":", ADDRESS_TEXT_SIZE);
	strlcat(text, port == VSOCK_ANY ? "any" : number_text(port, number), ADDRESS_TEXT_SIZE);
	return text;
}

const char *
address_text(const struct address *address, char text[ADDRESS_TEXT_SIZE])
{
	bool bracketed = address_family(address) == AF_INET6;
	char host[ADDRESS_HOST_SIZE], port[NUMBER_TEXT_SIZE];
	unsigned cid, number;

	if (address_family(address) == AF_UNIX) {
		address_path(address, text);
		return text;
	}
	if (is_netlink(address)) {
		strlcpy(text, "netlink", ADDRESS_TEXT_SIZE);
		return text;
	}
	if (backend_read_vsock(address, &cid, &number))
		return vsock_text(cid, number, text);
	address_host(address, host);
	strlcpy(text, bracketed ? "[" : "", ADDRESS_TEXT_SIZE);
	strlcat(text, host, ADDRESS_TEXT_SIZE);
	strlcat(text, bracketed ? "]:" : ":", ADDRESS_TEXT_SIZE);
	strlcat(text, number_text(address_port(address), port), ADDRESS_TEXT_SIZE);
	return text;
}

void
text_add_address(struct text *text, const struct address *address)
{
	char shown[ADDRESS_TEXT_SIZE];

	if (address_family(address) == AF_UNIX) {
		size_t length = address_path(address, shown);
		text_add_visible_bytes(text, shown, length);
	} else
		text_printf(text, "%s", address_text(address, shown));
}
