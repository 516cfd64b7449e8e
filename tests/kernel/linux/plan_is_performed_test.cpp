/* SPDX-License-Identifier: ISC */
/*
 * What explain prints is what the command then does: its calls, held against the
 * system calls that the kernel sees.  They are seen by ptrace(2) of Linux; that of macOS
 * tells of no calls, and that of FreeBSD would be a tracer of its own.
 */
#include <algorithm>

#include <unistd.h>

#include "network.h"
#include "probe_listener.h"
#include "skip.h"
#include "system_calls.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

/* Those of the explained calls that the trace shows. */
std::vector<SystemCall>
explained_calls(const nlohmann::json &socket)
{
	static const Words traced = { "close", "socket", "setsockopt", "bind", "listen" };
	std::vector<SystemCall> calls;

	for (const nlohmann::json &call : socket.at("calls")) {
		SystemCall explained = { call.at("call"), {} };
		for (const nlohmann::json &argument : call.at("arguments"))
			explained.arguments.push_back(argument.at("value"));
		bool is_known = std::find(traced.begin(), traced.end(), explained.name)
		    != traced.end();
		bool of_directory = explained.name == "close" && explained.arguments.empty();
		if (is_known && !of_directory)
			calls.push_back(explained);
	}
	return calls;
}

struct Case {
	const char *name;
	Words words; /* tool and arguments, without the next program */
};

std::ostream &
operator<<(std::ostream &stream, const Case &row)
{
	return stream << row.name;
}

class Plan : public testing::TestWithParam<Case> {};

const Case cases[] = {
	{ "Plain", { "tcp-socket-listen", "127.0.0.1", "0" } },
	{ "Everything", { "tcp-socket-listen", "--reuse-port", "--bind-to-any", "--backlog", "77",
	    "--systemd-compatibility", "127.0.0.1", "0" } },
	{ "Nothing", { "tcp-socket-listen", "--no-reuse-address", "127.0.0.1", "0" } },
	{ "Combined", { "tcp-socket-listen", "--combine4and6", "::", "0" } },
	{ "IPv6", { "tcp-socket-listen", "::1", "0" } },
	{ "Datagrams", { "udp-socket-listen", "127.0.0.1", "0" } },
	{ "StandardInput", { "s6-tcpserver-socketbinder", "127.0.0.1", "0" } },
	{ "NotListening", { "s6-tcpserver-socketbinder", "-b", "0", "-B", "-D", "127.0.0.1", "0" } },
	{ "DatagramsOnStandardInput",
	    { "s6-tcpserver-socketbinder", "-m", "-b", "0", "127.0.0.1", "0" } },
	{ "AbstractName", { "bindchain", "listen", "--unix=@bindchain-test-plan,backlog=9" } },
};

} // namespace

TEST_P(Plan, IsPerformed)
{
	const Words &words = GetParam().words;
	Words arguments(words.begin() + 1, words.end());
	Words performed = arguments;

	if (words.end() != std::find_if(words.begin(), words.end(), [](const std::string &word) {
		    return word.find("::") != std::string::npos; }) && !has_ipv6())
		SKIP_TEST("this system has no IPv6");
	performed.push_back("/bin/true");
	SystemCalls seen = trace_system_calls(tool(words[0], performed));
	if (!seen.why_not.empty())
		SKIP_TEST(seen.why_not);
	EXPECT_EQ(seen.status, 0) << seen.error;
	EXPECT_EQ(seen.calls, explained_calls(explained(words[0], arguments)));
}

INSTANTIATE_TEST_SUITE_P(Commands, Plan, testing::ValuesIn(cases),
    [](const testing::TestParamInfo<Case> &row) { return std::string(row.param.name); });

/* It tells, and does nothing: no socket of an address is opened, no path made. */
TEST(Explain, OpensNothing)
{
	TemporaryDirectory directory;

	for (const Words &words : { Words { "tcp-socket-listen", "127.0.0.1", "0" },
	         Words { "local-stream-socket-listen", directory / "socket" },
	         Words { "fifo-listen", directory / "fifo" } }) {
		Words arguments = { "explain" };
		arguments.insert(arguments.end(), words.begin(), words.end());
		arguments.push_back("/bin/true");
		SystemCalls seen = trace_system_calls(tool("bindchain", arguments));
		if (!seen.why_not.empty())
			SKIP_TEST(seen.why_not);
		EXPECT_EQ(seen.status, 0) << seen.error;
		EXPECT_EQ(seen.calls, std::vector<SystemCall>()) << words[0];
	}
	EXPECT_NE(access((directory / "socket").c_str(), F_OK), 0);
	EXPECT_NE(access((directory / "fifo").c_str(), F_OK), 0);
}

/* Whoever is on the port is in a list that the kernel gives to any socket of netlink. */
TEST(Explain, LooksForSocketsInTheKernelsListAlone)
{
	SystemCalls seen = trace_system_calls(tool("bindchain", { "explain", "tcp-socket-listen",
	    "127.0.0.1", "8080", "/bin/true" }));

	if (!seen.why_not.empty())
		SKIP_TEST(seen.why_not);
	EXPECT_EQ(seen.status, 0) << seen.error;
	EXPECT_FALSE(seen.calls.empty());
	for (const SystemCall &call : seen.calls)
		EXPECT_TRUE(call.name == "socket" && call.arguments.at(0) == AF_NETLINK) << call;
}
