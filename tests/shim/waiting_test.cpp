/* SPDX-License-Identifier: ISC */
/* Failures of the calls that wait for traffic, on each system. */
#include <gtest/gtest.h>

#include <cerrno>

#include <unistd.h>

#include "bench.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

class Waiting : public testing::TestWithParam<const char *> {};

INSTANTIATE_TEST_SUITE_P(Systems, Waiting, testing::Values("linux-6", "freebsd-14", "macos-15"));

/* The calls of that name, in order. */
Words
calls_named(const Bench &bench, const std::string &name)
{
	Words texts;

	for (const LoggedCall &call : bench.calls())
		if (call.name == name)
			texts.push_back(call.text());
	return texts;
}

/* poll(2) of Linux and FreeBSD: EINTR; ENOMEM; of macOS: EAGAIN. */
TEST_P(Waiting, ForTrafficIsRepeatedAfterASignal)
{
	Bench bench(GetParam(), "poll 1 fail EINTR\npoll 2 fail ENOMEM\n");
	Result result = bench.run("bindchain", { "listen", "--tcp=127.0.0.1:8080",
	    "--udp=127.0.0.1:8080", "--on-demand", "/bin/true" });

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0),
	    "bindchain listen: fatal: poll descriptor 3: " + error_text(ENOMEM));
	EXPECT_EQ(calls_named(bench, "poll"),
	    (Words { "poll 2 -1 = EINTR", "poll 2 -1 = ENOMEM" }));
	EXPECT_SOUND(bench);
}

TEST_P(Waiting, ForTrafficThatFailsLeavesNoPath)
{
	TemporaryDirectory directory;
	Bench bench(GetParam(), "poll 1 fail EAGAIN\n");
	Result result = bench.run("bindchain", { "listen", "--unix=" + directory / "s",
	    "--on-demand", "/bin/true" });

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0),
	    "bindchain listen: fatal: poll descriptor 3: " + error_text(EAGAIN));
	EXPECT_NE(access((directory / "s").c_str(), F_OK), 0);
}

} /* namespace */
