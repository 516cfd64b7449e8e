/* SPDX-License-Identifier: ISC */
/* Requirements on what the kernel gives, under the system's limit: one of the test's
 * own, where it can have that. */
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "expectations.h"
#include "network.h"
#include "probe_listener.h"
#include "setting.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

const std::string see = "bindchain listen: info: see bindchain-errors(7), REQUIREMENT NOT MET\n";

class Requirement : public OnLoopback {
protected:
	void SetUp() override
	{
		OnLoopback::SetUp();
		if (network)
			NetworkNamespace::set(expectations().backlog_limit, "100");
		limit_ = read_setting(expectations().backlog_limit);
	}

	static Result listen(const std::string &socket)
	{
		return run(tool("bindchain", { "listen", socket, probe_path() }));
	}

	std::string at_limit() const { return std::to_string(limit_); }
	std::string beyond_limit() const { return std::to_string(limit_ + 1); }

	int limit_ = 0;
};

} // namespace

TEST_F(Requirement, OfABacklogNamesDemandAndFactAndTheLimit)
{
	Result result = listen("--tcp=127.0.0.1:0,least-backlog=" + beyond_limit());

	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.output, "");
	EXPECT_EQ(result.error, "bindchain listen: fatal: require backlog of TCP 127.0.0.1:0: at"
	    " least " + beyond_limit() + ", but it is " + at_limit() + "\nbindchain listen: info: "
	    + expectations().backlog_limit + " is " + at_limit() + "\n" + see);
}

TEST_F(Requirement, ABacklogThatIsCutIsWarnedOf)
{
	Result result = listen("--tcp=127.0.0.1:0,backlog=" + beyond_limit());

	EXPECT_EQ(result.status, 0);
	EXPECT_EQ(result.error, "bindchain listen: warning: the backlog of " + beyond_limit()
	    + " will be truncated to " + expectations().backlog_limit + " (" + at_limit() + ")\n");
	EXPECT_EQ(listen("--tcp=127.0.0.1:0,backlog=" + at_limit()).error, "");
	EXPECT_EQ(listen("--tcp=127.0.0.1:0,backlog=4294967295").error, "");
}

TEST_F(Requirement, OfABacklogThatWasNotAskedFor)
{
	Result result = listen("--tcp=127.0.0.1:0,backlog=5,least-backlog=6");

	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error,
	    "bindchain listen: fatal: require backlog of TCP 127.0.0.1:0: at least 6, but it is"
	    " 5\nbindchain listen: info: the requested backlog is 5\n" + see);
}

TEST_F(Requirement, ThatIsMetIsSilent)
{
	int port;
	Descriptor reserved = reserve_port("127.0.0.1", &port);
	Result result = listen("--tcp=" + loopback() + ":" + std::to_string(port)
	    + ",fixed-port,least-backlog=" + at_limit());

	ASSERT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, "");
	EXPECT_EQ(ProbeReport(result.output).descriptor(3).at("queue_limit"), limit_);
}

TEST_F(Requirement, OfAUnixSocketLeavesNoPathBehind)
{
	TemporaryDirectory directory;
	std::string path = directory / "socket";
	Result result = listen("--unix=" + path + ",least-backlog=" + beyond_limit());

	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: require backlog of Unix stream "
	    + path + ": at least " + beyond_limit() + ", but it is " + at_limit());
	EXPECT_NE(access(path.c_str(), F_OK), 0);
	EXPECT_EQ(listen("--unix=" + path + ",least-backlog=" + at_limit()).status, 0);
}

TEST_F(Requirement, OfAReceiveBufferNamesDemandAndFactAndTheCause)
{
	const std::string wanted = "--udp=127.0.0.1:0,receive-buffer=65536,least-receive-buffer=";
	Result result = listen(wanted + "65537");

	EXPECT_EQ(listen(wanted + "65536").error, "");
	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.output, "");
	EXPECT_EQ(result.error, "bindchain listen: fatal: require receive buffer of UDP 127.0.0.1:0:"
	    " at least 65537, but it is 65536\nbindchain listen: info: the requested receive buffer"
	    " is 65536 bytes\n" + see);
}

TEST_F(Requirement, OfAReceiveBufferThatWasNotAskedForIsHeldAgainstTheDefault)
{
	Result result = listen("--udp=127.0.0.1:0,least-receive-buffer=2147483647");

	EXPECT_EQ(listen("--udp=127.0.0.1:0,least-receive-buffer=1").status, 0);
	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error_line(1), "bindchain listen: info: no receive buffer is requested, and"
	    " this is the default of the system");
}

/* Port 0 asks for any: bind(2). */
TEST_F(Requirement, OfAPortIsMetByAnyWhereAnyIsAskedFor)
{
	Result result = listen("--tcp=127.0.0.1:0,fixed-port");

	EXPECT_EQ(result.status, 0) << result;
}

TEST_F(Requirement, IsForeseen)
{
	const std::string socket = "--tcp=127.0.0.1:0,least-backlog=";
	Result result = run(tool("bindchain",
	    { "explain", "-j", "listen", socket + beyond_limit(), probe_path() }));

	EXPECT_EQ(result.status, 100);
	nlohmann::json said = nlohmann::json::parse(result.output);
	EXPECT_EQ(said.at("works"), false);
	EXPECT_EQ(said.at("sockets").at(0).at("obstacles"), nlohmann::json({ "a backlog of at least "
	    + beyond_limit() + " is required, but it will be " + at_limit() }));

	EXPECT_EQ(run(tool("bindchain",
	    { "explain", "listen", socket + at_limit(), probe_path() })).status, 0);
}
