/* SPDX-License-Identifier: ISC */
/* The tables of servers: handlers by process id, and sources with their rates. */
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <set>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>

extern "C" {
#include "address.h"
#include "children.h"
#include "connection_environment.h"
#include "s6_address.h"
#include "sources.h"
}

namespace {

constexpr uint64_t second = 1000000000;

/* ---- handlers ---- */

TEST(Children, EachIsFoundOnceWithItsSource)
{
	struct children children;
	uint32_t source;

	ASSERT_TRUE(children_open(&children, 100));
	/* In one list and in several, and with places that are used again. */
	for (int round = 0; round < 3; round++) {
		for (pid_t i = 1; i <= 100; i++)
			children_add(&children, i * (round + 1) * 64, static_cast<uint32_t>(i));
		EXPECT_EQ(children.count, 100u);
		EXPECT_FALSE(children_remove(&children, 1, &source));
		for (pid_t i = 100; i >= 1; i -= 1) {
			ASSERT_TRUE(children_remove(&children, i * (round + 1) * 64, &source));
			EXPECT_EQ(source, static_cast<uint32_t>(i));
			EXPECT_FALSE(children_remove(&children, i * (round + 1) * 64, &source));
		}
		EXPECT_EQ(children.count, 0u);
		EXPECT_LE(children.used, 100u);
	}
	children_close(&children);
}

/* ---- sources ---- */

source_key
key_of(const char *host, unsigned prefix = 64, unsigned port = 1)
{
	serve_rules rules = {};
	source_key key;
	struct address address;

	rules.ipv4_prefix = 32;
	rules.ipv6_prefix = prefix;
	EXPECT_TRUE(address_from_literal(&address, host, port)) << host;
	source_of_address(&key, &address, &rules);
	return key;
}

bool
are_equal(const source_key &one, const source_key &other)
{
	return memcmp(&one, &other, sizeof one) == 0;
}

TEST(Sources, PrefixTellsIPv6AddressesApart)
{
	EXPECT_TRUE(are_equal(key_of("2001:db8::1"), key_of("2001:db8::ffff", 64, 2)));
	EXPECT_FALSE(are_equal(key_of("2001:db8::1"), key_of("2001:db8:0:1::1")));
	EXPECT_FALSE(are_equal(key_of("2001:db8::1", 128), key_of("2001:db8::2", 128)));
	EXPECT_TRUE(are_equal(key_of("2001:db8::2", 127), key_of("2001:db8::3", 127)));
	EXPECT_FALSE(are_equal(key_of("2001:db8::1", 127), key_of("2001:db8::2", 127)));
	EXPECT_TRUE(are_equal(key_of("8000::", 1), key_of("ffff::", 1)));
	EXPECT_FALSE(are_equal(key_of("7fff::", 1), key_of("8000::", 1)));
	EXPECT_FALSE(are_equal(key_of("127.0.0.1"), key_of("127.0.0.2")));
}

/* RFC 4291, 2.5.5.2: on a dual-stack socket that is how the address of an IPv4 client looks. */
TEST(Sources, MappedAddressIsTheIPv4AddressWhateverThePrefix)
{
	for (unsigned prefix : { 1u, 64u, 128u }) {
		EXPECT_TRUE(are_equal(key_of("127.0.0.1"), key_of("::ffff:127.0.0.1", prefix)));
		EXPECT_FALSE(are_equal(key_of("::ffff:127.0.0.1", prefix),
		    key_of("::ffff:127.0.0.2", prefix)));
		EXPECT_FALSE(are_equal(key_of("::ffff:127.0.0.1", prefix), key_of("::1", prefix)));
	}
	/* What differs from that form in a bit is an IPv6 address. */
	for (const char *other : { "::fffe:127.0.0.1", "::1:ffff:127.0.0.1", "::127.0.0.1" })
		EXPECT_TRUE(are_equal(key_of(other, 64), key_of("::1", 64))) << other;
}

class Rates : public testing::Test {
protected:
	Rates()
	{
		rules.rate = 3;
		rules.period = 60;
		EXPECT_TRUE(sources_open(&sources, 10, &rules));
	}
	~Rates() override { sources_close(&sources); }

	bool admits(const source_key &key, uint64_t now)
	{
		uint32_t number = sources_find(&sources, &key, now);
		bool is_admitted = sources_admit(&sources, number, &rules, now);
		sources_release(&sources, number, now);
		return is_admitted;
	}

	serve_rules rules = {};
	struct sources sources;
};

TEST_F(Rates, SoManyAreAdmittedAtOnceAndThenOneEachInterval)
{
	source_key key = key_of("127.0.0.1"), other = key_of("127.0.0.2");

	for (int i = 0; i < 3; i++)
		EXPECT_TRUE(admits(key, 1000 * second)) << i;
	EXPECT_FALSE(admits(key, 1000 * second));
	EXPECT_TRUE(admits(other, 1000 * second));
	EXPECT_FALSE(admits(key, 1020 * second - 1));
	EXPECT_TRUE(admits(key, 1020 * second));
	EXPECT_FALSE(admits(key, 1020 * second));
	/* After a period it is as at the start. */
	for (int i = 0; i < 3; i++)
		EXPECT_TRUE(admits(key, 2000 * second)) << i;
	EXPECT_FALSE(admits(key, 2000 * second));
}

/* More sources than there is room for: those without connections are forgotten, never one
 * with a connection, and the table does not grow. */
TEST_F(Rates, ManySourcesLeaveThoseWithConnections)
{
	source_key kept = key_of("10.0.0.1");
	uint32_t number = sources_find(&sources, &kept, second);
	sources_get(&sources, number)->count = 1;

	for (unsigned i = 0; i < 100000; i++) {
		struct in_addr host = { htonl(0x0b000000 + i) };
		char text[INET_ADDRSTRLEN];
		EXPECT_TRUE(admits(key_of(inet_ntop(AF_INET, &host, text, sizeof text)), second));
	}
	EXPECT_EQ(sources_find(&sources, &kept, second), number);
	EXPECT_EQ(sources_get(&sources, number)->count, 1u);
	EXPECT_LE(sources.used, sources.room);
}

/* ---- the environment of handlers ---- */

std::set<std::string>
entries_of(const connection_environment &environment)
{
	std::set<std::string> entries;

	for (char **entry = environment.entries; *entry; entry++)
		entries.insert(*entry);
	return entries;
}

TEST(ConnectionEnvironment, HasTheVariablesOfOneConnectionAlone)
{
	char kept[] = "KEPT=1", stale[] = "NUMBER=stale", similar[] = "NUMBERS=2";
	char *inherited[] = { kept, stale, similar, stale, nullptr };
	const char names[][CONNECTION_NAME_SIZE] = { "NUMBER", "PATH_OF_PEER", "" };
	connection_environment environment;

	ASSERT_TRUE(connection_environment_open(&environment, inherited, names));
	EXPECT_EQ(entries_of(environment), (std::set<std::string> { "KEPT=1", "NUMBERS=2" }));
	connection_environment_set_number(&environment, 0, 7);
	connection_environment_set(&environment, 1, "/long/path");
	EXPECT_EQ(entries_of(environment), (std::set<std::string> { "KEPT=1", "NUMBERS=2",
	    "NUMBER=7", "PATH_OF_PEER=/long/path" }));
	EXPECT_STREQ(connection_environment_value(&environment, 0), "7");
	connection_environment_begin(&environment);
	connection_environment_set(&environment, 1, "");
	EXPECT_EQ(entries_of(environment), (std::set<std::string> { "KEPT=1", "NUMBERS=2",
	    "PATH_OF_PEER=" }));
	EXPECT_EQ(connection_environment_value(&environment, 0), nullptr);
	connection_environment_close(&environment);
}

/* ---- addresses as s6 writes them ---- */

TEST(S6Address, IsWrittenWithoutDottedQuads)
{
	const std::map<std::string, std::string> rows = {
		{ "127.0.0.1", "127.0.0.1" },
		{ "255.0.1.254", "255.0.1.254" },
		{ "::", "::" },
		{ "::1", "::1" },
		{ "1::", "1::" },
		{ "::ffff:127.0.0.1", "::ffff:7f00:1" },
		{ "::127.0.0.1", "::7f00:1" },
		{ "2001:DB8::A", "2001:db8::a" },
		/* One group of zeros alone is written; of two equal runs the first is not. */
		{ "1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7" },
		{ "1:0:0:2:0:0:3:4", "1::2:0:0:3:4" },
		{ "1:0:0:2:0:0:0:4", "1:0:0:2::4" },
		{ "0:0:1:2:3:4:5:6", "::1:2:3:4:5:6" },
		{ "1:2:3:4:5:6:0:0", "1:2:3:4:5:6::" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	};

	for (const auto &row : rows) {
		struct address address;
		char text[S6_ADDRESS_SIZE];
		ASSERT_TRUE(address_from_literal(&address, row.first.c_str(), 1)) << row.first;
		EXPECT_EQ(s6_address(&address, text), row.second) << row.first;
	}
}

/* ---- limits that change while the server runs ---- */

TEST(Children, AreKeptWhenThereIsMoreRoom)
{
	struct children children;
	uint32_t source;

	ASSERT_TRUE(children_open(&children, 2));
	children_add(&children, 100, 7);
	children_add(&children, 200, 8);
	EXPECT_TRUE(children_remove(&children, 100, &source));
	ASSERT_TRUE(children_grow(&children, 1000));
	for (pid_t pid = 1000; pid < 1999; pid++)
		children_add(&children, pid, static_cast<uint32_t>(pid));
	EXPECT_EQ(children.count, 1000u);
	EXPECT_TRUE(children_remove(&children, 200, &source));
	EXPECT_EQ(source, 8u);
	EXPECT_TRUE(children_remove(&children, 1500, &source));
	EXPECT_EQ(source, 1500u);
	EXPECT_FALSE(children_remove(&children, 100, &source));
	ASSERT_TRUE(children_grow(&children, 1)); /* room is never taken away */
	EXPECT_EQ(children.room, 1000u);
	children_close(&children);
}

TEST(Sources, KeepTheirNumbersAndCountsWhenThereIsMoreRoom)
{
	struct sources sources;
	serve_rules rules = {};
	uint32_t numbers[5];

	ASSERT_TRUE(sources_open(&sources, 4, &rules));
	for (uint32_t i = 0; i < 5; i++) {
		source_key key = key_of(("127.0.0." + std::to_string(i + 1)).c_str());
		numbers[i] = sources_find(&sources, &key, 0);
		sources_get(&sources, numbers[i])->count = i;
	}
	sources_release(&sources, numbers[0], 0);
	rules.rate = 3;
	rules.period = 60;
	ASSERT_TRUE(sources_grow(&sources, 300, &rules));
	for (uint32_t i = 1; i < 5; i++) {
		source_key key = key_of(("127.0.0." + std::to_string(i + 1)).c_str());
		EXPECT_EQ(sources_find(&sources, &key, 0), numbers[i]);
		EXPECT_EQ(sources_get(&sources, numbers[i])->count, i);
	}
	for (uint32_t i = 0; i < 250; i++) {
		source_key key = key_of(("127.0.1." + std::to_string(i)).c_str());
		sources_get(&sources, sources_find(&sources, &key, 0))->count = 1;
	}
	EXPECT_EQ(sources_get(&sources, numbers[4])->count, 4u);
	sources_close(&sources);
}

} // namespace
