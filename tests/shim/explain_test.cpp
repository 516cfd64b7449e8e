/* SPDX-License-Identifier: ISC */
/* What explain foretells on each system. */
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

} // namespace

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
