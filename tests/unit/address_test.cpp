/* SPDX-License-Identifier: ISC */
/* Addresses: literals, what they are, how they are written. */
#include "core.h"

#include <arpa/inet.h>
#include <net/if.h>

#include <gtest/gtest.h>

namespace {

std::string
with_port(const struct address &address)
{
	struct text text;

	text_init(&text);
	text_add_address(&text, &address);
	return words_of(text);
}

TEST(Literal, PlainFormsAreMadeWithoutAResolver)
{
	const struct {
		const char *host, *written;
		int family;
		size_t length;
	} rows[] = {
		{ "127.0.0.1", "127.0.0.1:80", AF_INET, sizeof(struct sockaddr_in) },
		{ "0.0.0.0", "0.0.0.0:80", AF_INET, sizeof(struct sockaddr_in) },
		{ "255.255.255.255", "255.255.255.255:80", AF_INET, sizeof(struct sockaddr_in) },
		{ "::", "[::]:80", AF_INET6, sizeof(struct sockaddr_in6) },
		{ "::0", "[::]:80", AF_INET6, sizeof(struct sockaddr_in6) },
		{ "0:0:0:0:0:0:0:1", "[::1]:80", AF_INET6, sizeof(struct sockaddr_in6) },
		{ "2001:DB8::A", "[2001:db8::a]:80", AF_INET6, sizeof(struct sockaddr_in6) },
		{ "::ffff:192.0.2.1", "[::ffff:192.0.2.1]:80", AF_INET6,
		    sizeof(struct sockaddr_in6) },
	};

	for (const auto &row : rows) {
		struct address address = literal(row.host, 80);
		EXPECT_EQ(address_family(&address), row.family) << row.host;
		EXPECT_EQ(address.length, row.length) << row.host; /* BSD kernels insist */
		EXPECT_EQ(address_port(&address), 80u) << row.host;
		EXPECT_EQ(with_port(address), row.written);
	}
}

/* These are for getaddrinfo(3), or for nobody. */
TEST(Literal, EverythingElseIsNone)
{
	for (const char *host : { "", "127.1", "0x7f000001", "2130706433", "127.0.0.01x",
	         "127.0.0.1junk", " 127.0.0.1", "127.0.0.1 ", "256.0.0.1", "1.2.3.4.5", "1.2.3.",
	         "[::1]", "::1%lo", "fe80::1%1", ":::", "1::2::3", "12345::", "::ffff:1.2.3",
	         "localhost", ":", "." })
		EXPECT_EQ(literal(host, 80).length, 0u) << '"' << host << '"';
}

/* Numbers with dots are read by ourselves, as POSIX has inet_pton(3) read them: each
 * byte with one to three digits.  Zeros in front, which it leaves open, are octal to
 * some and are refused by every C library here. */
TEST(Literal, NumbersWithDotsAreThoseOfTheCLibrary)
{
	const char *const parts[] = { "", "0", "00", "01", "9", "10", "99", "100", "199", "255", "256",
		"260", "300", "999", "0255", "1000", "4294967296", "-1", "+1", "1 ", "a", "0x1" };
	size_t taken = 0;

	for (const char *part : parts)
		for (const char *around : { "%.2.3.4", "1.%.3.4", "1.2.%.4", "1.2.3.%", "%", "%.%",
		         "%.%.%", "%.%.%.%", ".%.%.%.%", "%.%.%.%.", "%.%.%.%.%", "%..%.%" }) {
			std::string host;
			struct in_addr ipv4;
			for (const char *c = around; *c; c++)
				host += *c == '%' ? std::string(part) : std::string(1, *c);
			struct address address = literal(host.c_str(), 0);
			struct sockaddr_in ours = {};
			memcpy(&ours, &address.storage, sizeof ours);
			bool is_address = inet_pton(AF_INET, host.c_str(), &ipv4) == 1;
			ASSERT_EQ(address.length != 0, is_address) << '"' << host << '"';
			taken += is_address;
			EXPECT_TRUE(!is_address || ours.sin_addr.s_addr == ipv4.s_addr) << host;
		}
	EXPECT_EQ(taken, 35u); /* 0, 9, 10, 99, 100, 199 and 255, in five places */
}

TEST(Literal, LeavesNoRubbishInTheStructure)
{
	struct address address;
	struct sockaddr_in6 ipv6;

	memset(&address, 0xa5, sizeof address);
	ASSERT_TRUE(address_from_literal(&address, "2001:db8::1", 1));
	memcpy(&ipv6, &address.storage, sizeof ipv6);
	EXPECT_EQ(ipv6.sin6_flowinfo, 0u);
	EXPECT_EQ(ipv6.sin6_scope_id, 0u);
}

struct Nature {
	const char *host;
	bool loopback, mapped, wildcard, link_local;
};

TEST(Address, IsWhatItsPrefixSays)
{
	const Nature rows[] = {
		{ "127.0.0.1", true, false, false, false },
		{ "127.255.255.254", true, false, false, false }, /* all of 127/8: RFC 1122, 3.2.1.3 */
		{ "126.255.255.255", false, false, false, false },
		{ "128.0.0.1", false, false, false, false },
		{ "0.0.0.0", false, false, true, false },
		{ "0.0.0.1", false, false, false, false },
		{ "169.254.0.1", false, false, false, true }, /* RFC 3927 */
		{ "169.253.255.255", false, false, false, false },
		{ "169.255.0.0", false, false, false, false },
		{ "::1", true, false, false, false },
		{ "::2", false, false, false, false },
		{ "::", false, false, true, false },
		{ "::ffff:127.0.0.1", true, true, false, false },
		{ "::ffff:192.0.2.1", false, true, false, false },
		{ "::ffff:0.0.0.0", false, true, false, false },
		{ "::127.0.0.1", false, false, false, false }, /* compatible, not mapped */
		{ "fe80::1", false, false, false, true },
		{ "febf::1", false, false, false, true }, /* fe80::/10: RFC 4291, 2.5.6 */
		{ "fec0::1", false, false, false, false },
		{ "2001:db8::1", false, false, false, false },
	};

	for (const Nature &row : rows) {
		struct address address = literal(row.host, 0);
		ASSERT_NE(address.length, 0u) << row.host;
		EXPECT_EQ(address_is_loopback(&address), row.loopback) << row.host;
		EXPECT_EQ(address_is_mapped(&address), row.mapped) << row.host;
		EXPECT_EQ(address_is_wildcard(&address), row.wildcard) << row.host;
		EXPECT_EQ(address_is_link_local(&address), row.link_local) << row.host;
	}
}

TEST(Address, OfAnotherFamilyIsNothingOfAll)
{
	struct address address = {};

	address.storage.ss_family = AF_UNIX;
	EXPECT_FALSE(address_is_loopback(&address));
	EXPECT_FALSE(address_is_mapped(&address));
	EXPECT_FALSE(address_is_wildcard(&address));
	EXPECT_FALSE(address_is_link_local(&address));
	EXPECT_EQ(address_port(&address), 0u);
	EXPECT_EQ(written(address), "? 0");
}

TEST(Address, IsWrittenWithItsZone)
{
	struct address address = literal("fe80::1", 80);
	struct sockaddr_in6 ipv6;
	char name[IF_NAMESIZE];

	memcpy(&ipv6, &address.storage, sizeof ipv6);
	ipv6.sin6_scope_id = 1;
	memcpy(&address.storage, &ipv6, sizeof ipv6);
	ASSERT_NE(if_indextoname(1, name), nullptr) << "no first interface";
	EXPECT_EQ(with_port(address), "[fe80::1%" + std::string(name) + "]:80");
}

TEST(Address, ZoneWithoutAnInterfaceIsWrittenAsItsNumber)
{
	struct address address = literal("fe80::1", 80);
	struct sockaddr_in6 ipv6;

	memcpy(&ipv6, &address.storage, sizeof ipv6);
	ipv6.sin6_scope_id = 4000000000U;
	memcpy(&address.storage, &ipv6, sizeof ipv6);
	EXPECT_EQ(with_port(address), "[fe80::1%4000000000]:80");
}

TEST(Address, PortIsSetAndTheRestKept)
{
	for (const char *host : { "192.0.2.1", "2001:db8::1" }) {
		struct address address = literal(host, 1);
		address_set_port(&address, 65535);
		EXPECT_EQ(written(address), std::string(host) + " 65535");
	}
}

TEST(Address, BytesAreThoseOnTheWire)
{
	const struct address ipv4 = literal("192.0.2.1", 0);
	const struct address ipv6 = literal("2001:db8::1", 0);
	const unsigned char four[] = { 192, 0, 2, 1 };
	const unsigned char sixteen[] = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 };
	struct address other = {};
	unsigned char bytes[ADDRESS_BYTES_MAX];

	ASSERT_EQ(address_bytes(&ipv4, bytes), sizeof four);
	EXPECT_EQ(memcmp(bytes, four, sizeof four), 0);
	ASSERT_EQ(address_bytes(&ipv6, bytes), sizeof sixteen);
	EXPECT_EQ(memcmp(bytes, sixteen, sizeof sixteen), 0);
	other.storage.ss_family = AF_UNIX;
	EXPECT_EQ(address_bytes(&other, bytes), 0u);
}

TEST(Address, MulticastIsByItsFirstByte)
{
	for (const char *yes : { "224.0.0.0", "239.255.255.255", "ff02::1", "ff00::" }) {
		struct address address = literal(yes, 0);
		EXPECT_TRUE(address_is_multicast(&address)) << yes;
	}
	for (const char *no : { "223.255.255.255", "240.0.0.0", "fe80::1", "::", "0.0.0.0" }) {
		struct address address = literal(no, 0);
		EXPECT_FALSE(address_is_multicast(&address)) << no;
	}
}

/* A Unix socket's name may be longer than sockaddr_storage says it can be. */
TEST(Address, LongerThanItsStorageIsCut)
{
	char raw[sizeof(struct sockaddr_storage) + 8];
	struct {
		struct address address;
		unsigned char guard[16];
	} held;

	memset(raw, 'x', sizeof raw);
	memset(&held, 0x5a, sizeof held);
	address_set(&held.address, reinterpret_cast<const struct sockaddr *>(raw), sizeof raw);
	EXPECT_EQ(held.address.length, sizeof held.address.storage);
	for (unsigned char byte : held.guard)
		EXPECT_EQ(byte, 0x5a);
}

TEST(Address, SetClearsWhatWasThere)
{
	struct address address = literal("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535);
	struct address ipv4 = literal("192.0.2.1", 1), fresh = {};

	address_set(&address, reinterpret_cast<struct sockaddr *>(&ipv4.storage), ipv4.length);
	address_set(&fresh, reinterpret_cast<struct sockaddr *>(&ipv4.storage), ipv4.length);
	EXPECT_EQ(memcmp(&address.storage, &fresh.storage, sizeof fresh.storage), 0);
	EXPECT_EQ(address.length, fresh.length);
}

} // namespace
