/* SPDX-License-Identifier: ISC */
/* The socket as the next program finds it. */
#include "network_namespace.h"
#include "network.h"
#include "probe_report.h"
#include "skip.h"
#include "tools.h"

static ProbeReport
probe_behind(const std::string &name, std::vector<std::string> arguments)
{
	arguments.push_back(probe_path());
	Result result = run(tool(name, arguments));
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, "");
	return ProbeReport(result.output);
}

TEST(TcpSocketListen, HandsOverABlockingListenerOnDescriptor3)
{
	ProbeReport report = probe_behind("tcp-socket-listen", { "127.0.0.1", "0" });
	const nlohmann::json &socket = report.descriptor(3);

	EXPECT_EQ(report.descriptors(), (std::vector<int> { 0, 1, 2, 3 }));
	EXPECT_EQ(socket.at("family"), "inet");
	EXPECT_EQ(socket.at("address"), "127.0.0.1");
	EXPECT_NE(socket.at("port"), 0);
	EXPECT_EQ(socket.at("listening"), 1);
	EXPECT_EQ(socket.at("nonblocking"), false);
	EXPECT_EQ(socket.at("reuse_address"), 1);
	EXPECT_EQ(socket.at("reuse_port"), 0);
	EXPECT_EQ(socket.at("queue_limit"), 5);
}
