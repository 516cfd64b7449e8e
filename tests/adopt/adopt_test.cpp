/* SPDX-License-Identifier: ISC */
/* A daemon that binds its own sockets, and what it gets instead. */
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

using testing::HasSubstr;
using Words = std::vector<std::string>;

/* The kernel chooses its port, which the daemon is then told. */
class Adopt : public testing::Test {
protected:
	const Descriptor listener = listen_on("127.0.0.1");
	const std::string port = std::to_string(port_of(listener.get()));
	const std::string address = "127.0.0.1/" + port;

	/* Over the listener, by LISTEN_FDS. */
	Command daemon(const Words &options, const Words &steps) const
	{
		return of_sockets({ listener.get() }, options, steps);
	}

	static Command of_sockets(const std::vector<int> &sockets, const Words &options,
	    const Words &steps)
	{
		Words words = { "adopt", "--adopt" };
		words.insert(words.end(), options.begin(), options.end());
		words.push_back(DAEMON);
		words.insert(words.end(), steps.begin(), steps.end());
		Command command = tool("bindchain", words);
		int target = 3;
		for (int socket : sockets)
			command.descriptors[target++] = socket;
		command.set("LISTEN_FDS", std::to_string(sockets.size())).set("LISTEN_PID", "1");
		return command;
	}

	std::string output(const Words &steps, const Words &options = {}) const
	{
		Result result = run(daemon(options, steps));
		EXPECT_EQ(result.status, 0) << result;
		return result.output;
	}
};

TEST_F(Adopt, BindTakesTheInheritedSocket)
{
	EXPECT_EQ(output({ "socket=", "listening", "bind=" + address, "listening", "port",
	              "variable" }),
	    "listening: 0\nbind: ok\nlistening: 1\nport: " + port + "\nvariable: \n");
}

/* The connection was in its queue before the daemon started. */
TEST_F(Adopt, AWaitingClientIsServed)
{
	Descriptor client = connect_to("127.0.0.1", std::stoi(port));

	EXPECT_EQ(output({ "socket=", "bind=" + address, "listen", "accept" }),
	    "bind: ok\nlisten: ok\naccept: ok\n");
	char bytes[6];
	EXPECT_EQ(recv(client.get(), bytes, sizeof bytes, MSG_WAITALL), 6);
}

TEST_F(Adopt, FlagsAndOptionsAreTheDaemons)
{
	EXPECT_EQ(output({ "socket=", "keepalive", "bind=" + address, "flags", "keepalive?" }),
	    "keepalive: ok\nbind: ok\nflags: \nkeepalive: 1\n");
	EXPECT_EQ(output({ "socket=cn", "bind=" + address, "flags" }), "bind: ok\nflags: cn\n");
	EXPECT_EQ(output({ "socket=c", "bind=" + address, "flags" }), "bind: ok\nflags: c\n");
}

TEST_F(Adopt, AnEarlierRegistrationWorksOn)
{
	Descriptor client = connect_to("127.0.0.1", std::stoi(port));

	EXPECT_EQ(output({ "socket=", "epoll", "bind=" + address, "listen", "event" }),
	    "epoll: ok\nbind: ok\nlisten: ok\nevent: 1 4711\n");
}

/* Whatever closes descriptors, forks or executes before it binds. */
TEST_F(Adopt, TheSocketPassesWhatComesBefore)
{
	for (const Words &before : { Words { "closeall" }, Words { "closefrom" },
	         Words { "fork" }, Words { "thread" }, Words { "exec" }, Words { "exec", "exec" },
	         Words { "closeall", "fork", "exec", "closefrom" } }) {
		Words steps = before;
		steps.insert(steps.end(), { "socket=", "bind=" + address, "listening" });
		EXPECT_EQ(output(steps), "bind: ok\nlistening: 1\n") << before[0];
	}
	EXPECT_EQ(output({ "close_range", "socket=", "bind=" + address, "listening" }),
	    "close_range: ok\nbind: ok\nlistening: 1\n");
}

/* What is executed afterwards gets neither the socket nor a variable. */
TEST_F(Adopt, ProgramsOfTheDaemonGetNothing)
{
	EXPECT_EQ(output({ "socket=c", "bind=" + address, "exec", "variable", "socket=",
	              "bind=" + address }),
	    "bind: ok\nvariable: \nbind: " + error_text(EADDRINUSE) + "\n");
}

/* Each worker binds, as with SO_REUSEPORT. */
TEST_F(Adopt, WorkersShareTheSocket)
{
	EXPECT_EQ(output({ "socket=", "bind=" + address, "fork", "socket=", "bind=" + address,
	              "listening" }),
	    "bind: ok\nbind: ok\nlistening: 1\n");
}

TEST_F(Adopt, OthersAreBoundAsEver)
{
	EXPECT_EQ(output({ "socket=", "bind=127.0.0.1/0", "listening", "variable" }),
	    "bind: ok\nlistening: 0\nvariable: 1023;exact\n");
	EXPECT_EQ(output({ "socket=d", "bind=" + address, "port" }), "bind: ok\nport: " + port + "\n")
	    << "a UDP socket is no TCP socket";
	EXPECT_EQ(output({ "socket=", "bind=0.0.0.0/" + port }),
	    "bind: " + error_text(EADDRINUSE) + "\n");
	EXPECT_EQ(output({ "socket=", "bind=0.0.0.0/" + port, "port" }, { "--match=port" }),
	    "bind: ok\nport: " + port + "\n");
}

TEST_F(Adopt, StrictRefusesOthersAndNamesThem)
{
	Result result = run(daemon({ "--strict" }, { "socket=", "bind=127.0.0.2/9", "bind=127.0.0.1/0",
	    "socket=", "bind=" + address }));

	EXPECT_EQ(result.output, "bind: " + error_text(EADDRNOTAVAIL) + "\nbind: ok\nbind: ok\n");
	EXPECT_EQ(result.error, "bindchain-adopt: bind 127.0.0.2:9: refused: no inherited socket has"
	    " this address\n");
}

TEST_F(Adopt, VerboseTellsWhatIsTaken)
{
	Result result = run(daemon({ "--verbose" }, { "socket=", "bind=" + address, "listen" }));

	EXPECT_EQ(result.error_line(0), "bindchain-adopt: bind 127.0.0.1:" + port
	    + ": takes descriptor 1023, 127.0.0.1:" + port);
	EXPECT_THAT(result.error_line(1), HasSubstr("backlog 16"));
}

TEST_F(Adopt, CheckBindsNothing)
{
	Result result = run(daemon({ "--check" }, { "socket=", "bind=" + address, "listening",
	    "listen", "socket=", "bind=127.0.0.2/9", "variable" }));

	EXPECT_EQ(result.output, "bind: ok\nlistening: 0\nlisten: ok\nbind: ok\n"
	    "variable: 1023;exact;check\n");
	EXPECT_THAT(result.error_line(0), HasSubstr(": takes descriptor 1023"));
	EXPECT_EQ(result.error_line(1),
	    "bindchain-adopt: bind 127.0.0.2:9: no inherited socket has this address");
}

TEST_F(Adopt, ListeningElsewhereIsToldOnce)
{
	Result result = run(daemon({}, { "socket=", "bind=127.0.0.1/0", "listen", "socket=",
	    "bind=127.0.0.1/0", "listen" }));

	EXPECT_EQ(result.error, "bindchain-adopt: no inherited socket has been taken, and the daemon"
	    " listens elsewhere\n");
}

TEST_F(Adopt, ABoundSocketsOptionsAreNoError)
{
	const Descriptor ipv6 = listen_on("::1");
	const std::string bind = "bind=::1/" + std::to_string(port_of(ipv6.get()));

	EXPECT_EQ(run(of_sockets({ ipv6.get() }, {}, { "socket=6", bind, "v6only" })).output,
	    "bind: ok\nv6only: ok\n");
}

TEST_F(Adopt, EachOfSeveralSocketsIsTakenOnce)
{
	const Descriptor other = listen_on("127.0.0.1"), udp = bind_to("127.0.0.1", 0, true);
	const std::string second = std::to_string(port_of(other.get()));
	const std::string third = std::to_string(port_of(udp.get()));

	EXPECT_EQ(run(of_sockets({ listener.get(), other.get(), udp.get() }, {},
	              { "socket=", "bind=127.0.0.1/" + second, "port", "variable", "socket=d",
	                  "bind=127.0.0.1/" + third, "port", "socket=", "bind=" + address, "port",
	                  "variable" })).output,
	    "bind: ok\nport: " + second + "\nvariable: 1021,1023;exact\nbind: ok\nport: " + third
	        + "\nbind: ok\nport: " + port + "\nvariable: \n");
}

TEST_F(Adopt, APathIsTakenAndNotRemoved)
{
	TemporaryDirectory directory;
	const std::string path = directory / "socket";
	const Descriptor socket = bind_path(path, SOCK_STREAM);
	std::filesystem::create_symlink(directory.path(), directory / "link");

	EXPECT_EQ(run(of_sockets({ socket.get() }, {}, { "unlink=" + path, "socket=u",
	              "bind=" + path, "unlink=" + path, "remove=" + path,
	              "unlink=" + (directory / "link"), "variable" })).output,
	    "unlink: ok\nbind: ok\nunlink: ok\nremove: ok\nunlink: ok\nvariable: \n");
	EXPECT_TRUE(std::filesystem::is_socket(path));
	EXPECT_FALSE(std::filesystem::exists(directory / "link"));
	Command relative = of_sockets({ socket.get() }, {}, { "socket=u", "bind=socket" });
	relative.directory = directory.path();
	EXPECT_EQ(run(relative).output, "bind: ok\n");
}

TEST_F(Adopt, ListenDoesBothInOneStep)
{
	const std::string socket = "--tcp=127.0.0.1:0,name=a";
	Result result = run(tool("bindchain", { "listen", "--adopt", socket, "--unix-dgram=@"
	    + address, DAEMON, "variable", "socket=du", "bind=@" + address, "variable" }));

	EXPECT_EQ(result.output, "variable: 1022,1023;exact\nbind: ok\nvariable: 1022;exact\n") << result;
}

/* A variable that others have written adopts nothing, and says why once. */
TEST(AdoptLibrary, RefusesAVariableThatIsNotRight)
{
	const std::string library = ADOPT_LIBRARY;

	for (const char *value : { "x", "3", "3,", ",", "9", ";", "0;", "0;word", "99999999999" }) {
		Command command({ DAEMON, "socket=", "bind=127.0.0.1/0" });
		command.set("LD_PRELOAD", library).set("BINDCHAIN_ADOPT", value);
		Result result = run(command);
		EXPECT_EQ(result.output, "bind: ok\n");
		EXPECT_EQ(result.error, std::string("bindchain-adopt: nothing is adopted: BINDCHAIN_ADOPT=")
		    + value + " is malformed, or has a descriptor that is no bound socket\n");
	}
	Command unset({ DAEMON, "socket=", "bind=127.0.0.1/0" });
	EXPECT_EQ(run(unset.set("LD_PRELOAD", library)).error, "");
}

} // namespace
