/* SPDX-License-Identifier: ISC */
/*
 * Waiting for traffic, and for an address, an interface or a port, on each system.  The fake
 * kernel tells of no events, so that only what is tried again succeeds; what real events do
 * is in tests/kernel/linux/wait_test.cpp.
 */
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

/* ---- wait ---- */

/* The calls until the socket is open, without those of the libraries. */
Words
calls_of_wait(const Bench &bench)
{
	Words names;

	for (const LoggedCall &call : bench.calls())
		if (call.name == "socket" || call.name == "bind" || call.name == "listen"
		    || call.name == "poll" || call.name == "if_nametoindex" || call.name == "execve")
			names.push_back(call.name + (call.failed() ? " " + call.result : ""));
	return names;
}

/* Linux binds its netlink socket too. */
unsigned
first_bind(const std::string &profile)
{
	return profile == "linux-6" ? 2 : 1;
}

std::string
bind_fails(const std::string &profile, const std::string &error)
{
	return "bind " + std::to_string(first_bind(profile)) + " fail " + error + "\n";
}

/* The port is tried again after 100 ms. */
TEST_P(Waiting, ForAPortTriesAgain)
{
	const std::string profile = GetParam();
	Bench bench(profile, bind_fails(profile, "EADDRINUSE"));
	Result result = bench.run("bindchain", { "listen", "--tcp=127.0.0.1:8080,wait=60",
	    "/bin/true" });
	Words expected = { "socket", "socket", "bind EADDRINUSE", "poll", "socket", "bind",
		"listen", "execve" };

	if (profile == "linux-6")
		expected.insert(expected.begin() + 1, "bind");
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(calls_of_wait(bench), expected);
	EXPECT_EQ(bench.left(), Words());
	EXPECT_SOUND(bench);
}

TEST_P(Waiting, IsRepeatedAfterASignal)
{
	const std::string profile = GetParam();
	Bench bench(profile, bind_fails(profile, "EADDRINUSE") + "poll 1 fail EINTR\n");
	Result result = bench.run("bindchain", { "listen", "--tcp=127.0.0.1:8080,wait=60",
	    "/bin/true" });

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(calls_named(bench, "poll").size(), 2U);
	EXPECT_SOUND(bench);
}

TEST_P(Waiting, EndsWithTheFailureOfTheLastAttempt)
{
	Bench bench(GetParam());
	Result result = bench.run("bindchain", { "listen", "--tcp=192.0.2.99:8080,wait=1",
	    "/bin/true" });

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: bind TCP 192.0.2.99:8080: "
	    + error_text(EADDRNOTAVAIL) + " (after 1 second)");
	EXPECT_EQ(calls_named(bench, "poll").size(), 1U) << "it waits for an event";
	EXPECT_EQ(bench.left(), Words());
	EXPECT_SOUND(bench);
}

TEST_P(Waiting, EndsAtOnceWithAnotherFailure)
{
	const std::string profile = GetParam();
	Bench bench(profile, bind_fails(profile, "EACCES"));
	Result result = bench.run("bindchain", { "listen", "--tcp=127.0.0.1:8080,wait=1000",
	    "/bin/true" });

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: bind TCP 127.0.0.1:8080: "
	    + error_text(EACCES));
	EXPECT_EQ(calls_named(bench, "poll"), Words());
	EXPECT_SOUND(bench);
}

const Words waits_for_port = { "listen", "--tcp=127.0.0.1:8080,wait=60", "/bin/true" };

/* The number of the first fcntl(2) after the first socket(2). */
int
fcntl_of_watch(const std::string &profile)
{
	Bench bench(profile);
	int count = 1;

	bench.run("bindchain", waits_for_port);
	for (const LoggedCall &call : bench.calls()) {
		if (call.name == "socket")
			return count;
		count += call.name == "fcntl";
	}
	return 0;
}

/* The source of events must open, whether it will be needed or not. */
void
expect_no_watch(const std::string &profile, const std::string &call, const std::string &rule)
{
	Bench bench(profile, rule + " fail ENOMEM");
	Result result = bench.run("bindchain", waits_for_port);

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: " + call
	    + (profile == "linux-6" ? " rtnetlink: " : " route(4): ")
	    + error_text(ENOMEM));
	EXPECT_SOUND(bench);
}

TEST_P(Waiting, NeedsASourceOfEvents)
{
	const std::string profile = GetParam();

	expect_no_watch(profile, "socket", "socket 1");
	expect_no_watch(profile, "fcntl",
	    "fcntl " + std::to_string(fcntl_of_watch(profile)));
}

TEST(WaitingOnLinux, NeedsFilterAndGroups)
{
	expect_no_watch("linux-6", "setsockopt", "setsockopt 1");
	expect_no_watch("linux-6", "bind", "bind 1");
}

TEST_P(Waiting, ThatCannotPollEnds)
{
	const std::string profile = GetParam();
	Bench bench(profile, bind_fails(profile, "EADDRINUSE") + "poll 1 fail ENOMEM\n");
	Result result = bench.run("bindchain", { "listen", "--tcp=127.0.0.1:8080,wait=60",
	    "/bin/true" });

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: poll "
	    + std::string(profile == "linux-6" ? "rtnetlink" : "route(4)") + ": "
	    + error_text(ENOMEM));
	EXPECT_SOUND(bench);
}

/* A device that FreeBSD could not use anyway is not waited for. */
TEST(WaitingOnFreeBSD, IsNotForADevice)
{
	Bench required("freebsd-14");
	Result result = required.run("bindchain", { "listen",
	    "--tcp=127.0.0.1:8080,device=late0,wait=1000", "/bin/true" });
	EXPECT_EQ(result.status, 100) << result;

	Bench preferred("freebsd-14");
	result = preferred.run("bindchain", { "listen",
	    "--tcp=127.0.0.1:8080,prefer-device=late0,wait=1000", "/bin/true" });
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_SOUND(preferred);
}

/* Creating an interface is no event there. */
TEST(WaitingOnMacOs, LooksForTheDeviceAgain)
{
	Bench bench("macos-15");
	Result result = bench.run("bindchain", { "listen",
	    "--tcp=127.0.0.1:8080,device=late0,wait=1", "/bin/true" });

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_GT(calls_named(bench, "poll").size(), 3U);
	EXPECT_SOUND(bench);
}

/* nd6_dad_timer tells nobody: an address that is there may be tentative. */
TEST(WaitingOnBsd, TriesAnIpv6AddressOfAnInterfaceAgain)
{
	for (const char *profile : { "freebsd-14", "macos-15" }) {
		Bench bench(profile, "bind 1 fail EADDRNOTAVAIL");
		Result result = bench.run("bindchain", { "listen", "--tcp=[::1]:8080,wait=60",
		    "/bin/true" });
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(calls_named(bench, "poll").size(), 1U);
		EXPECT_SOUND(bench);
	}
}

} /* namespace */
