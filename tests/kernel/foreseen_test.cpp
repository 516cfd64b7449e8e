/* SPDX-License-Identifier: ISC */
/* What explain foretells of sockets that are there comes true. */
#include <gmock/gmock.h>

#include "expectations.h"
#include "network.h"
#include "probe_listener.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Json = nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using Words = std::vector<std::string>;

Json
explained_by(const Command &command)
{
	return Json::parse(run(command).output);
}

Command
explain_listen(const Words &arguments)
{
	Words words = { "explain", "--json", "listen" };

	words.insert(words.end(), arguments.begin(), arguments.end());
	words.insert(words.end(), { "--", "/bin/sh" });
	return tool("bindchain", words);
}

std::string
on(const std::string &host, int port, const std::string &settings = "")
{
	return "--tcp=" + host + ":" + std::to_string(port) + settings;
}

class Foreseen : public OnLoopback {
protected:
	void SetUp() override
	{
		OnLoopback::SetUp();
		if (!IsSkipped() && expectations().listeners_command)
			SKIP_TEST_EVEN_IN_CI("this system's sockets are not listed");
	}

	/* The only conflict of the only socket. */
	static Json conflict(const Words &arguments)
	{
		Json report = explained_by(explain_listen(arguments));
		Json conflicts = report.at("sockets").at(0).at("conflicts");

		EXPECT_EQ(conflicts.size(), 1U) << report.dump(2);
		EXPECT_EQ(report.at("works"), true);
		return conflicts.empty() ? Json::object() : conflicts.at(0);
	}

	static int failing_status(const Words &arguments)
	{
		Words words = { "listen" };
		words.insert(words.end(), arguments.begin(), arguments.end());
		words.insert(words.end(), { "--", "/bin/true" });
		return run(tool("bindchain", words)).status;
	}
};

TEST_F(Foreseen, AListenerInTheWayAndItsProcess)
{
	Descriptor listener = listen_on("127.0.0.1");
	int port = port_of(listener.get());
	Json found = conflict({ on("127.0.0.1", port) });

	EXPECT_EQ(found.at("address"), "127.0.0.1:" + std::to_string(port));
	EXPECT_EQ(found.at("fails"), "bind");
	EXPECT_EQ(found.at("certain"), true);
	EXPECT_EQ(found.at("listening"), true);
	EXPECT_TRUE(found.at("socket").is_null());
	EXPECT_EQ(found.at("process").at("pid"), getpid());
	EXPECT_EQ(found.at("process").at("user"), geteuid());
	EXPECT_EQ(failing_status({ on("127.0.0.1", port) }), 111);
}

TEST_F(Foreseen, TheTextNamesThem)
{
	Descriptor listener = listen_on("127.0.0.1");
	Json report = explained_by(explain_listen({ on("0.0.0.0", port_of(listener.get())) }));

	EXPECT_THAT(report.at("sockets").at(0).at("warnings").get<Words>(),
	    Contains(HasSubstr("bind will fail: 127.0.0.1:" + std::to_string(port_of(listener.get()))
	        + " is in use by ")));
}

TEST_F(Foreseen, ASharedListenerSharesItsConnections)
{
	ProbeListener listener("tcp-socket-listen", { "--reuse-port", "127.0.0.1", "0" });
	int port = listener.port();
	Json found = conflict({ on("127.0.0.1", port, ",share") });
	EXPECT_TRUE(found.at("fails").is_null());
	EXPECT_EQ(found.at("ipv4"), "both");
	EXPECT_TRUE(found.at("ipv6").is_null());
	EXPECT_EQ(conflict({ on("0.0.0.0", port, ",share") }).at("ipv4"), "other");
	EXPECT_EQ(failing_status({ on("127.0.0.1", port, ",share") }), 0);
}

TEST_F(Foreseen, ASpecificAddressTakesConnectionsFromAWildcard)
{
	ProbeListener wildcard("tcp-socket-listen", { "--reuse-port", "0.0.0.0", "0" },
	    { "--accept", "10000" });
	Json found = conflict({ on("127.0.0.1", wildcard.port(), ",share") });

	EXPECT_EQ(found.at("ipv4"), "this");
	Command taking = tool("bindchain", { "listen", "--as=fd:4",
	    on("127.0.0.1", wildcard.port(), ",share"), "--", probe_path(), "--accept", "10000" });
	Process taker(taking);
	taker.read_line();
	for (int i = 0; i < 20; i++)
		EXPECT_EQ(answer_from("127.0.0.1", wildcard.port()), "descriptor 4\n");
}

/* Of another user's process the options are not seen, but no option would help. */
TEST_F(Foreseen, AnotherUsersListenerIsInTheWayWhateverItsOptions)
{
	if (!can_change_user())
		SKIP_TEST("needs root, to become another user");
	ProbeListener listener("tcp-socket-listen", { "--reuse-port", "127.0.0.1", "0" });
	Command command = explain_listen({ on("127.0.0.1", listener.port(), ",share") });
	command.user = nobody;
	Json found = explained_by(command).at("sockets").at(0).at("conflicts").at(0);

	EXPECT_EQ(found.at("fails"), "bind");
	EXPECT_EQ(found.at("certain"), true);
	EXPECT_TRUE(found.at("process").is_null());
}

TEST_F(Foreseen, NobodyIsLookedForWhereThatIsNotWanted)
{
	Descriptor listener = listen_on("127.0.0.1");
	Json report = explained_by(explain_listen({ "--no-holder-search",
	    on("127.0.0.1", port_of(listener.get())) }));

	EXPECT_EQ(report.at("sockets").at(0).at("conflicts"), Json::array());
}

TEST_F(Foreseen, APathInUse)
{
	TemporaryDirectory directory;
	std::string path = directory.path() + "/socket";
	Descriptor listener = bind_path(path, SOCK_STREAM, 5);
	Json found = conflict({ "--unix=" + path });

	EXPECT_EQ(found.at("address"), path);
	EXPECT_EQ(found.at("fails"), "bind");
	EXPECT_EQ(found.at("process").at("pid"), getpid());
	EXPECT_EQ(failing_status({ "--unix=" + path }), 111);
}

/* A port that nobody has. */
TEST_F(Foreseen, NothingWhereNothingIs)
{
	int port;
	Descriptor reserved = reserve_port("127.0.0.1", &port);

	reserved = Descriptor();
	Json report = explained_by(explain_listen({ on("127.0.0.1", port) }));
	EXPECT_EQ(report.at("sockets").at(0).at("conflicts"), Json::array());
}

} // namespace
