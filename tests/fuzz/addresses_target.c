/* SPDX-License-Identifier: ISC */
/*
 * Addresses: literals beside inet_pton(3) and inet_ntop(3), and whatever a kernel may
 * say that a socket is bound to.  Input: a literal up to its null byte, then the length
 * and the bytes of an address.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "address.h"
#include "fuzz.h"

#define PORT 8080

/* As others make it; a family of 0 for what is no literal. */
static struct address
reference(const char *host)
{
	struct address address = { .length = 0 };
	struct sockaddr_in ipv4 = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6, .sin6_port = htons(PORT) };

	if (inet_pton(AF_INET, host, &ipv4.sin_addr) == 1) {
		memcpy(&address.storage, &ipv4, sizeof ipv4);
		address.length = sizeof ipv4;
	} else if (inet_pton(AF_INET6, host, &ipv6.sin6_addr) == 1) {
		memcpy(&address.storage, &ipv6, sizeof ipv6);
		address.length = sizeof ipv6;
	}
	return address;
}

static void
require_same(const struct address *one, const struct address *other)
{
	require(one->length == other->length);
	require(memcmp(&one->storage, &other->storage, one->length) == 0);
}

static void
check_literal(const char *host)
{
	struct address address, expected = reference(host), again;
	bool is_literal = address_from_literal(&address, host, PORT);
	char shown[ADDRESS_HOST_SIZE];

	require(is_literal == (expected.length != 0));
	if (!is_literal)
		return;
	require_same(&address, &expected);
	require(address_port(&address) == PORT);
	address_host(&address, shown);
	require(address_from_literal(&again, shown, PORT));
	require_same(&address, &again);
	require(address_answers(&address, &again));
}

static void
check_classes(const struct address *address)
{
	unsigned char bytes[ADDRESS_BYTES_MAX];
	size_t size = address_bytes(address, bytes);

	if (size == 4) {
		require(address_is_loopback(address) == (bytes[0] == 127));
		require(address_is_multicast(address) == (bytes[0] >= 224 && bytes[0] < 240));
		require(address_is_link_local(address) == (bytes[0] == 169 && bytes[1] == 254));
	} else if (size == 16) {
		require(address_is_multicast(address) == (bytes[0] == 0xff));
		require(address_is_link_local(address)
		    == (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80));
	} else
		require(!address_is_loopback(address) && !address_is_wildcard(address)
		    && !address_is_multicast(address) && !address_is_link_local(address)
		    && !address_is_mapped(address));
}

static void
check_shown(const struct address *address)
{
	char path[ADDRESS_PATH_SIZE];
	struct text text;

	text_init(&text);
	text_add_address(&text, address);
	require_printable(text.bytes, text.length);
	require(address_path(address, path) < sizeof path);
}

static void
check_given(struct input *input)
{
	struct address given;
	unsigned length = input_byte(input);
	union {
		struct sockaddr address;
		unsigned char bytes[UINT8_MAX];
	} aligned;

	if (length > input->left)
		length = (unsigned)input->left;
	memcpy(aligned.bytes, input->at, length);
	address_set(&given, &aligned.address, (socklen_t)length);
	require(given.length <= sizeof given.storage);
	check_shown(&given);
	check_classes(&given);
	require(address_answers(&given, &given));
	address_set_port(&given, PORT);
	require(address_port(&given) == (address_is_internet(&given) ? PORT : 0));
}

static void
check_path(const char *name)
{
	struct address address;
	char path[ADDRESS_PATH_SIZE];
	size_t length = strlen(name);

	require(address_from_path(&address, name) == (length > 0 && length <= address_path_max));
	if (length > 0 && length <= address_path_max) {
		address_path(&address, path);
		require(strcmp(path + (name[0] == '@' ? 2 : 0), name) == 0);
		check_shown(&address);
	}
	require(address_from_abstract_name(&address, name) == (length <= address_path_max));
	if (length <= address_path_max) {
		address_path(&address, path);
		require(path[0] == '@' && strcmp(path + 1, name) == 0);
		check_shown(&address);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	const char *host = input_text(&input, 0, 512);

	check_literal(host);
	check_path(host);
	check_given(&input);
	input_end();
	return 0;
}
