/* SPDX-License-Identifier: ISC */
/*
 * A kernel that binds another address than it was asked for: FreeBSD in a jail
 * (netinet/in_jail.c, netinet6/in6_jail.c), Linux where a control group's BPF
 * program wants it so.  It is said wherever the outcome is read back, and
 * nowhere else.
 */
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "bench.h"
#include "profile.h"
#include "temporary_directory.h"

namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;
using testing::HasSubstr;

const char rule[] = "in this jail bind replaces loopback by the jail's first address, and the"
                    " wildcard by its only address";

std::string
warning(const std::string &asked, const std::string &given, const std::string &reason = rule)
{
	return "bindchain listen: warning: " + asked + " requested, " + given + " bound"
	    + (reason.empty() ? "" : ": " + reason) + "\n";
}

/* A jail that has more than its profile says. */
void
add(Bench &bench, const std::string &lines)
{
	read_profile_text(lines, "here.profile", bench.fake());
	bench.fake().refusal_count = 0;
}

const char with_ipv6[] = "interface em0 up 192.0.2.20 2001:db8::20 -- jail(8), ip6.addr\n"
                         "jail 2001:db8::20 -- jail(8), ip6.addr";
const char with_two_addresses[] = "interface em0 up 192.0.2.20 192.0.2.21 -- jail(8), ip4.addr\n"
                                  "jail 192.0.2.21 -- jail(8), ip4.addr";

Result
listen(Bench &bench, Words arguments, const Words &next = { "/bin/true" })
{
	arguments.insert(arguments.begin(), "listen");
	arguments.insert(arguments.end(), next.begin(), next.end());
	Result result = bench.run("bindchain", arguments);
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_SOUND(bench);
	return result;
}

/* What the report has of the only socket. */
Json
reported(Bench &bench, const std::string &socket, Result *result = nullptr)
{
	TemporaryDirectory directory;
	std::string path = directory / "report";
	Result done = listen(bench, { socket, "--report=" + path, "--report-format=json" });

	if (result)
		*result = done;
	return Json::parse(read_whole_file(path)).at("sockets").at(0);
}

/* ---- reports ---- */

TEST(OtherAddress, IsInTheReportAsJsonAndAWarning)
{
	Bench bench("freebsd-14-jail");
	Result result;
	Json socket = reported(bench, "--tcp=127.0.0.1:8080", &result);

	EXPECT_EQ(socket.at("address"), "192.0.2.20");
	EXPECT_EQ(socket.at("port"), 8080);
	EXPECT_EQ(socket.at("asked"),
	    Json({ { "address", "127.0.0.1" }, { "port", 8080 }, { "reason", rule } }));
	EXPECT_EQ(result.error, warning("127.0.0.1:8080", "192.0.2.20:8080"));
}

TEST(OtherAddress, IsInTheReportAsText)
{
	TemporaryDirectory directory;
	std::string path = directory / "report";
	Bench bench("freebsd-14-jail");

	listen(bench, { "--tcp=0.0.0.0:8080,name=web", "--tcp=192.0.2.20:8081",
	    "--report=" + path });
	EXPECT_EQ(read_whole_file(path),
	    "fd=3 name=web address=192.0.2.20:8080 backlog=128 inherited=no asked=0.0.0.0:8080\n"
	    "fd=4 name=unknown address=192.0.2.20:8081 backlog=128 inherited=no\n");
}

TEST(OtherAddress, OfAPortLeftOpenIsTheAddressAlone)
{
	Bench jail("freebsd-14-jail"), host("freebsd-14");
	Json moved = reported(jail, "--tcp=127.0.0.1:0"), stayed = reported(host, "--tcp=0.0.0.0:0");

	EXPECT_EQ(moved.at("asked").at("port"), 0);
	EXPECT_NE(moved.at("port"), 0);
	EXPECT_TRUE(stayed.at("asked").is_null()) << stayed;
	EXPECT_NE(stayed.at("port"), 0);
}

TEST(OtherAddress, IsNoneWhereTheJailsOwnIsAsked)
{
	Bench bench("freebsd-14-jail");
	Result result;
	Json socket = reported(bench, "--tcp=192.0.2.20:8080", &result);

	EXPECT_TRUE(socket.at("asked").is_null()) << socket;
	EXPECT_EQ(result.error, "");
}

TEST(OtherAddress, OfAnIpv6JailStandsInForTheWildcardOfOneFamily)
{
	const struct {
		const char *socket, *asked, *given;
	} rows[] = {
		{ "--tcp=[::1]:8080", "::1", "2001:db8::20" },
		{ "--tcp=[::]:8080", "::", "2001:db8::20" },
		{ "--tcp=[::]:8080,dual", nullptr, "::" },
		{ "--udp=[::1]:8080", "::1", "2001:db8::20" },
	};

	for (const auto &row : rows) {
		Bench bench("freebsd-14-jail");
		add(bench, with_ipv6);
		Json socket = reported(bench, row.socket);
		EXPECT_EQ(socket.at("address"), row.given) << row.socket;
		EXPECT_EQ(socket.at("asked").is_null(), !row.asked) << row.socket;
		if (row.asked) {
			EXPECT_EQ(socket.at("asked").at("address"), row.asked) << row.socket;
		}
	}
}

TEST(OtherAddress, OfTwoInAJailTheFirstStandsInForLoopbackAndNoneForTheWildcard)
{
	Bench loopback("freebsd-14-jail"), wildcard("freebsd-14-jail");

	add(loopback, with_two_addresses);
	add(wildcard, with_two_addresses);
	EXPECT_EQ(reported(loopback, "--tcp=127.0.0.1:8080").at("address"), "192.0.2.20");
	Json socket = reported(wildcard, "--tcp=0.0.0.0:8080");
	EXPECT_EQ(socket.at("address"), "0.0.0.0");
	EXPECT_TRUE(socket.at("asked").is_null()) << socket;
}

/* Nobody but who attached the program can be asked why. */
TEST(OtherAddress, OfLinuxIsToldWithoutAReason)
{
	Bench bench("linux-6");
	Result result;

	read_profile_text("jail 192.0.2.10 -- as a BPF program might: bpf(2)", "here.profile",
	    bench.fake());
	Json socket = reported(bench, "--tcp=0.0.0.0:8080", &result);
	EXPECT_EQ(socket.at("address"), "192.0.2.10");
	EXPECT_EQ(socket.at("asked"),
	    Json({ { "address", "0.0.0.0" }, { "port", 8080 }, { "reason", nullptr } }));
	EXPECT_EQ(result.error, warning("0.0.0.0:8080", "192.0.2.10:8080", ""));
}

/* ---- where else it is read back, and where it is not ---- */

TEST(OtherAddress, IsWarnedOfBesideTheVariableThatHasIt)
{
	Bench bench("freebsd-14-jail");
	Result result = listen(bench, { "--tcp=127.0.0.1:8080", "--env=WHERE" },
	    { "/bin/sh", "-c", "echo $WHERE" });

	EXPECT_EQ(result.output, "3=192.0.2.20:8080\n");
	EXPECT_EQ(result.error, warning("127.0.0.1:8080", "192.0.2.20:8080"));
}

TEST(OtherAddress, IsWarnedOfWhereARequirementIsHeldAgainstTheSocket)
{
	for (const char *requirement : { "fixed-port", "least-backlog=1" }) {
		Bench bench("freebsd-14-jail");
		Result result = listen(bench,
		    { std::string("--tcp=127.0.0.1:8080,") + requirement, "--tcp=0.0.0.0:8081" });
		EXPECT_EQ(result.error, warning("127.0.0.1:8080", "192.0.2.20:8080"))
		    << "the second has no requirement";
	}
}

bool
asks_back(const Bench &bench)
{
	const std::vector<LoggedCall> calls = bench.calls();

	return std::any_of(calls.begin(), calls.end(), [](const LoggedCall &call) {
		return call.name == "getsockname" || call.name == "getsockopt"
		    || call.name == "sysctlbyname";
	});
}

TEST(OtherAddress, IsNotLookedForWhereNobodyReadsTheOutcome)
{
	Bench native("freebsd-14-jail");

	EXPECT_EQ(listen(native, { "--tcp=127.0.0.1:8080" }).error, "");
	EXPECT_FALSE(asks_back(native));
	for (const char *personality : { "tcp-socket-listen", "s6-tcpserver-socketbinder" }) {
		Bench bench("freebsd-14-jail");
		Result result = bench.run(personality, { "127.0.0.1", "8080", "/bin/true" });
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(result.output + result.error, "");
		EXPECT_FALSE(asks_back(bench)) << personality;
	}
}

/* ---- who does not know what was asked ---- */

Result
inspect(Bench &bench, const Words &options)
{
	Words words = { "127.0.0.1", "8080", bench.executable(), "inspect" };

	words.insert(words.end(), options.begin(), options.end());
	Result result = bench.run("tcp-socket-listen", words);
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_SOUND(bench);
	return result;
}

std::string
joined_lines(std::string text)
{
	for (size_t at; (at = text.find("\n    ")) != std::string::npos;)
		text.replace(at, 5, " ");
	return text;
}

TEST(OtherAddress, InspectKnowsTheRuleAndNotWhatWasAsked)
{
	Bench text("freebsd-14-jail"), json("freebsd-14-jail");
	Json report = Json::parse(inspect(json, { "--json" }).output);

	EXPECT_THAT(joined_lines(inspect(text, {}).output),
	    HasSubstr(std::string("\naddresses: ") + rule + "\n"));
	EXPECT_EQ(report.at("address_rule"), rule);
	EXPECT_EQ(report.at("sockets").at(0).count("asked"), 0U);
}

TEST(OtherAddress, InspectHasNothingToSayElsewhere)
{
	for (const char *profile : { "linux-6", "freebsd-14", "macos-15" }) {
		Bench text(profile), json(profile);
		EXPECT_THAT(inspect(text, {}).output, testing::Not(HasSubstr("addresses:")));
		EXPECT_TRUE(Json::parse(inspect(json, { "--json" }).output).at("address_rule")
		                .is_null()) << profile;
	}
}

/* A jail with a network stack of its own is like a host. */
TEST(OtherAddress, IsNoRuleWhereAJailHasItsOwnStack)
{
	Bench bench("freebsd-13.1-jail-vnet");

	EXPECT_TRUE(Json::parse(inspect(bench, { "--json" }).output).at("address_rule").is_null());
}

/* ---- before and after ---- */

std::string
warnings(Bench &bench, const std::string &socket)
{
	Result result = bench.run("bindchain",
	    { "explain", "--json", "listen", socket, "/bin/true" });

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_SOUND(bench);
	return Json::parse(result.output).at("sockets").at(0).at("warnings").dump();
}

TEST(OtherAddress, IsForeseen)
{
	const struct {
		const char *profile, *lines, *socket, *becomes; /* empty: it is bound itself */
	} rows[] = {
		{ "freebsd-14-jail", "", "--tcp=127.0.0.1:8080", "192.0.2.20, the only IPv4" },
		{ "freebsd-14-jail", "", "--tcp=0.0.0.0:8080", "192.0.2.20, the only IPv4" },
		{ "freebsd-14-jail", "", "--tcp=192.0.2.20:8080", "" },
		{ "freebsd-14-jail", with_two_addresses, "--tcp=127.0.0.1:8080", "the first IPv4" },
		{ "freebsd-14-jail", with_two_addresses, "--tcp=0.0.0.0:8080", "" },
		{ "freebsd-14-jail", with_ipv6, "--tcp=[::1]:8080", "2001:db8::20, the only IPv6" },
		{ "freebsd-14-jail", with_ipv6, "--tcp=[::]:8080", "2001:db8::20, the only IPv6" },
		{ "freebsd-14-jail", with_ipv6, "--tcp=[::]:8080,dual", "" },
		{ "freebsd-13.1-jail", "", "--udp=0.0.0.0:8080", "127.0.0.2, the only IPv4" },
		{ "freebsd-13.1-jail-loopback", "", "--tcp=127.0.0.1:8080", "" },
		{ "freebsd-13.1-jail-loopback", "", "--tcp=0.0.0.0:8080", "127.0.0.1, the only IPv4" },
		{ "freebsd-13.1-jail-inherit", "", "--tcp=127.0.0.1:8080", "" },
		{ "freebsd-13.1-jail-inherit", "", "--tcp=0.0.0.0:8080", "" },
		{ "freebsd-13.1-jail-vnet", "", "--tcp=127.0.0.1:8080", "" },
		{ "freebsd-14", "", "--tcp=127.0.0.1:8080", "" },
	};

	for (const auto &row : rows) {
		Bench foreseen(row.profile), done(row.profile);
		SCOPED_TRACE(std::string(row.profile) + " " + row.socket);
		add(foreseen, row.lines);
		add(done, row.lines);
		std::string said = warnings(foreseen, row.socket);
		EXPECT_EQ(said.find(" becomes ") == std::string::npos, !*row.becomes);
		EXPECT_THAT(said, HasSubstr(row.becomes));
		/* The kernel does so. */
		EXPECT_EQ(reported(done, row.socket).at("asked").is_null(), !*row.becomes);
	}
}

/* It is the address that stands in that is in use. */
TEST(OtherAddress, IsBehindAConflict)
{
	Bench bench("freebsd-14-jail", "socket tcp 192.0.2.20 8080 listening 5");
	Result result = bench.run("tcp-socket-listen", { "127.0.0.1", "8080", "/bin/true" });

	EXPECT_EQ(result.status, 1) << result;
	EXPECT_THAT(result.error, HasSubstr("tcp-socket-listen: info: 127.0.0.1 becomes 192.0.2.20,"
	    " the only IPv4 address of this jail\n"));
}

TEST(OtherAddress, IsAmongTheLimits)
{
	const struct {
		const char *profile, *value, *meaning;
	} rows[] = { { "freebsd-14-jail", "1", rule },
		{ "freebsd-14", "0", "a socket is bound to the requested address" } };

	for (const auto &row : rows) {
		Bench bench(row.profile);
		Json limits = Json::parse(bench.run("bindchain", { "limits", "--json" }).output);
		Json found;
		for (const Json &value : limits.at("values"))
			if (value.at("name") == "security.jail.jailed")
				found = value;
		EXPECT_EQ(found.at("value"), row.value);
		EXPECT_EQ(found.at("meaning"), row.meaning);
	}
}

} // namespace
