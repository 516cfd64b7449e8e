/* SPDX-License-Identifier: ISC */
/* The programs of examples/ answer a client, through sockets of each kind they document. */
#include <csignal>
#include <string>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "network.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

const Words server = { SERVER };

/* A program of this build, with the environment of a tool. */
Command
program(const Words &words)
{
	Command command = tool("bindchain", {});

	command.file = words[0];
	command.argv = words;
	return command;
}

/* WORDS after `bindchain listen`. */
Command
inheriting(const Words &listen, const Words &words)
{
	Words arguments = { "listen" };

	arguments.insert(arguments.end(), listen.begin(), listen.end());
	arguments.insert(arguments.end(), words.begin(), words.end());
	return tool("bindchain", arguments);
}

/* What the server answers to a line.  CLIENT may be non-blocking. */
std::string
answer(Descriptor client)
{
	EXPECT_EQ(fcntl(client.get(), F_SETFL, 0), 0);
	EXPECT_EQ(write(client.get(), "a line\n", 7), 7);
	return read_all(client.get());
}

/* "listening on HOST port PORT" */
int
listening_port(Process &process, const std::string &host)
{
	const std::string before = "listening on " + host + " port ", line = process.read_line();

	if (line.rfind(before, 0) != 0)
		throw std::runtime_error("not \"" + before + "\": " + line);
	return std::stoi(line.substr(before.size()));
}

void
expect_served(Process &process, const std::string &host)
{
	EXPECT_EQ(answer(connect_to(host, listening_port(process, host))), "served: a line\n");
}

/* ---- in C ---- */

TEST(ServerExample, OpensItsOwnSocket)
{
	Process process(program({ SERVER, loopback(), "0" }));

	expect_served(process, loopback());
}

TEST(ServerExample, InheritsSockets)
{
	const std::string listener = "--tcp=" + loopback() + ":0";
	Process process(inheriting({ listener, listener }, server));
	const int first = listening_port(process, loopback());
	const int second = listening_port(process, loopback());

	EXPECT_NE(first, second);
	EXPECT_EQ(answer(connect_to(loopback(), second)), "served: a line\n");
	EXPECT_EQ(answer(connect_to(loopback(), first)), "served: a line\n");
}

TEST(ServerExample, InheritsStandardInput)
{
	Process process(inheriting({ "--tcp=" + loopback() + ":0", "--as=stdin" },
	    { SERVER, "-f", "stdin" }));

	expect_served(process, loopback());
}

TEST(ServerExample, RefusesADatagramSocket)
{
	const Result result = run(inheriting({ "--udp=" + loopback() + ":0" }, server));

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_NE(result.error.find("descriptor 3: not a listening socket"), std::string::npos);
}

TEST(ServerExample, SaysWhyAnAddressCannotBeUsed)
{
	int port;
	Descriptor reserved = bind_to(loopback());
	ASSERT_EQ(listen(reserved.get(), 1), 0);
	port = port_of(reserved.get());
	const Result result = run(program({ SERVER, loopback(), std::to_string(port) }));

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_NE(result.error.find("Address already in use"), std::string::npos) << result;
	EXPECT_EQ(result.error_lines(), 1U);
}

/* ---- in C++ ---- */

TEST(ServerCppExample, ServesAPathAndRemovesIt)
{
	TemporaryDirectory directory;
	const std::string path = directory / "socket";
	Process process(program({ SERVER_CPP, path }));
	Descriptor client;

	EXPECT_EQ(process.read_line(), "listening on " + path);
	ASSERT_EQ(connect_path(path, &client), 0);
	EXPECT_EQ(answer(std::move(client)), "served: a line\n");
	process.kill(SIGTERM);
	EXPECT_EQ(process.finish().status, 0);
	EXPECT_NE(access(path.c_str(), F_OK), 0);
}

TEST(ServerCppExample, SaysWhyAPathCannotBeUsed)
{
	const Result result = run(program({ SERVER_CPP, "missing/socket" }));

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_NE(result.error.find("No such file or directory"), std::string::npos) << result;
	EXPECT_EQ(result.error_lines(), 1U);
}

/* ---- in Python ---- */

class ServerPythonExample : public testing::Test {
protected:
	void SetUp() override
	{
		if (!PYTHON[0])
			SKIP_TEST("there is no python3");
		/* Its runtime library would have to be in Python. */
		if (SANITIZED)
			SKIP_TEST_EVEN_IN_CI("a library with sanitizers cannot be loaded");
	}

	const Words server = { PYTHON, EXAMPLES "/server.py" };

	static Command with_library(Command command)
	{
		return command.set("BINDCHAIN_LIBRARY", SHARED_LIBRARY);
	}
};

/* A static library cannot be loaded. */
TEST_F(ServerPythonExample, SaysThatItNeedsTheSharedLibrary)
{
	const std::string without
	    = "import ctypes.util, runpy\n"
	      "ctypes.util.find_library = lambda name: None\n"
	      "runpy.run_path('" EXAMPLES "/server.py', run_name='__main__')\n";
	const Result missing = run(program({ PYTHON, "-c", without }));
	const Result wrong = run(program(server).set("BINDCHAIN_LIBRARY", "/nonexistent/library"));

	EXPECT_EQ(missing.status, 1);
	EXPECT_EQ(missing.error,
	    "server: no shared libbindchain: build it with BINDCHAIN_BOTH_LIBRARIES=ON,"
	    " or set BINDCHAIN_LIBRARY to its path\n");
	EXPECT_EQ(wrong.status, 1);
	EXPECT_EQ(wrong.error.rfind("server: /nonexistent/library: ", 0), 0u) << wrong.error;
}

TEST_F(ServerPythonExample, OpensItsOwnSocket)
{
	Words words = server;
	words.insert(words.end(), { loopback(), "0" });
	Process process(with_library(program(words)));

	expect_served(process, loopback());
}

TEST_F(ServerPythonExample, InheritsSockets)
{
	Process process(with_library(inheriting({ "--tcp=" + loopback() + ":0" }, server)));

	expect_served(process, loopback());
}

TEST_F(ServerPythonExample, SaysWhyAnAddressCannotBeUsed)
{
	Words words = server;
	words.insert(words.end(), { "192.0.2.1", "0" });
	const Result result = run(with_library(program(words)));

	EXPECT_EQ(result.status, 1) << result;
	EXPECT_NE(result.error.find("192.0.2.1"), std::string::npos) << result;
	EXPECT_EQ(result.error_lines(), 1U);
}

/* ---- written for libsystemd ---- */

class SdDaemonExample : public testing::TestWithParam<const char *> {
protected:
	void SetUp() override
	{
		if (!GetParam()[0])
			SKIP_TEST_EVEN_IN_CI("libsystemd was not found when the tests were built");
	}
};

TEST_P(SdDaemonExample, ServesInheritedSocketsAndNotifies)
{
	TemporaryDirectory directory;
	const std::string path = directory / "notify";
	Descriptor manager = bind_path(path, SOCK_DGRAM);
	char message[256];
	Command command = inheriting({ "--tcp=" + loopback() + ":0,name=web", "--report=fd:1" },
	    { GetParam() });
	command.set("NOTIFY_SOCKET", path);
	Process process(command);
	const std::string line = process.read_line();
	struct pollfd polled = { manager.get(), POLLIN, 0 };
	ASSERT_EQ(poll(&polled, 1, 20000), 1) << "no notification";
	const ssize_t length = recv(manager.get(), message, sizeof message, 0);

	ASSERT_GT(length, 0);
	EXPECT_EQ(std::string(message, static_cast<size_t>(length)),
	    "READY=1\nSTATUS=Serving 1 sockets");
	const size_t port = line.find(loopback() + ":") + loopback().size() + 1;
	EXPECT_EQ(answer(connect_to(loopback(), std::stoi(line.substr(port)))),
	    "served: a line\n");
	process.kill(SIGTERM);
	EXPECT_EQ(process.finish().error, "<6>serving web\n");
}

TEST_P(SdDaemonExample, NeedsSocketActivation)
{
	const Result result = run(program({ GetParam() }));

	EXPECT_EQ(result.status, 1);
	EXPECT_EQ(result.error, "<3>no sockets: start me by socket activation\n");
}

INSTANTIATE_TEST_SUITE_P(Libraries, SdDaemonExample,
    testing::Values(SD_DAEMON, SD_DAEMON_ORIGINAL));

} // namespace
