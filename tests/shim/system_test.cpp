/* SPDX-License-Identifier: ISC */
/* What a tool does where a system has its own way, from its start to the next
 * program: on the bench, in the world of one profile each. */
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "bench.h"
#include "expectations.h"
#include "kernel.h"
#include "network.h"
#include "situation.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Json = nlohmann::json;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

const char *const complete_profiles[] = { "linux-6", "freebsd-14", "macos-15" };

/* The one socket that a chain of NAME and `inspect` ends with. */
Json
inspected(Bench &bench, const std::string &name, std::vector<std::string> arguments)
{
	arguments.insert(arguments.end(), { bench.executable(), "inspect", "--json" });
	Result result = bench.run(name, arguments);

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_SOUND(bench);
	return Json::parse(result.output).at("sockets").at(0);
}

/* The call that failed first, and its errno: "bind EADDRINUSE". */
std::string
first_failure(Bench &bench)
{
	for (const LoggedCall &call : bench.calls())
		if (call.failed())
			return call.name + " " + call.result;
	return "";
}

std::string
outcome_of(const std::string &profile, const std::string &script,
    const std::vector<std::string> &arguments)
{
	Bench bench(profile, script);
	std::vector<std::string> words = arguments;

	words.push_back("/bin/true");
	Result result = bench.run("tcp-socket-listen", words);
	EXPECT_SOUND(bench);
	EXPECT_EQ(result.status == 0, first_failure(bench).empty()) << result;
	return first_failure(bench);
}

/* ---- read-back ---- */

/* BSD kernels read a flag back as its bit, and the limit in three ways. */
TEST(EverySystem, WhatWasSetIsReadBack)
{
	for (const char *profile : complete_profiles) {
		Bench bench(profile);
		Json socket = inspected(bench, "tcp-socket-listen",
		    { "--reuse-port", "--backlog", "7", "::1", "8080" });
		SCOPED_TRACE(profile);
		EXPECT_EQ(socket.at("address"), "::1");
		EXPECT_EQ(socket.at("port"), 8080);
		EXPECT_EQ(socket.at("listening"), true);
		EXPECT_EQ(socket.at("queue_limit"), 7);
		EXPECT_EQ(socket.at("queue_length"), 0);
		EXPECT_EQ(socket.at("options").at("reuse-address"), true);
		EXPECT_EQ(socket.at("options").at("share"), true);
		EXPECT_EQ(socket.at("options").at("v6only"), true);
	}
}

TEST(EverySystem, TheQueueInForceIsTheSystemsLimit)
{
	const std::map<std::string, int> limits = { { "linux-6", 4096 }, { "linux-bare", 128 },
		{ "freebsd-14", 128 }, { "freebsd-somaxconn", 128 }, { "macos-15", 128 } };

	for (const auto &[profile, limit] : limits) {
		Bench bench(profile);
		EXPECT_EQ(inspected(bench, "s6-tcpserver-socketbinder", { "127.0.0.1", "8080" })
		              .at("queue_limit"), limit) << profile;
	}
}

TEST(FreeBsdJail, TheAddressThatWasReallyBoundIsReadBack)
{
	for (const char *asked : { "127.0.0.1", "0.0.0.0" }) {
		Bench bench("freebsd-14-jail");
		EXPECT_EQ(inspected(bench, "tcp-socket-listen", { asked, "8080" }).at("address"),
		    "192.0.2.20") << asked;
	}
}

/* ---- more rights than the caller's ---- */

/* FreeBSD and macOS have no capabilities of files to advise; Linux is asked by
 * tests/tools, since getauxval(3) needs no call. */
TEST(SetUserId, IsRefusedWithoutMentioningCapabilities)
{
	for (const char *profile : { "freebsd-14", "macos-15" }) {
		Bench bench(profile, "issetugid 1 fail EPERM");
		Result result = bench.run("tcp-socket-listen", { "127.0.0.1", "8080", "/bin/true" });
		EXPECT_EQ(result.status, 100) << profile;
		EXPECT_EQ(result.error, "bindchain: fatal: refusing to run set-user-ID or"
		    " set-group-ID; start as the user\n");
		EXPECT_SOUND(bench);
	}
}

/* ---- descriptors ---- */

/* poll(2) does not know all that is open, and may fail. */
TEST(EverySystem, DescriptorsThatPollDoesNotKnowAreAskedOneByOne)
{
	for (const char *profile : complete_profiles) {
		Bench bench(profile, "poll 1 fail EINVAL");
		std::vector<std::string> words = { "--systemd-compatibility", "127.0.0.1", "8080",
			bench.executable(), "tcp-socket-listen", "--systemd-compatibility",
			"127.0.0.1", "8081", "/bin/sh", "-c", "echo $LISTEN_FDS" };
		Result result = bench.run("tcp-socket-listen", words);
		EXPECT_EQ(result.output, "2\n") << profile << result;
		EXPECT_SOUND(bench);
	}
}

/* The second command has the first one's socket, and only looks at it. */
TEST(EverySystem, AnInheritedSocketIsTakenAsItIs)
{
	for (const char *profile : complete_profiles) {
		Bench bench(profile);
		Result result = bench.run("bindchain", { "listen",
		    "--tcp=127.0.0.1:8080,name=web,backlog=5",
		    bench.executable(), "listen", "--tcp=127.0.0.1:8080,name=web,keepalive,inherit",
		    "--udp=127.0.0.1:8081,inherit", "--report=fd:1", "/bin/true" });
		std::map<std::string, int> calls;
		for (const LoggedCall &call : bench.calls())
			calls[call.name]++;
		EXPECT_EQ(result.status, 0) << profile << result;
		EXPECT_EQ(result.output.rfind("fd=3 name=web address=127.0.0.1:8080 backlog=", 0), 0u)
		    << profile << result;
		EXPECT_NE(result.output.find(" inherited=yes\nfd=4 name=unknown"
		    " address=127.0.0.1:8081 inherited=no\n"), std::string::npos) << profile << result;
		EXPECT_EQ(result.error, "bindchain listen: warning: inherited descriptor 3 \"web\":"
		    " keepalive: on requested, off inherited\n") << profile;
		EXPECT_EQ(calls["bind"], 2) << profile;
		EXPECT_EQ(calls["listen"], 1) << profile;
		EXPECT_EQ(bench.left(), std::vector<std::string>()) << profile;
		EXPECT_SOUND(bench);
	}
}

/* ---- limits ---- */

TEST(EverySystem, TheLimitIsNotReadWhereNobodyAsks)
{
	for (const char *profile : complete_profiles) {
		Bench bench(profile);
		EXPECT_EQ(bench.run("tcp-socket-listen", { "127.0.0.1", "8080", "/bin/true" }).status,
		    0);
		for (const LoggedCall &call : bench.calls())
			EXPECT_TRUE(call.name != "open" && call.name != "sysctlbyname") << call;
	}
}

/* ---- addresses, families, privilege ---- */

TEST(LinuxWithoutIpv6, AnIpv6SocketFailsAndANameFallsBackToIpv4)
{
	EXPECT_EQ(outcome_of("linux-6-without-ipv6", "", { "::1", "8080" }),
	    "socket EAFNOSUPPORT");
	Bench bench("linux-6-without-ipv6");
	EXPECT_EQ(inspected(bench, "tcp-socket-listen",
	              { "--check-interfaces", "both.example", "8080" }).at("address"),
	    "192.0.2.10");
}

TEST(FreeBsdJail, HasNoIpv6AndNoBindAny)
{
	EXPECT_EQ(outcome_of("freebsd-14-jail", "", { "::1", "8080" }),
	    "socket EPROTONOSUPPORT");
	EXPECT_EQ(outcome_of("freebsd-14-jail", "", { "--bind-to-any", "203.0.113.9", "8080" }),
	    "setsockopt EPERM");
}

TEST(EverySystem, LowPortsNeedPrivilege)
{
	for (const char *profile : { "linux-6-unprivileged", "freebsd-14-unprivileged", "macos-11" })
		EXPECT_EQ(outcome_of(profile, "", { "127.0.0.1", "80" }), "bind EACCES") << profile;
	for (const char *profile : { "linux-6-unprivileged", "freebsd-14-unprivileged" })
		EXPECT_EQ(outcome_of(profile, "", { "0.0.0.0", "80" }), "bind EACCES") << profile;
	EXPECT_EQ(outcome_of("macos-11", "", { "0.0.0.0", "80" }), "");
}

TEST(EverySystem, AddressesOfNoInterfaceAreNotAvailable)
{
	for (const char *profile : complete_profiles) {
		EXPECT_EQ(outcome_of(profile, "", { "203.0.113.9", "8080" }), "bind EADDRNOTAVAIL");
		EXPECT_EQ(outcome_of(profile, "", { "2001:db8:1::9", "8080" }),
		    "bind EADDRNOTAVAIL");
	}
}

TEST(EverySystem, LoopbackHasOneAddressExceptOnLinux)
{
	EXPECT_EQ(outcome_of("linux-6", "", { "127.0.0.2", "8080" }), "");
	EXPECT_EQ(outcome_of("freebsd-14", "", { "127.0.0.2", "8080" }), "bind EADDRNOTAVAIL");
	EXPECT_EQ(outcome_of("macos-15", "", { "127.0.0.2", "8080" }), "bind EADDRNOTAVAIL");
}

TEST(MacOs, APortOfApplesListIsInUse)
{
	for (const char *profile : { "macos-15", "macos-11" }) {
		Bench udp(profile);
		EXPECT_EQ(outcome_of(profile, "", { "127.0.0.1", "55555" }), "bind EADDRINUSE");
		EXPECT_EQ(udp.run("udp-socket-listen", { "127.0.0.1", "55555", "/bin/true" }).status,
		    0) << profile;
	}
}

/* ---- who was there before ---- */

struct Conflict {
	const char *holder;
	std::vector<std::string> arguments;
	const char *outcome[3]; /* by enum world_system */
};

/* listen(2) and socket(7) of Linux; in_pcb.c of FreeBSD and xnu. */
const Conflict conflicts[] = {
	{ "socket tcp 127.0.0.1 8080 listening 5", { "127.0.0.1", "8080" },
	    { "bind EADDRINUSE", "bind EADDRINUSE", "bind EADDRINUSE" } },
	{ "socket tcp 127.0.0.1 8080 with SO_REUSEADDR", { "127.0.0.1", "8080" },
	    { "", "bind EADDRINUSE", "bind EADDRINUSE" } },
	{ "socket tcp 0.0.0.0 8080 listening 5", { "127.0.0.1", "8080" },
	    { "bind EADDRINUSE", "", "" } },
	{ "socket tcp 0.0.0.0 8080 listening 5", { "--no-reuse-address", "127.0.0.1", "8080" },
	    { "bind EADDRINUSE", "bind EADDRINUSE", "bind EADDRINUSE" } },
	{ "socket tcp 0.0.0.0 8080 listening 5", { "::", "8080" }, { "", "", "" } },
	{ "socket tcp 0.0.0.0 8080 listening 5", { "--combine4and6", "::", "8080" },
	    { "bind EADDRINUSE", "", "" } },
	{ "socket tcp 127.0.0.1 8080 listening 5 with SO_REUSEPORT",
	    { "--reuse-port", "127.0.0.1", "8080" }, { "", "", "" } },
	{ "socket tcp 127.0.0.1 8080 listening 5", { "--reuse-port", "127.0.0.1", "8080" },
	    { "bind EADDRINUSE", "bind EADDRINUSE", "bind EADDRINUSE" } },
	{ "socket udp 127.0.0.1 8080", { "127.0.0.1", "8080" }, { "", "", "" } },
};

TEST(EverySystem, WhoWasThereBeforeIsInTheWayByTheSystemsRules)
{
	for (size_t system = 0; system < 3; system++)
		for (const Conflict &conflict : conflicts)
			EXPECT_EQ(outcome_of(complete_profiles[system], conflict.holder,
			              conflict.arguments), conflict.outcome[system])
			    << complete_profiles[system] << ": " << conflict.holder << ", then "
			    << testing::PrintToString(conflict.arguments);
}

TEST(EverySystem, APortIsSharedByOneUserOnly)
{
	const std::vector<std::string> share = { "--reuse-port", "127.0.0.1", "8080" };

	for (const char *profile : { "linux-6-unprivileged", "freebsd-14-unprivileged" }) {
		EXPECT_EQ(outcome_of(profile, "socket tcp 127.0.0.1 8080 user 1001 listening 5"
		                              " with SO_REUSEPORT", share), "") << profile;
		EXPECT_EQ(outcome_of(profile, "socket tcp 127.0.0.1 8080 user 1002 listening 5"
		                              " with SO_REUSEPORT", share), "bind EADDRINUSE")
		    << profile;
	}
}

/* Three systems, four errnos, one meaning. */
TEST(EverySystem, AnExhaustedRangeHasItsOwnErrno)
{
	struct {
		const char *profile, *inet, *inet6;
	} rows[] = { { "linux-6", "bind EADDRINUSE", "bind EADDRINUSE" },
		{ "freebsd-14", "bind EADDRNOTAVAIL", "bind EADDRNOTAVAIL" },
		{ "macos-15", "bind EADDRNOTAVAIL", "bind EAGAIN" } };

	for (const auto &row : rows)
		for (const char *address : { "0.0.0.0", "::" }) {
			bool is_inet = std::string(address) == "0.0.0.0";
			Bench bench(row.profile, std::string("socket tcp ") + address + " 50000");
			kernel_set_limit(&bench.fake(), "port-first", 50000);
			kernel_set_limit(&bench.fake(), "port-last", 50000);
			Result result = bench.run("tcp-socket-listen", { address, "0", "/bin/true" });
			EXPECT_EQ(first_failure(bench), is_inet ? row.inet : row.inet6)
			    << row.profile << result;
			EXPECT_NE(result.error.find("50000"), std::string::npos)
			    << "the range is named: " << result;
		}
}

/* Neither BSD has a call like Linux's pidfd_getfd(2). */
TEST(SocketsOfAnotherProcess, AreRefusedOnBsds)
{
	for (const char *profile : { "freebsd-14", "macos-15" }) {
		Result result = Bench(profile).run("bindchain", { "adapt", "--from=pid:1",
		    "/bin/true" });
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_THAT(result.error, HasSubstr("fatal: sockets of another process are not supported"
		    " on "));
	}
}

/* ---- what the kernel's lists would show ---- */

/* Their layout is not fixed, so the systems' own commands are named. */
TEST(BsdListings, AreNotReadAndTheirCommandsAreNamed)
{
	const std::pair<std::string, const char *> systems[] = { { "freebsd", "freebsd-14" },
		{ "darwin", "macos-15" } };

	for (const auto &[system, profile] : systems) {
		const Expectations &expected = expectations_of(system);
		TemporaryDirectory directory;
		Descriptor holder = bind_path(directory / "s", SOCK_STREAM);
		Bench bench(profile);
		SCOPED_TRACE(profile);
		Words lines = Situation(profile, "", "socket tcp 127.0.0.1 8080 listening 5")
		                  .fail("--tcp=127.0.0.1:8080");
		EXPECT_THAT(lines.at(1), HasSubstr("cannot determine the holder: the kernel's list of"
		                                   " sockets "));
		EXPECT_EQ(lines.back(), std::string("try: ") + expected.holders_command);
		EXPECT_EQ(Situation(profile).fail("--unix=" + (directory / "s")).back(),
		    std::string("try: ") + expected.path_holders_command);
		Result queues = bench.run("bindchain", { "queues" });
		EXPECT_NE(queues.status, 0);
		EXPECT_THAT(queues.error, EndsWith(std::string("; try: ") + expected.listeners_command
		    + "\n"));
		EXPECT_SOUND(bench);
	}
}

TEST(BsdLinkLocalAddress, NeedsAZoneThatIsAnInterface)
{
	const std::pair<const char *, std::string> systems[] = { { "freebsd-14", "em0" },
		{ "macos-15", "en0" } };

	for (const auto &[profile, interface] : systems) {
		const Situation situation(profile,
		    "interface " + interface + " up 192.0.2.10 fe80::10 -- lladdr\n");
		EXPECT_THAT(situation.fail("--tcp=[fe80::10]:8080"), ElementsAre("bind EADDRNOTAVAIL",
		    "a link-local address needs its zone: fe80::10%INTERFACE; interfaces: " + interface));
		EXPECT_EQ(situation.inspect("--tcp=[fe80::10%" + interface + "]:8080").at("address"),
		    "fe80::10%" + interface);
		EXPECT_THAT(situation.fail("--tcp=[fe80::10%none0]:8080").back(), "none0 is not an"
		    " interface; interfaces with a link-local address: lo0, " + interface);
	}
}

/* ---- the next program ---- */

/* exec of POSIX, and what kernels say of mounts that are gone. */
const char *const errors_of_a_place[] = { "ENOENT", "ENOTDIR", "EACCES", "ENAMETOOLONG", "ELOOP",
	"ENODEV", "ETIMEDOUT", "ESTALE" };
const char *const errors_of_a_program[] = { "ENOEXEC", "ENOMEM", "E2BIG", "ETXTBSY" };

/* Two directories of a program that exits with 3 and 4. */
class Search : public testing::Test {
protected:
	Search()
	{
		for (const char *place : { "/3", "/4" }) {
			std::filesystem::create_directory(directory.path() + place);
			std::ofstream(directory.path() + place + "/program")
			    << "#!/bin/sh\nexit " << place + 1 << '\n';
			chmod((directory.path() + place + "/program").c_str(), 0755);
		}
	}

	int status_where_the_first_fails(const char *profile, const std::string &error) const
	{
		Bench bench(profile, "execve 1 fail " + error);
		Command command = bench.command("tcp-socket-listen", { "127.0.0.1", "8080", "program" });
		command.set("PATH", directory.path() + "/3:" + directory.path() + "/4");
		Result result = bench.run(command);
		EXPECT_SOUND(bench);
		return result.status;
	}

	TemporaryDirectory directory;
};

TEST_F(Search, GoesOnAfterAnErrorOfThatPlaceAndEndsAtOneOfTheProgram)
{
	for (const char *profile : complete_profiles) {
		for (const char *error : errors_of_a_place)
			EXPECT_EQ(status_where_the_first_fails(profile, error), 4) << profile << error;
		for (const char *error : errors_of_a_program)
			EXPECT_EQ(status_where_the_first_fails(profile, error), 1) << profile << error;
	}
}

/* ---- launchd ---- */

TEST(MacOs, LaunchdsSocketsAreTakenByName)
{
	const std::string script = "socket tcp 127.0.0.1 8080 listening 9 launchd Web";
	Bench bench("macos-15", script), other("macos-15", script), alone("macos-15");
	Json socket = inspected(bench, "bindchain", { "adapt", "--from=launchd:Web" });

	EXPECT_EQ(socket.at("descriptor"), 3);
	EXPECT_EQ(socket.at("address"), "127.0.0.1");
	EXPECT_EQ(socket.at("queue_limit"), 9);
	EXPECT_NE(other.run("bindchain", { "adapt", "--from=launchd:Mail", "/bin/true" }).status, 0);
	EXPECT_EQ(first_failure(other), "launch_activate_socket ENOENT");
	EXPECT_NE(alone.run("bindchain", { "adapt", "--from=launchd:Web", "/bin/true" }).status, 0);
	EXPECT_EQ(first_failure(alone), "launch_activate_socket ESRCH");
}

} // namespace
