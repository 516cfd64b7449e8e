/* SPDX-License-Identifier: ISC */
/* The programs of examples/ answer a client, through sockets of each kind they document. */
#include <csignal>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "network.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

/* A program of this build, with the environment of a tool. */
Command
program(const Words &words)
{
	Command command = tool("bindchain", {});

	command.file = words[0];
	command.argv = words;
	return command;
}

/* What the server answers to a line.  CLIENT may be non-blocking. */
std::string
answer(Descriptor client)
{
	EXPECT_EQ(fcntl(client.get(), F_SETFL, 0), 0);
	EXPECT_EQ(write(client.get(), "a line\n", 7), 7);
	return read_all(client.get());
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

} // namespace
