/* SPDX-License-Identifier: ISC */
/* The shim itself: that it notices what would make its answers worthless. */
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <memory>

#include "bench.h"
#include "profile.h"
#include "tools.h"

using testing::HasSubstr;

namespace {

std::string
error_of_script(const std::string &script)
{
	try {
		Bench bench("linux-6", script);
	} catch (const BadText &bad) {
		return bad.what();
	}
	return "";
}

std::string
error_of_profile(const std::string &text)
{
	auto scratch = std::make_unique<world>();

	try {
		read_profile_text(text, "test.profile", *scratch);
	} catch (const BadText &bad) {
		return bad.what();
	}
	return "";
}

TEST(ShimScript, AnUnknownWordFailsTheRun)
{
	EXPECT_EQ(error_of_script("bind 1 fail EADDRINUSE"), "");
	EXPECT_EQ(error_of_script("bind 1 fail EADDRINUZE"), "script:1: not an error: EADDRINUZE");
	EXPECT_EQ(error_of_script("\nbnid 1 fail EIO"), "script:2: unknown word: bnid");
	EXPECT_EQ(error_of_script("bind 1 fails EIO"), "script:1: unknown word: fails");
	EXPECT_EQ(error_of_script("bind 0 fail EIO"), "script:1: calls are counted from 1");
	EXPECT_EQ(error_of_script("bind one fail EIO"), "script:1: not a number: one");
	EXPECT_EQ(error_of_script("bind 1 fail"), "script:1: too few words");
	EXPECT_EQ(error_of_script("bind 1 fail EIO twice"), "script:1: unknown word: twice");
	EXPECT_EQ(error_of_script("getaddrinfo 1 fail EIO"),
	    "script:1: not an error of getaddrinfo: EIO");
	EXPECT_EQ(error_of_script("socket tcp 127.0.0.1 80 lurking"),
	    "script:1: unknown word: lurking");
	EXPECT_EQ(error_of_script("socket tcp 127.0.0.1 80 with SO_REUSEPORT_LB"),
	    "script:1: this system has no option SO_REUSEPORT_LB");
	EXPECT_EQ(error_of_script("socket tcp 203.0.113.1 80"),
	    "script:1: bind of the socket that is to be there fails: EADDRNOTAVAIL");
}

TEST(ShimScript, ARuleThatNeverFiredFailsTheRun)
{
	Bench bench("linux-6", "bind 2 fail EADDRINUSE");
	Result result = bench.run("tcp-socket-listen", { "127.0.0.1", "0", "true" });

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(bench.problems(), std::vector<std::string>({ "rule 1 fired 0 times" }));
}

TEST(ShimScript, ARuleFailsTheNthCallAndNoOther)
{
	Bench bench("linux-6", "bind 1 fail EADDRINUSE");
	Result result = bench.run("tcp-socket-listen", { "127.0.0.1", "0", "true" });

	EXPECT_EQ(result.status, 1) << result;
	EXPECT_EQ(result.error_line(0), "tcp-socket-listen: FATAL: " + error_text(EADDRINUSE));
	EXPECT_SOUND(bench);
}

TEST(ShimProfile, AValueWithoutASourceFailsTheRun)
{
	EXPECT_EQ(error_of_profile("limit backlog 5 -- listen(2)"), "");
	EXPECT_EQ(error_of_profile("limit backlog 5"), "test.profile:1: no source");
	EXPECT_EQ(error_of_profile("limit backlog 5 -- "), "test.profile:1: no source");
}

TEST(ShimProfile, AnUnknownWordFailsTheRun)
{
	EXPECT_EQ(error_of_profile("# comment\n\nlimits backlog 5 -- x"),
	    "test.profile:3: unknown word: limits");
	EXPECT_EQ(error_of_profile("rule exhausted-inet ENOSUCH -- x"),
	    "test.profile:1: not an error: ENOSUCH");
	EXPECT_EQ(error_of_profile("rule exhausted EIO -- x"),
	    "test.profile:1: unknown word: exhausted");
	EXPECT_EQ(error_of_profile("rule conflicts solaris -- x"),
	    "test.profile:1: unknown word: solaris");
	EXPECT_EQ(error_of_profile("file /proc/sys/x {nothing} -- x"),
	    "test.profile:1: no such limit: nothing");
	EXPECT_EQ(error_of_profile("system linux -- x\noption SO_REUSEPORT_LB flag -- x"),
	    "test.profile:2: unknown word: SO_REUSEPORT_LB");
	EXPECT_EQ(error_of_profile("include no-such"), "no-such.profile: cannot be read");
}

TEST(ShimProfile, ANameThatStandsTwiceInOneFileFailsTheRun)
{
	EXPECT_EQ(error_of_profile("limit backlog 5 -- x\nlimit backlog 6 -- x"),
	    "test.profile:2: said before: limit backlog");
	EXPECT_EQ(error_of_profile("system linux -- x\noption SO_KEEPALIVE flag -- x\n"
	                           "option SO_KEEPALIVE flag -- x"),
	    "test.profile:3: said before: option SO_KEEPALIVE");
	EXPECT_EQ(error_of_profile("system linux -- x\noption SO_KEEPALIVE flag -- x\n"
	                           "no-option SO_KEEPALIVE -- x"),
	    "test.profile:3: said before: option SO_KEEPALIVE");
	EXPECT_EQ(error_of_profile("sysctl kern.x 1 -- x\nhide kern.x ENOENT -- x"),
	    "test.profile:2: said before: view kern.x");
	EXPECT_EQ(error_of_profile("user 0 -- x\nuser 1 -- x"),
	    "test.profile:2: said before: user");
	EXPECT_EQ(error_of_profile("filter dataready -- x\nfilter dnsready -- x"), "");
	EXPECT_EQ(error_of_profile("include linux-6\nlimit backlog 5 -- what differs"), "");
}

TEST(ShimProfile, EveryProfileIsComplete)
{
	ASSERT_GE(profile_names().size(), 5U);
	for (const std::string &name : profile_names())
		EXPECT_NO_THROW(Bench bench(name)) << name;
}

TEST(Shim, AProcessThatIsNotFakedFailsTheRun)
{
	Bench bench("linux-6");
	Command command({ "/bin/true" });

	bench.run(command);
	EXPECT_EQ(bench.problems(), std::vector<std::string>(
	    { "no process said hello: the shim was not loaded" }));
}

TEST(Shim, OnlyTheTargetIsFakedAndTheNextProgramPasses)
{
	Bench bench("linux-6");
	Result result = bench.run("tcp-socket-listen", { "127.0.0.1", "0", "/bin/true" });
	std::vector<std::string> notes;

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_SOUND(bench);
	for (const LoggedCall &call : bench.log())
		if (call.result.empty())
			notes.push_back(call.name);
	EXPECT_EQ(notes, std::vector<std::string>({ "hello", "passing" }));
}

/* The subject in place of a tool. */
Result
run_subject(Bench &bench, const std::string &deed)
{
	Command command = bench.command("subject", { deed });

	command.file = SUBJECT;
	bench.set_target(SUBJECT);
	return bench.run(command);
}

TEST(Shim, ADescriptorLeftOpenIsNoticed)
{
	for (const char *deed : { "leave-a-descriptor", "leave-a-socket" }) {
		Bench bench("linux-6");
		Result result = run_subject(bench, deed);
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(bench.left(), std::vector<std::string>({ "3" })) << deed;
	}
}

/* A log that were a descriptor would end here. */
TEST(Shim, TheLogOutlivesAProcessThatClosesEverything)
{
	Bench bench("linux-6");
	Result result = run_subject(bench, "close-everything");

	EXPECT_EQ(result.status, 0) << result;
	ASSERT_FALSE(bench.log().empty());
	EXPECT_EQ(bench.log().back().name, "goodbye");
}

TEST(Shim, AFakeSocketIsTheSameUnderEveryDescriptor)
{
	Bench bench("linux-6");
	Result result = run_subject(bench, "bind-a-duplicate");

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(bench.calls().back().text(), "listen 4 5 = 0");
	EXPECT_TRUE(bench.fake().sockets[0].listening);
}

} // namespace
