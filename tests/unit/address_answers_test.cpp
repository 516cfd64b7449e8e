/* SPDX-License-Identifier: ISC */
/* Which addresses are one: RFC 4007 for zones. */
#include "core.h"

#include <gtest/gtest.h>

namespace {

struct address
with_zone(const char *host, uint32_t zone)
{
	struct address address = literal(host, 80);
	sockaddr_in6 inet6;

	memcpy(&inet6, &address.storage, sizeof inet6);
	inet6.sin6_scope_id = zone;
	memcpy(&address.storage, &inet6, sizeof inet6);
	return address;
}

TEST(Addresses, AnswerWhatWasAskedWhereTheyAreOneAndPortZeroIsAny)
{
	static const struct {
		const char *given;
		unsigned given_port;
		const char *asked;
		unsigned asked_port;
		bool answers;
	} rows[] = {
		{ "127.0.0.1", 80, "127.0.0.1", 80, true },
		{ "127.0.0.1", 40000, "127.0.0.1", 0, true },
		{ "127.0.0.1", 81, "127.0.0.1", 80, false },
		{ "192.0.2.20", 80, "127.0.0.1", 80, false },
		{ "192.0.2.20", 80, "0.0.0.0", 80, false },
		{ "192.0.2.20", 40000, "0.0.0.0", 0, false },
		{ "0.0.0.0", 80, "0.0.0.0", 80, true },
		{ "::", 80, "::", 80, true },
		{ "2001:db8::20", 80, "::", 80, false },
		{ "2001:db8::20", 80, "::1", 80, false },
		{ "::ffff:127.0.0.1", 80, "127.0.0.1", 80, true },
		{ "127.0.0.1", 80, "::ffff:127.0.0.1", 80, true },
		{ "::ffff:192.0.2.20", 80, "::ffff:127.0.0.1", 80, false },
		{ "::1", 80, "127.0.0.1", 80, false },
	};

	for (const auto &row : rows) {
		struct address given = literal(row.given, row.given_port);
		struct address asked = literal(row.asked, row.asked_port);
		EXPECT_EQ(address_answers(&given, &asked), row.answers)
		    << row.given << " " << row.given_port << ", asked " << row.asked << " "
		    << row.asked_port;
	}
}

TEST(Addresses, AreTheSameWhereFamilyHostAndPortAre)
{
	static const struct {
		const char *one;
		unsigned one_port;
		const char *other;
		unsigned other_port;
		bool same;
	} rows[] = {
		{ "127.0.0.1", 80, "127.0.0.1", 80, true },
		{ "127.0.0.1", 80, "127.0.0.1", 0, false },
		{ "127.0.0.1", 80, "127.0.0.2", 80, false },
		{ "2001:db8:0:0::1", 80, "2001:DB8::1", 80, true },
		{ "::ffff:127.0.0.1", 80, "127.0.0.1", 80, false },
		{ "::", 80, "0.0.0.0", 80, false },
	};

	for (const auto &row : rows) {
		struct address one = literal(row.one, row.one_port);
		struct address other = literal(row.other, row.other_port);
		EXPECT_EQ(address_is_same(&one, &other), row.same) << row.one << " " << row.other;
		EXPECT_EQ(address_is_same(&other, &one), row.same) << row.one << " " << row.other;
	}
}

TEST(Addresses, AreTheSameWithOnePath)
{
	struct address path, other, unnamed = {};

	ASSERT_TRUE(address_from_path(&path, "/run/a"));
	ASSERT_TRUE(address_from_path(&other, "/run//a"));
	unnamed.storage.ss_family = AF_UNIX;
	unnamed.length = sizeof unnamed.storage.ss_family;
	EXPECT_TRUE(address_is_same(&path, &path));
	EXPECT_FALSE(address_is_same(&path, &other));
	EXPECT_FALSE(address_is_same(&unnamed, &unnamed));
}

TEST(Addresses, AnswerInAnyZoneWhereNoneWasAskedAndInNoneWhereItMeansNothing)
{
	static const struct {
		const char *host;
		uint32_t given, asked;
		bool answers;
	} rows[] = {
		{ "fe80::1", 2, 2, true }, { "fe80::1", 2, 0, true }, { "fe80::1", 3, 2, false },
		{ "2001:db8::1", 0, 2, true }, { "ff02::1", 2, 2, true },
	};

	for (const auto &row : rows) {
		struct address given = with_zone(row.host, row.given);
		struct address asked = with_zone(row.host, row.asked);
		EXPECT_EQ(address_answers(&given, &asked), row.answers)
		    << row.host << " " << row.given << ", asked " << row.asked;
	}
}

/* Nobody is known to bind these elsewhere; what is not known is no difference. */
TEST(Addresses, AnswerWhereNothingIsKnown)
{
	struct address asked = literal("127.0.0.1", 80), path, unknown = {};

	ASSERT_TRUE(address_from_path(&path, "a"));
	EXPECT_TRUE(address_answers(&unknown, &asked));
	EXPECT_TRUE(address_answers(&path, &path));
}

} // namespace
