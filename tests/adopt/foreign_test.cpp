/* SPDX-License-Identifier: ISC */
/*
 * The libraries of FreeBSD and macOS, compiled with the overlays' headers and loaded as their
 * systems do: FreeBSD's by its names, that of macOS by its table.  kqueue(2) and the lists of
 * descriptors are fakes, the sockets are this kernel's.
 */
#include <filesystem>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "network.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

struct System {
	const char *name, *library, *daemon;
};

class AdoptForeign : public testing::TestWithParam<System> {
protected:
	const Descriptor listener = listen_on("127.0.0.1");
	const std::string port = std::to_string(port_of(listener.get()));
	const std::string address = "127.0.0.1/" + port;

	static Command daemon(const std::vector<int> &sockets, const Words &steps)
	{
		Words words = { GetParam().daemon };
		std::string variable;
		words.insert(words.end(), steps.begin(), steps.end());
		Command command(words);
		for (size_t i = 0; i < sockets.size(); i++) {
			command.descriptors[static_cast<int>(40 + i)] = sockets[i];
			variable += (i > 0 ? "," : "") + std::to_string(40 + i);
		}
		command.set("LD_PRELOAD", GetParam().library);
		return command.set("BINDCHAIN_ADOPT", variable + ";exact;verbose");
	}

	std::string output(const Words &steps) const
	{
		return run(daemon({ listener.get() }, steps)).output;
	}

	/* With a connection that waits. */
	std::string output_with_client(const Words &steps) const
	{
		Descriptor client = connect_to("127.0.0.1", std::stoi(port));
		return output(steps);
	}
};

TEST_P(AdoptForeign, BindTakesTheInheritedSocket)
{
	EXPECT_EQ(output({ "socket=", "listening", "bind=" + address, "listening", "port", "listen",
	              "variable" }),
	    "listening: 0\nbind: ok\nlistening: 1\nport: " + port + "\nlisten: ok\nvariable: \n");
	EXPECT_EQ(output({ "socket=", "bind=127.0.0.1/0", "listening", "variable" }),
	    "bind: ok\nlistening: 0\nvariable: 40;exact;verbose\n");
}

TEST_P(AdoptForeign, AnEarlierRegistrationWorksOn)
{
	EXPECT_EQ(output_with_client({ "socket=", "epoll", "bind=" + address, "listen", "event" }),
	    "epoll: ok\nbind: ok\nlisten: ok\nevent: 1 4711\n");
}

/* The input is the only one that is registered at the end. */
TEST_P(AdoptForeign, ARegistrationThatIsGoneDoesNotComeBack)
{
	for (const char *close : { "close", "closeall" })
		EXPECT_THAT(output_with_client({ "socket=", "epoll", close, "socket=",
		                "bind=" + address, "input", "event" }),
		    testing::EndsWith("bind: ok\ninput: ok\nevent: 1 0\n")) << close;
	EXPECT_EQ(output_with_client({ "socket=", "epoll", "dup2=3", "dup2=4", "socket=",
	              "bind=" + address, "input", "event" }),
	    "epoll: ok\ndup2: ok\ndup2: ok\nbind: ok\ninput: ok\nevent: 1 0\n");
}

TEST_P(AdoptForeign, DuplicatesTakeTheSocketToo)
{
	for (const char *duplicate : { "dup", "dupfd", "pass" })
		EXPECT_EQ(output({ "socket=", duplicate, "bind=" + address, "listening", "duplicate",
		              "listening", "port" }),
		    "bind: ok\nlistening: 1\nlistening: 1\nport: " + port + "\n") << duplicate;
	EXPECT_EQ(output_with_client({ "socket=", "dup", "duplicate", "epoll", "duplicate",
	              "bind=" + address, "event" }),
	    "epoll: ok\nbind: ok\nevent: 1 4711\n");
}

TEST_P(AdoptForeign, AProcessListensOnWhatAnotherHasBound)
{
	EXPECT_EQ(output({ "socket=", "childbind=" + address, "listen", "port", "variable" }),
	    "bind: ok\nlisten: ok\nport: " + port + "\nvariable: \n");
}

TEST_P(AdoptForeign, FlagsAndOptionsAreTheDaemons)
{
	EXPECT_EQ(output({ "socket=cn", "keepalive", "bind=" + address, "flags", "keepalive?" }),
	    "keepalive: ok\nbind: ok\nflags: cn\nkeepalive: 1\n");
}

TEST_P(AdoptForeign, TheSocketPassesWhatComesBefore)
{
	for (const Words &before : { Words { "closeall" }, Words { "fork" }, Words { "thread" },
	         Words { "exec" }, Words { "closeall", "fork", "exec" } }) {
		Words steps = before;
		steps.insert(steps.end(), { "socket=", "bind=" + address, "listening" });
		EXPECT_EQ(output(steps), "bind: ok\nlistening: 1\n") << before[0];
	}
	EXPECT_EQ(output({ "dup2=40", "socket=", "bind=" + address, "listening" }),
	    "dup2: ok\nbind: ok\nlistening: 1\n");
}

TEST_P(AdoptForeign, ADaemonThatExecutesItselfTakesTheSocketAgain)
{
	EXPECT_EQ(output({ "socket=c", "bind=" + address, "exec", "socket=", "bind=" + address,
	              "fork", "exec", "variable" }),
	    "bind: ok\nbind: ok\nvariable: \n");
}

TEST_P(AdoptForeign, APathIsTakenAndNotRemoved)
{
	TemporaryDirectory directory;
	const std::string path = directory / "socket", file = directory / "file";
	const Descriptor socket = bind_path(path, SOCK_STREAM);

	close(open(file.c_str(), O_CREAT | O_WRONLY, 0600));
	EXPECT_EQ(run(daemon({ socket.get() }, { "unlink=" + path, "remove=" + path, "unlink=" + file,
	              "socket=u", "bind=" + path, "variable" })).output,
	    "unlink: ok\nremove: ok\nunlink: ok\nbind: ok\nvariable: \n");
	EXPECT_TRUE(std::filesystem::is_socket(path));
	EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_P(AdoptForeign, AProcessWithOthersRightsAdoptsNothing)
{
	Command command = daemon({ listener.get() }, { "socket=", "bind=" + address });
	command.set("FAKE_SETUGID", "1");

	EXPECT_EQ(run(command).output, "bind: " + error_text(EADDRINUSE) + "\n");
}

/* closefrom(2) and close_range(2), which macOS has not. */
TEST(AdoptForeignFreeBsd, TheSocketPassesCallsAboutManyDescriptors)
{
	const Descriptor listener = listen_on("127.0.0.1");
	const std::string bind = "bind=127.0.0.1/" + std::to_string(port_of(listener.get()));

	for (const char *close : { "closefrom", "close_range" }) {
		Descriptor client = connect_to("127.0.0.1", port_of(listener.get()));
		Command command({ FREEBSD_DAEMON, "socket=", "epoll", close, "socket=", bind,
		    "listening", "input", "event" });
		command.descriptors[40] = listener.get();
		command.set("LD_PRELOAD", FREEBSD_LIBRARY).set("BINDCHAIN_ADOPT", "40;exact");
		EXPECT_THAT(run(command).output,
		    testing::EndsWith("bind: ok\nlistening: 1\ninput: ok\nevent: 1 0\n")) << close;
	}
}

INSTANTIATE_TEST_SUITE_P(Systems, AdoptForeign,
    testing::Values(System { "FreeBsd", FREEBSD_LIBRARY, FREEBSD_DAEMON },
        System { "MacOs", DARWIN_LIBRARY, DARWIN_DAEMON }),
    [](const auto &row) { return row.param.name; });

} // namespace
