/* SPDX-License-Identifier: ISC */
/* The settings and properties that `limits` reports of systems other than this one: in
 * their order, by the names that the systems' documents have, with the defaults of the
 * profiles. */
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expectations.h"
#include "situation.h"

namespace {

using testing::HasSubstr;
using testing::Not;

/* What one setting means, in a word of the documents. */
struct Reading {
	const char *profile, *name, *when_zero, *when_one;
};

/* syncookies(4), listen(2), inet6(4), tcp(4) of FreeBSD, whose overflow was tried on 13.0;
 * bsd/kern/uipc_socket2.c of xnu, and inet6(4). */
const Reading readings[] = {
	{ "freebsd-13", "net.inet.tcp.syncookies", "dropped", "SYN cookies" },
	{ "freebsd-13", "net.inet.tcp.syncache.rst_on_sock_fail", "considers itself connected",
	    "reset as soon as" },
	{ "freebsd-13", "net.inet6.ip6.v6only", "is dual-stack", "is IPv6-only" },
	{ "freebsd-13", "net.inet.tcp.fastopen.server_enable", "EPERM", "that sets TCP_FASTOPEN" },
	{ "macos-15", "kern.ipc.soqlimitcompat", "3/2 of its limit", "exactly its limit" },
	{ "macos-15", "kern.ipc.soqlencomp", "connections count", "do not count" },
	{ "macos-15", "net.inet6.ip6.v6only", "is dual-stack", "is IPv6-only" },
};

TEST(Limits, ComeInOneOrderWithTheSystemsNames)
{
	const std::pair<const char *, const char *> systems[] = { { "freebsd", "freebsd-13" },
		{ "darwin", "macos-15" } };

	for (const auto &[system, profile] : systems) {
		Words expected, reported;
		for (const ExpectedValue &value : expectations_of(system).values)
			expected.push_back(value.name);
		for (const Value &value : Situation(profile).limits())
			reported.push_back(value.name);
		EXPECT_EQ(reported, expected) << system;
	}
}

TEST(Limits, AreReadAsTheyAre)
{
	for (const Reading &reading : readings) {
		SCOPED_TRACE(reading.name);
		const auto with = [&](const std::string &line) {
			return Situation(reading.profile, line).limit(reading.name);
		};
		const Value zero = with(sysctl_line(reading.name, 0));
		const Value one = with(sysctl_line(reading.name, 1));
		const Value unknown = with(without_sysctl(reading.name));
		EXPECT_EQ(zero.current, "0");
		EXPECT_THAT(zero.meaning, HasSubstr(reading.when_zero));
		EXPECT_EQ(one.current, "1");
		EXPECT_THAT(one.meaning, HasSubstr(reading.when_one));
		EXPECT_EQ(unknown.current, "unknown");
		EXPECT_NE(unknown.meaning, zero.meaning) << "it says neither";
		EXPECT_NE(unknown.meaning, one.meaning) << "it says neither";
	}
}

TEST(Limits, OfFreeBsdHaveTheNameThatTheBacklogsLimitHas)
{
	const std::string older = without_sysctl("kern.ipc.soacceptqueue");
	const auto first = [](const std::string &lines) {
		return Situation("freebsd-13", lines).limits().at(0);
	};

	EXPECT_EQ(first("limit backlog 200 -- listen(2)").name, "kern.ipc.soacceptqueue");
	EXPECT_EQ(first("limit backlog 200 -- listen(2)").current, "200");
	EXPECT_EQ(first(older).name, "kern.ipc.somaxconn");
	EXPECT_EQ(first(older).current, "128");
	EXPECT_EQ(first(older + without_sysctl("kern.ipc.somaxconn")).name, "kern.ipc.soacceptqueue");
	EXPECT_EQ(first(older + without_sysctl("kern.ipc.somaxconn")).current, "unknown");
}

/* Bits: 1 for servers, 2 for clients. */
TEST(Limits, OfMacOsSayWhereFastOpenIsOffForAll)
{
	const auto meaning = [](long bits) {
		return Situation("macos-15", sysctl_line("net.inet.tcp.fastopen", bits))
		    .limit("net.inet.tcp.fastopen").meaning;
	};

	EXPECT_THAT(meaning(0), HasSubstr("ENOTSUP"));
	EXPECT_THAT(meaning(3), Not(HasSubstr("ENOTSUP")));
}

} // namespace
