/* SPDX-License-Identifier: ISC */
/* A daemon that binds its own sockets, and what it gets instead. */
#include <filesystem>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "daemon_path.h"
#include "network.h"
#include "skip.h"
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
		Words words = { "adopt", "--any-pid" };
		words.insert(words.end(), options.begin(), options.end());
		words.push_back(daemon_path());
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

/* All numbers of a socket are of the inherited one, however they were made. */
TEST_F(Adopt, DuplicatesTakeTheSocketToo)
{
	for (const char *duplicate : { "dup", "dupfd", "pass" })
		EXPECT_EQ(output({ "socket=", duplicate, "bind=" + address, "listening", "duplicate",
		              "listening", "port" }),
		    "bind: ok\nlistening: 1\nlistening: 1\nport: " + port + "\n") << duplicate;
	EXPECT_EQ(output({ "socket=", "dupfd", "bind=" + address, "flags", "duplicate", "flags" }),
	    "bind: ok\nflags: \nflags: c\n");
}

/* The number that is registered is not the one that is bound. */
TEST_F(Adopt, ADuplicatesRegistrationWorksOn)
{
	Descriptor client = connect_to("127.0.0.1", std::stoi(port));

	EXPECT_EQ(output({ "socket=", "dup", "duplicate", "epoll", "duplicate",
	              "bind=" + address, "listen", "event" }),
	    "epoll: ok\nbind: ok\nlisten: ok\nevent: 1 4711\n");
}

/* A process that keeps the old socket open keeps none of its events. */
TEST_F(Adopt, TheOldSocketsEventsAreGone)
{
	Descriptor client = connect_to("127.0.0.1", std::stoi(port));

	EXPECT_EQ(output({ "socket=", "epoll", "fork", "bind=" + address, "event" }),
	    "epoll: ok\nbind: ok\nevent: 1 4711\n");
}

/* The socket that another process has bound is this one's too. */
TEST_F(Adopt, AProcessListensOnWhatAnotherHasBound)
{
	EXPECT_EQ(output({ "socket=", "childbind=" + address, "listen", "port", "variable" }),
	    "bind: ok\nlisten: ok\nport: " + port + "\nvariable: \n");
}

/* As programs do that are older than the C library's function. */
TEST_F(Adopt, CallsBySyscallAreSeen)
{
	EXPECT_EQ(output({ "rawclose", "socket=", "bind=!" + address, "listening" }),
	    "rawclose: ok\nbind: ok\nlistening: 1\n");
}

/* Whatever closes descriptors, forks or executes before it binds. */
TEST_F(Adopt, TheSocketPassesWhatComesBefore)
{
	for (const Words &before : { Words { "closeall" }, Words { "closefrom" },
	         Words { "fork" }, Words { "thread" }, Words { "exec" }, Words { "exec", "exec" },
	         Words { "markall", "exec" },
	         Words { "closeall", "fork", "exec", "closefrom" } }) {
		Words steps = before;
		steps.insert(steps.end(), { "socket=", "bind=" + address, "listening" });
		EXPECT_EQ(output(steps), "bind: ok\nlistening: 1\n") << before[0];
	}
	EXPECT_EQ(output({ "close_range", "socket=", "bind=" + address, "listening" }),
	    "close_range: ok\nbind: ok\nlistening: 1\n");
}

/* What is executed afterwards gets neither the socket nor a variable, nor does a child. */
TEST_F(Adopt, ProgramsOfTheDaemonGetNothing)
{
	TemporaryDirectory directory;
	const std::string other = directory / "other";
	const std::string nothing = "bind: ok\nvariable: \nbind: " + error_text(EADDRINUSE) + "\n";

	std::filesystem::copy_file(daemon_path(), other);
	EXPECT_EQ(output({ "socket=c", "bind=" + address, "execvp=" + other, "variable", "socket=",
	              "bind=" + address }), nothing);
	for (const Words &child : { Words { "fork" }, Words { "background", "fork" },
	         Words { "background", "background", "fork" } }) {
		Words steps = { "fork", "socket=c", "bind=" + address };
		steps.insert(steps.end(), child.begin(), child.end());
		steps.insert(steps.end(), { "exec", "variable", "socket=", "bind=" + address });
		EXPECT_EQ(output(steps), nothing) << child.size();
	}
}

/* A program of another C library does not start with it, or says so. */
TEST_F(Adopt, ProgramsThatGetNothingDoNotLoadTheLibrary)
{
	TemporaryDirectory directory;
	const std::string other = directory / "other", take = "bind=" + address;

	std::filesystem::copy_file(daemon_path(), other);
	for (const std::string libraries : { "", "libm.so.6", "libm.so.6:libdl.so.2" })
		for (const char *execute : { "execvp=", "spawn=", "vfork=" }) {
			Command command = daemon({}, { "preload", "socket=c", take, "preload", "exec",
			    "preload", "socket=c", take, execute + other, "preload" });
			const std::string with = "preload: libbindchain-adopt.so"
			    + (libraries.empty() ? "" : ":" + libraries) + "\n";
			const std::string without = "preload: " + libraries + "\n";
			EXPECT_EQ(run(command.set("LD_PRELOAD", libraries)).output,
			    with + "bind: ok\n" + without + with + "bind: ok\n" + without) << execute;
		}
	EXPECT_EQ(output({ "socket=c", take, "fork", "exec", "preload" }), "bind: ok\npreload: \n");
	EXPECT_EQ(output({ "execvp=" + other, "preload" }), "preload: libbindchain-adopt.so\n");
}

TEST_F(Adopt, AProgramOfAnotherCLibraryStarts)
{
	const std::string other = other_daemon_path();

	if (other.empty())
		SKIP_TEST("this build has no daemon with musl");
	for (const Words &execute : { Words { "execvp=" + other, "preload" },
	         Words { "spawn=" + other, "preload" }, Words { "system=" + other + " preload" } }) {
		Words steps = { "socket=c", "bind=" + address };
		steps.insert(steps.end(), execute.begin(), execute.end());
		Result result = run(daemon({}, steps));
		EXPECT_THAT(result.output, testing::StartsWith("bind: ok\npreload: \n"));
		EXPECT_EQ(result.error, "") << execute[0];
	}
}

/* As a daemon does to read its configuration. */
TEST_F(Adopt, ADaemonThatExecutesItselfTakesTheSocketAgain)
{
	const std::string again = "bind: ok\nvariable: \nvariable: 1023;exact\nbind: ok\n"
	                          "listening: 1\n";

	for (const std::string &how : { std::string("exec"), "execvp=" + daemon_path(),
	         std::string("execvp=adopt-daemon") }) {
		TemporaryDirectory directory;
		std::filesystem::create_symlink(daemon_path(), directory / "adopt-daemon");
		Command command = daemon({}, { "socket=c", "bind=" + address, "variable",
		    "execvp=/nowhere", how, "variable", "socket=", "bind=" + address, "listening" });
		command.set("PATH", "/nowhere:" + directory.path());
		EXPECT_EQ(run(command).output, again) << how;
	}
}

TEST_F(Adopt, EachCallExecutesTheDaemonAgain)
{
	for (const char *call : { "execve", "execl", "execle", "execlp", "execvpe", "fexecve",
	         "execveat", "syscall" })
		EXPECT_EQ(output({ "socket=c", "bind=" + address, "markall",
		              std::string("exec=") + call, "variable", "socket=", "bind=" + address }),
		    "bind: ok\nvariable: 1023;exact\nbind: ok\n") << call;
}

/* A package replaces the file of a running daemon, which then executes itself. */
TEST_F(Adopt, AnUpgradedDaemonTakesItsSocketAgain)
{
	TemporaryDirectory directory;
	const std::string path = directory / "daemon", fresh = directory / "new";

	std::filesystem::copy_file(daemon_path(), path);
	std::filesystem::copy_file(daemon_path(), fresh);
	Command command = daemon({}, { "socket=c", "bind=" + address, "rename=" + fresh + ":" + path,
	    "execvp=" + path, "variable", "socket=", "bind=" + address });
	for (std::string &word : command.argv)
		word = word == daemon_path() ? path : word;
	EXPECT_EQ(run(command).output,
	    "bind: ok\nrename: ok\nvariable: 1023;exact\nbind: ok\n");
}

/* Once it has taken one; what it executes before can be a step to the daemon. */
TEST_F(Adopt, AnotherProgramGetsNoSocketThatTheDaemonHasClosed)
{
	const Descriptor second = listen_on("127.0.0.1");
	TemporaryDirectory directory;
	const std::string other = directory / "other", take = "bind=" + address;
	const std::string none = "sockets: 0\nvariable: \n";

	std::filesystem::copy_file(daemon_path(), other);
	auto program = [&](const Words &steps) {
		Command command = of_sockets({ listener.get(), second.get() }, {}, steps);
		command.set("OLD_VARIABLE", "1022,1023;exact");
		Result result = run(command);
		EXPECT_EQ(result.error, "");
		return result.output;
	};
	for (const char *close : { "closeall", "closefrom", "markall" })
		for (const char *execute : { "execvp=", "spawn=" })
			EXPECT_EQ(program({ "socket=c", take, close, execute + other, "sockets",
			              "variable" }), "bind: ok\n" + none) << close << " " << execute;
	for (const char *vfork : { "vfork=", "vforkdup2=" })
		EXPECT_EQ(program({ "socket=c", take, vfork + other, "sockets", "variable" }),
		    "bind: ok\n" + none) << vfork;
	EXPECT_EQ(program({ "vforkdup2=" + other, "sockets", "variable" }), none);
	/* Elsewhere sh(1) has another C library than the daemon. */
	if (daemon_path() == DAEMON) {
		EXPECT_EQ(program({ "socket=c", take, "closeall",
		              "system=" + other + " sockets variable" }),
		    "bind: ok\n" + none + "system: ok\n");
	}
	EXPECT_EQ(program({ "dup2=1022", "dup2=1023", "socket=c", take, "execvp=" + other, "sockets",
	              "variable" }), "dup2: ok\ndup2: ok\nbind: ok\n" + none);
	EXPECT_EQ(program({ "closeall", "socket=c", take, "fork", "execvp=" + other, "sockets",
	              "variable" }), "bind: ok\n" + none);
	/* A script that an interpreter executes for a client, for example. */
	EXPECT_EQ(program({ "socket=c", take, "closeall", "fork", "exec", "sockets", "variable" }),
	    "bind: ok\n" + none);
	EXPECT_EQ(program({ "socket=c", take, "markall", "exec", "variable" }),
	    "bind: ok\nvariable: 1022,1023;exact\n");
	EXPECT_EQ(program({ "socket=c", take, "execvp=" + other, "sockets", "variable" }),
	    "bind: ok\nsockets: 1\nvariable: 1023;exact\n");
}

/* As start-stop-daemon(8) and others that know nothing of sockets. */
TEST_F(Adopt, ASocketPassesProgramsBeforeTheDaemon)
{
	TemporaryDirectory directory;
	const std::string other = directory / "other";

	std::filesystem::copy_file(daemon_path(), other);
	for (const char *close : { "closeall", "closefrom", "markall" })
		for (const char *execute : { "execvp=", "spawn=", "vfork=" })
			EXPECT_EQ(output({ close, execute + other, "sockets", "socket=", "bind=" + address,
			              "listening" }),
			    "sockets: 1\nbind: ok\nlistening: 1\n") << close << " " << execute;
}

/* Which closes them, or uses their numbers, by file actions. */
TEST_F(Adopt, AChildOfPosixSpawnGetsTheSocketsOfOtherPrograms)
{
	const Descriptor second = listen_on("127.0.0.1");
	TemporaryDirectory directory;
	const std::string other = directory / "other", take = "bind=" + address;

	std::filesystem::copy_file(daemon_path(), other);
	for (const std::string how : { "spawnclose=", "spawnclosefrom=", "spawndup2=" }) {
		EXPECT_EQ(output({ how + other, "sockets", "socket=", take, "listening" }),
		    "sockets: 1\nbind: ok\nlistening: 1\n") << how;
		Result result = run(of_sockets({ listener.get(), second.get() }, {}, { "socket=c",
		    take, how + other, "sockets", "variable" }));
		EXPECT_EQ(result.output, "bind: ok\nsockets: 0\nvariable: \n") << how;
		EXPECT_EQ(result.error, "") << how;
	}
}

/* Only the child uses the number, but it is then free in the daemon. */
TEST_F(Adopt, AFileActionLeavesNoSecondDescriptorOfASocket)
{
	const std::string take = "bind=" + address;

	EXPECT_EQ(output({ "adddup2=1023", "sockets" }), "sockets: 1\n");
	EXPECT_EQ(output({ "socket=c", take, "adddup2=1023", "sockets", "spawn=" + daemon_path(),
	              "sockets" }), "bind: ok\nsockets: 2\nsockets: 0\n");
}

/* It can be a step to the daemon too, and afterwards another program. */
TEST_F(Adopt, AShellGetsTheSocketsOfOtherPrograms)
{
	const Descriptor second = listen_on("127.0.0.1");
	const std::string none = "sockets: 0\nvariable: \n", take = "bind=" + address;
	const std::string tell = "=" + daemon_path() + " sockets variable";
	const std::string both = "sockets: 2\nvariable: 1022,1023;exact\nbind: ok\nlistening: 1\n";

	for (const std::string how : { "system", "popen" })
		for (const char *close : { "closeall", "closefrom", "markall" }) {
			Words steps = { close, "socket=c", take, how + tell };
			std::string expected = "bind: ok\n" + none + how + ": ok\n";
			/* Elsewhere sh(1) has another C library than the daemon. */
			if (daemon_path() == DAEMON) {
				steps.insert(steps.begin() + 1, how + tell + " socket= " + take + " listening");
				expected = both + how + ": ok\n" + expected;
			}
			Result result = run(of_sockets({ listener.get(), second.get() }, {}, steps));
			EXPECT_EQ(result.error, "") << how << " " << close;
			EXPECT_EQ(result.output, expected) << how << " " << close;
		}
	EXPECT_EQ(run(of_sockets({ listener.get(), second.get() }, {}, { "closeall", "socket=c", take,
	              "words=$(" + daemon_path() + " sockets preload)" })).output,
	    "bind: ok\nsockets: 0 preload:\n");
	EXPECT_EQ(output({ "socket=c", take, "fork", "markall", "system" + tell }),
	    "bind: ok\n" + none + "system: ok\n");
}

/* One that gets the socket and one that does not, at the same time. */
TEST_F(Adopt, EachOfTwoProgramsGetsItsSockets)
{
	EXPECT_EQ(output({ "spawnboth=" + daemon_path() }), "wrong: 0 0\n");
}

TEST_F(Adopt, AProgramThatCannotStartHoldsUpOthersBriefly)
{
	TemporaryDirectory directory;

	EXPECT_EQ(output({ "execfifo=" + (directory / "fifo") }), "fifo: ok\n");
}

/* What passes to the daemon's own program alone. */
TEST_F(Adopt, AChildGetsNothingWhileTheDaemonExecutesItself)
{
	EXPECT_EQ(output({ "socket=c", "bind=" + address, "execinvain=" + daemon_path() }),
	    "bind: ok\nexecve: " + error_text(E2BIG) + "\nwrong: 0\n");
}

/* The mark of a daemon outlasts the programs that it executes before it binds. */
TEST_F(Adopt, ASocketThatIsMarkedBeforeOtherProgramsStaysSo)
{
	const Descriptor second = listen_on("127.0.0.1");
	TemporaryDirectory directory;
	const std::string other = directory / "other";

	std::filesystem::copy_file(daemon_path(), other);
	EXPECT_EQ(run(of_sockets({ listener.get(), second.get() }, {}, { "markall",
	              "spawntwice=/missing/program", "exec=execve-missing", "socket=c",
	              "bind=" + address, "marked=1022", "execvp=" + other, "sockets",
	              "variable" })).output,
	    "execve-missing: " + error_text(ENOENT) + "\nbind: ok\nmarked: 1\nsockets: 0\n"
	    "variable: \n");
}

TEST_F(Adopt, ASocketPassesALargeEnvironment)
{
	Command command = daemon({}, { "exec", "socket=", "bind=" + address, "listening" });

	for (int i = 0; i < 2000; i++)
		command.set("ENTRY" + std::to_string(i), "");
	EXPECT_EQ(run(command).output, "bind: ok\nlistening: 1\n");
}

/* Alternate stacks of handlers are 8 KiB, of which the kernel uses a part. */
TEST_F(Adopt, AProgramIsExecutedOnASmallStack)
{
	const std::string stack = output({ "stack" });

	ASSERT_THAT(stack, testing::StartsWith("stack: "));
	EXPECT_LT(std::stoul(stack.substr(7)), 4096U);
}

TEST_F(Adopt, AProgramWithoutTheVariableGetsNoSocket)
{
	EXPECT_EQ(output({ "exec=clean", "sockets" }), "sockets: 0\n");
}

/* As of a daemon that trusts no variables of the dynamic linker. */
TEST_F(Adopt, AProgramThatLoadsNoLibraryGetsNoSocket)
{
	const std::string none = "sockets: 0\nvariable: \n", take = "bind=" + address;

	EXPECT_EQ(output({ "nopreload", "exec", "sockets", "variable" }), none);
	EXPECT_EQ(output({ "nopreload", "spawn=" + daemon_path(), "sockets", "variable" }), none);
	EXPECT_EQ(output({ "socket=c", take, "nopreload", "exec", "sockets", "variable" }),
	    "bind: ok\n" + none);
}

TEST_F(Adopt, ADaemonInTheBackgroundExecutesItselfToo)
{
	EXPECT_EQ(output({ "fork", "socket=c", "bind=" + address, "background", "exec", "socket=",
	              "bind=" + address }),
	    "bind: ok\nbind: ok\n");
	EXPECT_EQ(output({ "fork", "socket=c", "bind=" + address, "background", "background", "exec",
	              "socket=", "bind=" + address }),
	    "bind: ok\nbind: ok\n");
}

/* Each worker binds, as with SO_REUSEPORT. */
TEST_F(Adopt, WorkersShareTheSocket)
{
	EXPECT_EQ(output({ "socket=", "bind=" + address, "fork", "socket=", "bind=" + address,
	              "listening" }),
	    "bind: ok\nbind: ok\nlistening: 1\n");
}

Descriptor
shared_listener(int port)
{
	struct sockaddr_in address = {};
	int on = 1;
	Descriptor socket(::socket(AF_INET, SOCK_STREAM, 0));

	address.sin_family = AF_INET;
	address.sin_port = htons(static_cast<in_port_t>(port));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	EXPECT_EQ(setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
	EXPECT_EQ(bind(socket.get(), reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
	EXPECT_EQ(listen(socket.get(), 8), 0);
	return socket;
}

/* Each worker takes one, whoever has taken the other. */
TEST_F(Adopt, WorkersTakeASocketEach)
{
	const Descriptor one = shared_listener(0), other = shared_listener(port_of(one.get()));
	const std::string bind = "bind=127.0.0.1/" + std::to_string(port_of(one.get()));

	Result result = run(of_sockets({ one.get(), other.get() }, { "--verbose" },
	    { "fork", "fork", "socket=", bind, "exec", "socket=", "variable" }));
	EXPECT_EQ(result.output, "bind: ok\nvariable: 1022,1023;exact;verbose\n") << result;
	result = run(of_sockets({ one.get(), other.get() }, { "--verbose" },
	    { "socket=", bind, "fork", "socket=", bind, "socket=", bind }));
	EXPECT_THAT(result.error_line(0), HasSubstr(": takes descriptor 1022"));
	EXPECT_THAT(result.error_line(1), HasSubstr(": takes descriptor 1023"));
	EXPECT_THAT(result.error_line(2), HasSubstr(": shares descriptor 1022"));
}

/* As at SIGHUP: what was closed is bound anew. */
TEST_F(Adopt, ADaemonThatBindsAnewTakesTheSameSocket)
{
	const Descriptor udp = bind_to("127.0.0.1", 0, true);
	const std::string bind = "bind=127.0.0.1/" + std::to_string(port_of(udp.get()));

	EXPECT_EQ(output({ "socket=", "bind=" + address, "close", "socket=", "bind=" + address,
	              "listening" }), "bind: ok\nclose: ok\nbind: ok\nlistening: 1\n");
	for (const char *close : { "closeall", "closefrom", "dup2=1023" })
		EXPECT_THAT(output({ "socket=", "bind=" + address, close, "socket=",
		                "bind=" + address, "listening" }),
		    testing::EndsWith("bind: ok\nlistening: 1\n")) << close;
	EXPECT_THAT(run(of_sockets({ udp.get() }, { "--verbose" }, { "socket=d", bind, "close",
	                "socket=d", bind })).error_line(1), HasSubstr(": shares descriptor 1023"));
	EXPECT_EQ(run(of_sockets({ udp.get() }, {}, { "socket=d", bind, "socket=d", bind })).output,
	    "bind: ok\nbind: " + error_text(EADDRINUSE) + "\n") << "a second one at the same time";
}

/* It may no longer be allowed to bind the address itself. */
TEST_F(Adopt, ADaemonInTheBackgroundThatClosesAllTakesTheSameSocket)
{
	for (const char *close : { "closeall", "closefrom" })
		for (const char *again : { "variable", "exec" })
			EXPECT_EQ(output({ "fork", "socket=", "bind=" + address, "background", close, again,
			              "socket=", "bind=" + address, "listening" }),
			    std::string("bind: ok\n") + (*again == 'v' ? "variable: \n" : "")
			        + "bind: ok\nlistening: 1\n") << close << " " << again;
}

/* Otherwise a helper that goes on alone would occupy the address. */
TEST_F(Adopt, AChildThatClosesAllHasNoSocket)
{
	for (const char *close : { "closeall", "closefrom" })
		EXPECT_EQ(output({ "socket=", "bind=" + address, "fork", close, "sockets" }),
		    "bind: ok\nsockets: 0\n") << close;
}

TEST_F(Adopt, ClientsAndConnectionsAreNotAdopted)
{
	Result client = run(daemon({ "--strict" }, { "socket=u", "bind=" }));
	EXPECT_EQ(client.output, "bind: ok\n");
	EXPECT_EQ(client.error, "");

	Descriptor connection = connect_to("127.0.0.1", std::stoi(port));
	Result connected = run(of_sockets({ connection.get() }, {}, { "variable" }));
	EXPECT_EQ(connected.status, 100);
	EXPECT_EQ(connected.error, "bindchain adopt: fatal: descriptor 3 is connected\n");
	Descriptor unbound(socket(AF_INET, SOCK_STREAM, 0));
	EXPECT_EQ(run(of_sockets({ unbound.get() }, {}, { "variable" })).error,
	    "bindchain adopt: fatal: descriptor 3 is not bound\n");
}

TEST_F(Adopt, CheckRemovesNoSocket)
{
	TemporaryDirectory directory;
	const std::string path = directory / "live", file = directory / "file";
	const Descriptor live = bind_path(path, SOCK_STREAM, 1);
	close(open(file.c_str(), O_CREAT | O_WRONLY, 0600));

	EXPECT_EQ(output({ "unlink=" + path, "unlink=" + file }, { "--check" }),
	    "unlink: ok\nunlink: ok\n");
	EXPECT_TRUE(std::filesystem::is_socket(path));
	EXPECT_FALSE(std::filesystem::exists(file));
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

Descriptor
wildcard_listener(int only)
{
	struct sockaddr_in6 address = {};
	Descriptor socket(::socket(AF_INET6, SOCK_STREAM, 0));

	address.sin6_family = AF_INET6;
	EXPECT_EQ(setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only), 0);
	EXPECT_EQ(bind(socket.get(), reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
	EXPECT_EQ(listen(socket.get(), 8), 0);
	return socket;
}

/* A daemon for datagrams alone never calls listen(2). */
TEST_F(Adopt, ReceivingElsewhereIsToldOnce)
{
	const Descriptor udp = bind_to("127.0.0.1", 0, true);
	const Words steps = { "socket=d", "bind=127.0.0.1/0", "socket=d", "bind=127.0.0.2/4711",
		"socket=d", "bind=127.0.0.3/4711" };

	EXPECT_EQ(run(of_sockets({ udp.get() }, {}, steps)).error,
	    "bindchain-adopt: no inherited socket has been taken, and the daemon listens elsewhere\n");
	EXPECT_EQ(run(of_sockets({ udp.get(), listener.get() }, {}, steps)).error, "");
}

TEST_F(Adopt, ABoundSocketsOptionsAreNoError)
{
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");
	const Descriptor ipv6 = listen_on("::1");
	const std::string bind = "bind=::1/" + std::to_string(port_of(ipv6.get()));

	EXPECT_EQ(run(of_sockets({ ipv6.get() }, {}, { "socket=6", bind, "v6only" })).output,
	    "bind: ok\nv6only: ok\n");
	Result after = run(of_sockets({ ipv6.get() }, { "--verbose" }, { "socket=6", bind, "v6only" }));
	EXPECT_THAT(after.error_line(1), testing::EndsWith(" stays as it is on the inherited socket"));
	const Descriptor both = wildcard_listener(0);
	Result before = run(of_sockets({ both.get() }, { "--verbose" }, { "socket=6", "v6only",
	    "bind=::/" + std::to_string(port_of(both.get())) }));
	EXPECT_EQ(before.output, "v6only: ok\nbind: ok\n");
	EXPECT_THAT(before.error_line(1), HasSubstr("cannot be set on the inherited socket"));
}

/* The daemon's would be dual-stack: ip(7) has IPv4 clients at it. */
TEST_F(Adopt, AMissingFamilyIsTold)
{
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");
	const std::string dual_stack = "option=" + std::to_string(IPPROTO_IPV6) + ":"
	    + std::to_string(IPV6_V6ONLY) + ":0";
	const Descriptor only = wildcard_listener(1), both = wildcard_listener(0);
	auto errors = [](const Descriptor &socket, const Words &before) {
		Words steps = before;
		steps.push_back("bind=::/" + std::to_string(port_of(socket.get())));
		return run(of_sockets({ socket.get() }, {}, steps)).error;
	};

	EXPECT_THAT(errors(only, { "socket=6", dual_stack }),
	    testing::EndsWith(": the inherited socket is IPv6-only, and the daemon's would serve IPv4"
	                      " too\n"));
	EXPECT_EQ(errors(only, { "socket=6", "v6only" }), "");
	EXPECT_EQ(errors(both, { "socket=6", dual_stack }), "");
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

/* The same file, wherever the daemon is, and no other of that name. */
TEST_F(Adopt, APathIsItsFile)
{
	TemporaryDirectory directory;
	const std::string other = directory / "other";
	std::filesystem::create_directory(other);
	close(open((other + "/s").c_str(), O_CREAT | O_WRONLY, 0600));
	auto in_other = [&](const Words &steps) {
		Words words = { "listen", "--adopt", "--unix=s", daemon_path(), "chdir=other" };
		words.insert(words.end(), steps.begin(), steps.end());
		Command command = tool("bindchain", words);
		command.directory = directory.path();
		std::filesystem::remove(directory / "s");
		return run(command).output;
	};

	EXPECT_EQ(in_other({ "socket=u", "bind=" + (directory / "s") }), "bind: ok\n");
	EXPECT_EQ(in_other({ "socket=u", "bind=../s", "variable" }), "bind: ok\nvariable: \n");
	EXPECT_EQ(in_other({ "socket=u", "bind=s" }), "bind: " + error_text(EADDRINUSE) + "\n");
	EXPECT_EQ(in_other({ "unlink=s" }), "unlink: ok\n");
	EXPECT_FALSE(std::filesystem::exists(other + "/s"));
}

TEST_F(Adopt, AnAbstractNameIsNoFile)
{
	TemporaryDirectory directory;
	const std::string file = directory / "@web";
	Command command = tool("bindchain", { "listen", "--adopt", "--unix=@web" + port,
	    daemon_path(), "unlink=@web" + port });
	close(open((file + port).c_str(), O_CREAT | O_WRONLY, 0600));
	command.directory = directory.path();

	EXPECT_EQ(run(command).output, "unlink: ok\n");
	EXPECT_FALSE(std::filesystem::exists(file + port));
}

TEST_F(Adopt, AnExactMatchGoesBeforeThePort)
{
	const Descriptor other = listen_on("127.0.0.2", std::stoi(port));
	Result result = run(of_sockets({ listener.get(), other.get() },
	    { "--match=port", "--verbose" }, { "socket=", "bind=127.0.0.2/" + port }));

	EXPECT_EQ(result.error, "bindchain-adopt: bind 127.0.0.2:" + port
	    + ": takes descriptor 1023, 127.0.0.2:" + port + "\n");
}

struct SetOption {
	const char *socket;
	int level, name, value;
	int reported; /* by getsockopt(2): socket(7) doubles sizes of buffers */
};

/* Those of daemons for time, routing, names and media, which set them before they bind. */
TEST_F(Adopt, OptionsThatTheDaemonHasSetAreOnTheInheritedSocket)
{
	const SetOption rows[] = { { "", IPPROTO_TCP, TCP_MAXSEG, 900, 900 },
		{ "", IPPROTO_IP, IP_MINTTL, 254, 254 }, { "d", SOL_SOCKET, SO_TIMESTAMP, 1, 1 },
		{ "d", SOL_SOCKET, SO_TIMESTAMPNS, 1, 1 }, { "d", SOL_SOCKET, SO_RXQ_OVFL, 1, 1 },
		{ "d", IPPROTO_IP, IP_RECVORIGDSTADDR, 1, 1 },
		{ "d", IPPROTO_IP, IP_MULTICAST_TTL, 7, 7 }, { "d", IPPROTO_IP, IP_MULTICAST_LOOP, 0, 0 },
		{ "d", SOL_SOCKET, SO_RCVBUF, 50000, 100000 }, { "d", IPPROTO_UDP, UDP_GRO, 1, 1 } };
	const Descriptor udp = bind_to("127.0.0.1", 0, true);

	for (const SetOption &row : rows) {
		const bool is_udp = *row.socket;
		const int socket = is_udp ? udp.get() : listener.get();
		const std::string option = "option=" + std::to_string(row.level) + ":"
		    + std::to_string(row.name);
		EXPECT_EQ(run(of_sockets({ socket }, {},
		              { std::string("socket=") + row.socket,
		                  option + ":" + std::to_string(row.value),
		                  "bind=127.0.0.1/" + std::to_string(port_of(socket)), option })).output,
		    "set: ok\nbind: ok\noption: " + std::to_string(row.reported) + "\n") << option;
	}
}

/* More than net.core.rmem_max, which only root may have. */
TEST_F(Adopt, AForcedBufferIsOnTheInheritedSocket)
{
	const Descriptor udp = bind_to("127.0.0.1", 0, true);
	const std::string option = "option=" + std::to_string(SOL_SOCKET) + ":";
	Result result = run(of_sockets({ udp.get() }, {},
	    { "socket=d", option + std::to_string(SO_RCVBUFFORCE) + ":20000000",
	        "bind=127.0.0.1/" + std::to_string(port_of(udp.get())),
	        option + std::to_string(SO_RCVBUF) }));

	if (result.output.find("set: ok") != 0)
		SKIP_TEST("no right to SO_RCVBUFFORCE");
	EXPECT_EQ(result.output, "set: ok\nbind: ok\noption: 40000000\n");
}

/* What nobody has set on the daemon's socket stays as it was inherited. */
TEST_F(Adopt, OptionsOfTheInheritedSocketStay)
{
	int on = 1;

	ASSERT_EQ(setsockopt(listener.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on), 0);
	EXPECT_EQ(output({ "socket=", "bind=" + address, "keepalive?" }),
	    "bind: ok\nkeepalive: 1\n");
}

/* The number was registered once, for a socket that has been closed. */
TEST_F(Adopt, ARegistrationThatIsGoneDoesNotComeBack)
{
	EXPECT_EQ(output({ "socket=", "epoll", "close", "socket=", "bind=" + address, "watch" }),
	    "epoll: ok\nclose: ok\nbind: ok\nwatch: ok\n");
}

TEST_F(Adopt, AnOriginalMovesWhereTheDaemonUsesItsNumber)
{
	for (int limit : { 1024, 2048 }) {
		Command command = daemon({}, { "dup2=1023", "socket=", "bind=" + address,
		    "listening", "variable" });
		command.limits[RLIMIT_NOFILE] = static_cast<rlim_t>(limit);
		EXPECT_EQ(run(command).output, "dup2: ok\nbind: ok\nlistening: 1\nvariable: \n")
		    << limit;
	}
}

/* As without the library. */
TEST_F(Adopt, ABoundSocketIsNotBoundAgain)
{
	const std::string invalid = "bind: " + error_text(EINVAL) + "\n";

	EXPECT_EQ(output({ "socket=", "bind=" + address, "bind=" + address }),
	    "bind: ok\n" + invalid);
	EXPECT_EQ(output({ "socket=", "bind=127.0.0.1/0", "bind=" + address }),
	    "bind: ok\n" + invalid);
}

TEST_F(Adopt, OneCommandAtATimeAndSixtyFourSockets)
{
	Words words = { "listen", "--adopt", "--tcp=127.0.0.1:0", tool_path("bindchain") };
	words.insert(words.end(), { "listen", "--adopt", "--tcp=127.0.0.1:0", daemon_path() });
	Result nested = run(tool("bindchain", words));
	EXPECT_EQ(nested.status, 100);
	EXPECT_EQ(nested.error, "bindchain listen: fatal: BINDCHAIN_ADOPT is already set: adoption"
	    " cannot be nested\n");

	for (int count : { 64, 65 }) {
		words = { "listen", "--adopt" };
		for (int i = 0; i < count; i++)
			words.push_back("--tcp=127.0.0.1:0");
		words.insert(words.end(), { daemon_path(), "variable" });
		Result result = run(tool("bindchain", words));
		EXPECT_EQ(result.status, count > 64 ? 100 : 0) << result;
		EXPECT_EQ(result.error, count > 64
		    ? "bindchain listen: fatal: 65 sockets: at most 64 can be adopted\n" : "");
	}
}

TEST_F(Adopt, ListenDoesBothInOneStep)
{
	const std::string socket = "--tcp=127.0.0.1:0,name=a";
	Result result = run(tool("bindchain", { "listen", "--adopt", socket, "--unix-dgram=@"
	    + address, daemon_path(), "variable", "socket=du", "bind=@" + address, "variable" }));

	EXPECT_EQ(result.output, "variable: 1022,1023;exact\nbind: ok\nvariable: 1022;exact\n")
	    << result;
}

/* Then LISTEN_FDS is no more. */
TEST_F(Adopt, ListenTakesInheritedSockets)
{
	Command command = tool("bindchain", { "listen", "--adopt",
	    "--tcp=127.0.0.1:" + port + ",inherit", daemon_path(), "variable", "socket=",
	    "bind=" + address });
	command.descriptors[3] = listener.get();
	command.set("LISTEN_FDS", "1");
	command.before_execution = set_listen_pid;
	Result result = run(command);
	EXPECT_EQ(result.output, "variable: 1023;exact\nbind: ok\n") << result;

	command.argv.assign({ command.argv[0], "listen", "--adopt",
	    "--tcp=127.0.0.1:" + port + ",inherit", "env" });
	EXPECT_EQ(run(command).output.find("LISTEN_FDS"), std::string::npos);
}

/* A variable that others have written adopts nothing, and says why once. */
TEST(AdoptLibrary, RefusesAVariableThatIsNotRight)
{
	const std::string library = adopt_library();

	for (const char *value : { "x", "3", "3,", ",", "9", ";", "0;", "0;word", "99999999999" }) {
		Command command({ daemon_path(), "socket=", "bind=127.0.0.1/0" });
		command.set("LD_PRELOAD", library).set("BINDCHAIN_ADOPT", value);
		Result result = run(command);
		EXPECT_EQ(result.output, "bind: ok\n");
		EXPECT_EQ(result.error, std::string("bindchain-adopt: nothing is adopted: BINDCHAIN_ADOPT=")
		    + value + " is malformed, or has a descriptor that is no bound socket\n");
	}
	Command unset({ daemon_path(), "socket=", "bind=127.0.0.1/0" });
	EXPECT_EQ(run(unset.set("LD_PRELOAD", library)).error, "");
}

} // namespace
