/* SPDX-License-Identifier: ISC */
/*
 * What explain foretells on each system: the numbers are those of the kernels'
 * sources and, for FreeBSD, of its network code that was run and asked.
 */
#include <climits>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "bench.h"

namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using Words = std::vector<std::string>;

/* What the command would do; SCRIPT is empty, since nothing may fail. */
Json
explain(const std::string &profile, const Words &command, int status = 0)
{
	Bench bench(profile);
	Words words = { "explain", "--json" };

	words.insert(words.end(), command.begin(), command.end());
	words.push_back("/bin/true");
	Result result = bench.run("bindchain", words);
	EXPECT_SOUND(bench);
	EXPECT_EQ(result.status, status) << result;
	return Json::parse(result.output).at("sockets").at(0);
}

Json
backlog_of(const std::string &profile, int backlog)
{
	return explain(profile, { "tcp-socket-listen", "--backlog", std::to_string(backlog),
	    "127.0.0.1", "8000" }).at("backlog");
}

struct Row {
	const char *profile;
	int backlog, queue_limit, admitted;
};

std::ostream &
operator<<(std::ostream &stream, const Row &row)
{
	return stream << row.profile << " " << row.backlog;
}

/* The systems' limits are 4096, 128 and 128.  On macOS a backlog of 0 is passed
 * as 1, since its kernel takes 0 for the maximum. */
const Row rows[] = {
	{ "linux-6", 0, 0, 1 }, { "linux-6", 1, 1, 2 }, { "linux-6", 5, 5, 6 },
	{ "linux-6", 128, 128, 129 }, { "linux-6", 4096, 4096, 4097 },
	{ "linux-6", 4097, 4096, 4097 }, { "linux-6", INT_MAX, 4096, 4097 },
	{ "freebsd-13", 0, 0, 1 }, { "freebsd-13", 1, 1, 2 }, { "freebsd-13", 2, 2, 4 },
	{ "freebsd-13", 3, 3, 5 }, { "freebsd-13", 5, 5, 8 }, { "freebsd-13", 10, 10, 16 },
	{ "freebsd-13", 128, 128, 193 }, { "freebsd-13", 129, 128, 193 },
	{ "freebsd-13", INT_MAX, 128, 193 },
	{ "macos-15", 0, 1, 1 }, { "macos-15", 1, 1, 1 }, { "macos-15", 5, 5, 5 },
	{ "macos-15", 128, 128, 128 }, { "macos-15", 129, 128, 128 },
	{ "macos-15", INT_MAX, 128, 128 },
};

class Foretold : public testing::TestWithParam<Row> {};

} // namespace

TEST_P(Foretold, TheQueueAndWhatItAdmits)
{
	const Row &row = GetParam();
	Json backlog = backlog_of(row.profile, row.backlog);

	EXPECT_EQ(backlog.at("requested"), row.backlog);
	EXPECT_EQ(backlog.at("queue_limit"), row.queue_limit);
	EXPECT_EQ(backlog.at("connections_admitted"), row.admitted);
}

INSTANTIATE_TEST_SUITE_P(Backlogs, Foretold, testing::ValuesIn(rows));

TEST(Explain, WhatCannotBeReadIsUnknown)
{
	Json backlog = backlog_of("linux-6-container", 5);

	EXPECT_EQ(backlog.at("limit").at("name"), "net.core.somaxconn");
	EXPECT_TRUE(backlog.at("limit").at("value").is_null());
	EXPECT_TRUE(backlog.at("queue_limit").is_null());
	EXPECT_TRUE(backlog.at("connections_admitted").is_null());
	EXPECT_EQ(backlog.at("overflow").at("new_client"), "dropped");
	EXPECT_TRUE(backlog.at("overflow").at("client_in_handshake").is_null());
}

TEST(Explain, AnOldNameOfTheLimitIsTheOneThatIsTold)
{
	EXPECT_EQ(backlog_of("freebsd-14", 5).at("limit").at("name"), "kern.ipc.soacceptqueue");
	EXPECT_EQ(backlog_of("freebsd-somaxconn", 5).at("limit").at("name"), "kern.ipc.somaxconn");
}

TEST(Explain, APrivilegeThatIsMissingIsInTheWay)
{
	for (const char *profile : { "linux-6-unprivileged", "freebsd-14-unprivileged" }) {
		Json socket = explain(profile, { "tcp-socket-listen", "127.0.0.1", "80" }, 100);
		ASSERT_EQ(socket.at("obstacles").size(), 1U) << profile << socket;
		EXPECT_THAT(socket.at("obstacles").at(0).get<std::string>(), HasSubstr("port"));
		EXPECT_EQ(explain(profile, { "tcp-socket-listen", "127.0.0.1", "8000" })
		    .at("obstacles"), Json::array());
	}
}

TEST(Explain, AFamilyThatTheKernelHasNotIsInTheWay)
{
	Json socket = explain("linux-6-without-ipv6", { "tcp-socket-listen", "::1", "8000" }, 100);

	EXPECT_THAT(socket.at("obstacles").dump(), HasSubstr("this kernel has no IPv6"));
	EXPECT_EQ(explain("linux-6-without-ipv6", { "tcp-socket-listen", "127.0.0.1", "8000" })
	    .at("obstacles"), Json::array());
}

TEST(Explain, BindAnyNeedsPrivilegeOnFreeBsdAndIsNotOnMacOs)
{
	const Words command = { "tcp-socket-listen", "--bind-to-any", "192.0.2.99", "8000" };

	EXPECT_EQ(explain("linux-6-unprivileged", command).at("obstacles"), Json::array());
	EXPECT_THAT(explain("freebsd-14-unprivileged", command, 100).at("obstacles").at(0)
	    .get<std::string>(), HasSubstr("IP_BINDANY"));
	EXPECT_EQ(explain("macos-15", command, 100).at("unsupported"), "bind-any");
}

TEST(Explain, WhomABalancedWildcardTakesConnectionsFrom)
{
	const Words wildcard = { "listen", "--tcp=0.0.0.0:8000,balance" };
	const Words specific = { "listen", "--tcp=127.0.0.1:8000,balance" };

	EXPECT_THAT(explain("freebsd-14", wildcard).at("warnings").dump(),
	    HasSubstr("a balanced wildcard takes the connections"));
	EXPECT_THAT(explain("freebsd-14", specific).at("warnings").dump(),
	    testing::Not(HasSubstr("wildcard")));
}

/* What one kernel lets bind, exclusive does not; the run then fails as foretold. */
TEST(Explain, ThatExclusiveWillFindAnotherSocketOfTheCommand)
{
	const Words pairs[] = {
		{ "--tcp=0.0.0.0:8000", "--tcp=127.0.0.1:8000,exclusive" },
		{ "--tcp=127.0.0.1:8000", "--tcp=0.0.0.0:8000,exclusive" },
		{ "--tcp=0.0.0.0:8000", "--tcp=[::]:8000,dual,exclusive" },
		{ "--tcp=[::]:8000,dual", "--tcp=[::1]:8000,exclusive" },
	};

	for (const char *profile : { "linux-6", "freebsd-13", "macos-15" })
		for (const Words &pair : pairs) {
			Words words = { "listen", "--no-holder-search" };
			words.insert(words.end(), pair.begin(), pair.end());
			words.insert(words.end(), { "--", "/bin/true" });
			Bench performing(profile), explaining(profile);
			EXPECT_EQ(performing.run("bindchain", words).status, 111) << profile;
			words.insert(words.begin(), { "explain", "--json" });
			Result result = explaining.run("bindchain", words);
			EXPECT_SOUND(explaining);
			EXPECT_EQ(result.status, 100) << result;
			EXPECT_EQ(Json::parse(result.output).at("sockets").at(1).at("conflicts").at(0)
			              .at("fails"), "exclusive") << profile << pair[1];
		}
}
