/* SPDX-License-Identifier: ISC */
/* Requirements on what the kernel gives, under limits of the test's own. */
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "network_namespace.h"
#include "probe_report.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

class Requirement : public testing::Test {
protected:
	void SetUp() override
	{
		std::string why_not;
		network_ = NetworkNamespace::enter(&why_not);
		if (!network_)
			SKIP_TEST(why_not);
		network_->set_up("lo");
		NetworkNamespace::set("net.core.somaxconn", "100");
	}

	Result listen(const std::string &socket)
	{
		return run(tool("bindchain", { "listen", socket, probe_path() }));
	}

	std::unique_ptr<NetworkNamespace> network_;
};

} // namespace

TEST_F(Requirement, OfABacklogNamesDemandAndFactAndTheLimit)
{
	Result result = listen("--tcp=127.0.0.1:8000,least-backlog=101");

	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.output, "");
	EXPECT_EQ(result.error,
	    "bindchain listen: fatal: require backlog of TCP 127.0.0.1:8000: at least 101, but it"
	    " is 100\nbindchain listen: info: net.core.somaxconn is 100\n");
}

TEST_F(Requirement, OfABacklogThatWasNotAskedFor)
{
	Result result = listen("--tcp=127.0.0.1:8000,backlog=5,least-backlog=6");

	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error,
	    "bindchain listen: fatal: require backlog of TCP 127.0.0.1:8000: at least 6, but it is"
	    " 5\nbindchain listen: info: the backlog asked for is 5\n");
}

TEST_F(Requirement, ThatIsMetIsSilent)
{
	Result result = listen("--tcp=127.0.0.1:8000,fixed-port,least-backlog=100");

	ASSERT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, "");
	EXPECT_EQ(ProbeReport(result.output).descriptor(3).at("queue_limit"), 100);
}

TEST_F(Requirement, OfAUnixSocketLeavesNoPathBehind)
{
	TemporaryDirectory directory;
	std::string path = directory / "socket";
	Result result = listen("--unix=" + path + ",least-backlog=101");

	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: require backlog of Unix stream "
	    + path + ": at least 101, but it is 100");
	EXPECT_NE(access(path.c_str(), F_OK), 0);
	EXPECT_EQ(listen("--unix=" + path + ",least-backlog=100").status, 0);
}

TEST_F(Requirement, OfAPortIsNotMetByAnother)
{
	Result result = listen("--tcp=127.0.0.1:0,fixed-port");

	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error_line(0).find("bindchain listen: fatal: require port of TCP"
	                                    " 127.0.0.1:0: 0, but it is "), 0U) << result;
}

TEST_F(Requirement, IsForeseen)
{
	const std::string socket = "--tcp=127.0.0.1:8000,least-backlog=101";
	Result result = run(tool("bindchain", { "explain", "-j", "listen", socket, "/bin/true" }));

	EXPECT_EQ(result.status, 100);
	nlohmann::json said = nlohmann::json::parse(result.output);
	EXPECT_EQ(said.at("works"), false);
	EXPECT_EQ(said.at("sockets").at(0).at("obstacles"), nlohmann::json({
	    "a backlog of at least 101 is required, but it will be 100" }));

	NetworkNamespace::set("net.core.somaxconn", "101");
	EXPECT_EQ(run(tool("bindchain", { "explain", "listen", socket, "/bin/true" })).status, 0);
}
