/* SPDX-License-Identifier: ISC */
/* Kinds of sockets that only Linux has, and whether they take what they are for. */
#include <cerrno>
#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "network.h"
#include "network_namespace.h"
#include "skip.h"
#include "tools.h"

namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

/* uapi/linux/in.h and uapi/linux/mptcp.h, which older headers lack. */
constexpr int multipath = 262, multipath_level = 284, multipath_info = 1;

/* Why this kernel has no socket of PROTOCOL; 0: it has. */
int
lack_of(int family, int type, int protocol)
{
	Descriptor descriptor(socket(family, type, protocol));

	return descriptor.get() < 0 ? errno : 0;
}

Result
listen_and_inspect(Words options)
{
	options.insert(options.begin(), "listen");
	options.insert(options.end(), { "bindchain", "inspect", "--json" });
	return run(tool("bindchain", options));
}

Json
first_socket(const Result &result)
{
	EXPECT_EQ(result.status, 0) << result;
	return Json::parse(result.output).at("sockets").at(0);
}

/* ---- Multipath TCP ---- */

/* The connection's protocol is that of the SYN: net/mptcp/protocol.c. */
bool
is_multipath(int port, int protocol)
{
	Descriptor client(socket(AF_INET, SOCK_STREAM, protocol));
	struct sockaddr_in address = {};
	char info[512];
	socklen_t size = sizeof info;

	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons(static_cast<uint16_t>(port));
	EXPECT_EQ(connect(client.get(), reinterpret_cast<sockaddr *>(&address), sizeof address), 0)
	    << strerror(errno);
	if (getsockopt(client.get(), multipath_level, multipath_info, info, &size) == 0)
		return true;
	EXPECT_EQ(errno, EOPNOTSUPP);
	return false;
}

TEST(Multipath, IsSpokenWithClientsThatAskForIt)
{
	int error = lack_of(AF_INET, SOCK_STREAM, multipath);
	if (error)
		SKIP_TEST_EVEN_IN_CI(std::string("no Multipath TCP: ") + strerror(error));
	for (const char *setting : { "mptcp", "prefer-mptcp" }) {
		Process server(tool("bindchain", { "listen",
		    std::string("--tcp=127.0.0.1:0,") + setting, "--report=fd:1", "cat" }));
		std::string line = server.read_line();
		int port = std::stoi(line.substr(line.find("127.0.0.1:") + 10));

		EXPECT_TRUE(is_multipath(port, multipath)) << line;
		EXPECT_FALSE(is_multipath(port, IPPROTO_TCP)) << "a client without it";
	}
	Process server(tool("bindchain", { "listen", "--tcp=127.0.0.1:0", "--report=fd:1", "cat" }));
	std::string line = server.read_line();
	EXPECT_FALSE(is_multipath(std::stoi(line.substr(line.find("127.0.0.1:") + 10)), multipath));
}

TEST(Multipath, IsReadBack)
{
	int error = lack_of(AF_INET, SOCK_STREAM, multipath);
	if (error)
		SKIP_TEST_EVEN_IN_CI(std::string("no Multipath TCP: ") + strerror(error));
	for (const auto &[setting, is_on] : { std::pair("mptcp", true), { "mptcp=no", false },
	         { "prefer-mptcp", true }, { "backlog=3", false } }) {
		Json socket = first_socket(listen_and_inspect({ std::string("--tcp=127.0.0.1:0,")
		    + setting }));
		EXPECT_EQ(socket.at("options").at("mptcp"), is_on) << setting;
	}
	Json limited = first_socket(listen_and_inspect({ "--tcp=127.0.0.1:0,mptcp,backlog=3,"
	    "least-backlog=3,fixed-port,keepalive,share,receive-buffer=65536" }));
	EXPECT_EQ(limited.at("queue_limit"), 3);
	EXPECT_EQ(limited.at("options").at("keepalive"), true);
}

/* Documentation/networking/mptcp-sysctl.rst: of the network namespace. */
TEST(Multipath, ThatIsDisabledFailsOrIsTcpWhereItIsPreferred)
{
	std::string why_not;
	int error = lack_of(AF_INET, SOCK_STREAM, multipath);
	if (error)
		SKIP_TEST_EVEN_IN_CI(std::string("no Multipath TCP: ") + strerror(error));
	auto network = NetworkNamespace::enter(&why_not);
	if (!network)
		SKIP_TEST_WITHOUT_NAMESPACE(why_not);
	NetworkNamespace::set("net.mptcp.enabled", "0");

	Result result = run(tool("bindchain", { "listen", "--tcp=127.0.0.1:0,mptcp", "true" }));
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: socket TCP 127.0.0.1:0: "
	    "Protocol not available");
	EXPECT_EQ(result.error_line(1), "bindchain listen: info: net.mptcp.enabled is 0: 1 enables"
	    " Multipath TCP");

	result = listen_and_inspect({ "--tcp=127.0.0.1:0,prefer-mptcp" });
	EXPECT_EQ(first_socket(result).at("options").at("mptcp"), false);
	EXPECT_EQ(result.error_line(0), "bindchain listen: warning: mptcp: not supported by this"
	    " kernel, ignored: TCP");

	result = run(tool("bindchain", { "explain", "--json", "listen", "--tcp=127.0.0.1:0,mptcp",
	    "true" }));
	EXPECT_EQ(Json::parse(result.output).at("sockets").at(0).at("obstacles"),
	    Json({ "socket fails with ENOPROTOOPT: net.mptcp.enabled is 0" }));
}

} // namespace
