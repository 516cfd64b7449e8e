/* SPDX-License-Identifier: ISC */
/* Several processes on one address and port. */
#include <cerrno>

#include "expectations.h"
#include "probe_listener.h"
#include "network.h"
#include "skip.h"
#include "tools.h"

namespace {

const char nosh[] = "tcp-socket-listen";

class Sharing : public OnLoopback {
protected:
	static void expect_in_use(const Result &result)
	{
		EXPECT_EQ(result.status, 1) << result;
		EXPECT_EQ(result.error_line(0), std::string(nosh) + ": FATAL: "
		        + error_text(EADDRINUSE));
	}
};

/* A listener whose socket is descriptor 4, so that its answers can be told from
 * those of the first: another socket stands in front of it. */
Command
second_listener(const std::string &host, int port)
{
	return tool(nosh, { "--systemd-compatibility", host, "0", tool_path(nosh),
	    "--systemd-compatibility", "--reuse-port", host, std::to_string(port), probe_path(),
	    "--accept", "10000" });
}

/* Who shares gets some: the kernel deals connections by a hash of the client's
 * port, so that of two listeners both have answered soon. */
TEST_F(Sharing, WithReusePortBothProcessesAreServed)
{
	constexpr int enough = 1000;

	for (const char *host : { "127.0.0.1", "::1" }) {
		ProbeListener first(nosh, { "--reuse-port", host, "0" }, { "--accept", "10000" });
		Process second(second_listener(host, first.port()));
		int answers[2] = { 0, 0 };

		ProbeReport report(second.read_line());
		EXPECT_EQ(report.descriptor(4).at("port"), first.port());
		for (int i = 0; i < enough && (!answers[0] || !answers[1]); i++)
			answers[answer_from(host, first.port()) == "descriptor 4\n"]++;
		EXPECT_EQ(answers[0] > 0 && answers[1] > 0, expectations().sharing_balances);
	}
}

TEST_F(Sharing, IsOverWhenOneOfTheTwoEnds)
{
	ProbeListener first(nosh, { "--reuse-port", "127.0.0.1", "0" }, { "--accept", "10000" });
	{
		Process second(second_listener("127.0.0.1", first.port()));
		second.read_line();
	}
	for (int i = 0; i < 50; i++)
		EXPECT_EQ(answer_from("127.0.0.1", first.port()), "descriptor 3\n");
}

TEST_F(Sharing, WithoutTheOptionThePortIsInUse)
{
	ProbeListener first(nosh, { "127.0.0.1", "0" });

	expect_in_use(run_tool(nosh, { "127.0.0.1", std::to_string(first.port()) }));
}

TEST_F(Sharing, WithTheOptionOnOneSideThePortIsInUse)
{
	ProbeListener with(nosh, { "--reuse-port", "127.0.0.1", "0" });
	ProbeListener without(nosh, { "127.0.0.1", "0" });

	expect_in_use(run_tool(nosh, { "127.0.0.1", std::to_string(with.port()) }));
	expect_in_use(run_tool(nosh, { "--reuse-port", "127.0.0.1",
	    std::to_string(without.port()) }));
}

/* Nobody can slip in beside another user's listener: socket(7). */
TEST_F(Sharing, IsRefusedToAnotherUser)
{
	if (!can_change_user())
		SKIP_TEST("needs root, to become another user");
	ProbeListener root(nosh, { "--reuse-port", "127.0.0.1", "0" });
	ProbeListener user(nosh, { "--reuse-port", "127.0.0.1", "0" }, { "--wait" }, nobody);

	expect_in_use(run_tool(nosh, { "--reuse-port", "127.0.0.1",
	    std::to_string(root.port()) }, nobody));
	if (!expectations().root_shares_with_all)
		expect_in_use(run_tool(nosh, { "--reuse-port", "127.0.0.1",
		    std::to_string(user.port()) }));
	Result same = run_tool(nosh, { "--reuse-port", "127.0.0.1",
	    std::to_string(user.port()) }, nobody);
	EXPECT_EQ(same.status, 0) << same;
}

} // namespace
