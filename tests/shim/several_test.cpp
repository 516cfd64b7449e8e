/* SPDX-License-Identifier: ISC */
/* Several sockets for one address on the command line of `bindchain listen`, on each system. */
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>

#include "bench.h"
#include "network.h"
#include "tools.h"

namespace {

using Json = nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using Words = std::vector<std::string>;

const char *const systems[] = { "linux-6", "freebsd-14", "macos-15" };

Result
listen_with(Bench &bench, const std::string &socket)
{
	return bench.run("bindchain", { "listen", socket, "/bin/true" });
}

/* The addresses and ports of the calls of bind(2) that succeeded, or of all. */
Words
bound(const Bench &bench, bool failed_too = false)
{
	Words places;

	for (const LoggedCall &call : bench.calls())
		if (call.name == "bind" && (failed_too || !call.failed()))
			places.push_back(call.arguments.at(1) + " " + call.arguments.at(2));
	return places;
}

/* ---- every address of a name ---- */

TEST(AllAddresses, HaveASocketEachInTheOrderOfTheResolver)
{
	for (const char *system : systems)
		for (const char *option : { "--tcp=", "--udp=" }) {
			SCOPED_TRACE(std::string(system) + option);
			Bench bench(system);
			Result result = listen_with(bench, option
			    + std::string("both.example:8000,all"));
			EXPECT_EQ(result.status, 0) << result;
			EXPECT_SOUND(bench);
			EXPECT_THAT(bound(bench),
			    ElementsAre("192.0.2.10 8000", "2001:db8::10 8000"));
		}
}

TEST(AllAddresses, WithoutTheSettingTheFirstOneHasASocket)
{
	for (const char *setting : { "", ",all=no" }) {
		Bench bench("linux-6");
		Result result = listen_with(bench, std::string("--tcp=both.example:8000") + setting);
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_THAT(bound(bench), ElementsAre("192.0.2.10 8000"));
	}
}

TEST(AllAddresses, HaveOneSocketIfTheResolverRepeatsThem)
{
	Bench bench("linux-6");
	struct world_host &host = bench.fake().hosts[0];
	host.addresses[2] = host.addresses[0];
	host.addresses[3] = host.addresses[1];
	host.address_count = 4;
	Result result = listen_with(bench, "--tcp=both.example:8000,all");

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_SOUND(bench);
	EXPECT_THAT(bound(bench), ElementsAre("192.0.2.10 8000", "2001:db8::10 8000"));
}

TEST(AllAddresses, WithCheckInterfacesAreThoseOfFamiliesInUse)
{
	Bench bench("linux-6-without-ipv6");
	Result result = listen_with(bench, "--tcp=both.example:8000,all,check-interfaces");

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_SOUND(bench);
	EXPECT_THAT(bound(bench), ElementsAre("192.0.2.10 8000"));
}

TEST(AllAddresses, FailTogether)
{
	Bench bench("linux-6-without-ipv6");
	Result result = listen_with(bench, "--tcp=both.example:8000,all");

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_SOUND(bench);
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: socket TCP [2001:db8::10]:8000: "
	    + error_text(EAFNOSUPPORT)) << result;
	EXPECT_EQ(bench.left(), Words()) << result;
}

/* The second address has the port in use once: both are bound to another. */
TEST(AllAddresses, GetOnePortThatIsFreeOnAllOfThem)
{
	for (const char *system : systems) {
		Bench bench(system, "bind 2 fail EADDRINUSE");
		Result result = listen_with(bench, "--tcp=both.example:0,all");
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_SOUND(bench);
		Words places = bound(bench, true);
		ASSERT_EQ(places.size(), 4U) << system;
		EXPECT_EQ(places[0], "192.0.2.10 0");
		EXPECT_EQ(places[1].rfind("2001:db8::10 ", 0), 0U) << places[1];
		EXPECT_EQ(places[2], "192.0.2.10 0");
		EXPECT_EQ(places[3].rfind("2001:db8::10 ", 0), 0U) << places[3];
		EXPECT_NE(places[3], "2001:db8::10 0");
	}
}

TEST(AllAddresses, AreAllExplained)
{
	Bench bench("linux-6");
	Result result = bench.run("bindchain", { "explain", "--json", "listen",
	    "--tcp=both.example:0,all", "/bin/true" });
	Json sockets = Json::parse(result.output).at("sockets");

	EXPECT_SOUND(bench);
	ASSERT_EQ(sockets.size(), 2U) << result;
	EXPECT_EQ(sockets[0].at("address"), "192.0.2.10:0");
	EXPECT_EQ(sockets[0].at("port_of_previous"), false);
	EXPECT_EQ(sockets[1].at("address"), "[2001:db8::10]:0");
	EXPECT_EQ(sockets[1].at("port_of_previous"), true);
}

/* ---- both families, where both are there ---- */

const char not_up[] = "no interface that is up has an IPv6 address, loopback included";

/* The sockets of --tcp=:8000,prefer-both, and what is said of the family that is left out. */
struct Preferred {
	const char *profile, *script;
	Words places;
	const char *family, *missing, *reason; /* of errno, or the whole text */
	int error;
};

const Preferred preferred[] = {
	{ "linux-6", "", { "0.0.0.0 8000", ":: 8000" }, nullptr, nullptr, nullptr, 0 },
	{ "freebsd-14", "", { "0.0.0.0 8000", ":: 8000" }, nullptr, nullptr, nullptr, 0 },
	{ "macos-15", "", { "0.0.0.0 8000", ":: 8000" }, nullptr, nullptr, nullptr, 0 },
	/* __sock_create: the family is not registered */
	{ "linux-6-without-ipv6", "", { "0.0.0.0 8000" }, "inet6", "IPv6", "socket: ",
	    EAFNOSUPPORT },
	{ "linux-6", "socket 2 fail EAFNOSUPPORT", { "0.0.0.0 8000" }, "inet6", "IPv6", "socket: ",
	    EAFNOSUPPORT },
	/* RestrictAddressFamilies=AF_INET6 of systemd.exec(5) */
	{ "linux-6", "socket 1 fail EAFNOSUPPORT", { ":: 8000" }, "inet", "IPv4", "socket: ",
	    EAFNOSUPPORT },
	/* socreate, a jail without addresses of the family */
	{ "freebsd-14", "socket 2 fail EPROTONOSUPPORT", { "0.0.0.0 8000" }, "inet6", "IPv6",
	    "socket: ", EPROTONOSUPPORT },
	/* The second bind of a family is that of the requested port. */
	{ "linux-6", "bind 2 fail EADDRNOTAVAIL\nbind 3 fail EADDRNOTAVAIL", { "0.0.0.0 8000" },
	    "inet6", "IPv6", "bind: ", EADDRNOTAVAIL },
	/* prison_local_ip6 of kern/kern_jail.c */
	{ "freebsd-14", "bind 2 fail EAFNOSUPPORT", { "0.0.0.0 8000" }, "inet6", "IPv6", "bind: ",
	    EAFNOSUPPORT },
};

/* Those of a line of the log whose port is not the kernel's choice. */
Words
without_probes(const Words &places)
{
	Words kept;

	for (const std::string &place : places)
		if (place.substr(place.rfind(' ')) != " 0")
			kept.push_back(place);
	return kept;
}

std::string
reason_of(const Preferred &row)
{
	return row.reason + (row.error ? error_text(row.error) : "");
}

TEST(PreferBoth, OpensTheFamiliesThatAreThere)
{
	for (const Preferred &row : preferred)
		for (const char *option : { "--tcp=:8000,prefer-both", "--udp=:8000,prefer-both" }) {
			SCOPED_TRACE(std::string(row.profile) + " " + row.script + " " + option);
			Bench bench(row.profile, row.script);
			Result result = bench.run("bindchain", { "listen", option, "--report=fd:1",
			    "/bin/true" });
			EXPECT_EQ(result.status, 0) << result;
			EXPECT_SOUND(bench);
			EXPECT_EQ(without_probes(bound(bench)), row.places);
			if (!row.family) {
				EXPECT_EQ(result.error, "");
				EXPECT_EQ(result.output.find("left-out"), std::string::npos) << result;
				continue;
			}
			EXPECT_THAT(result.error, HasSubstr("bindchain listen: warning: prefer-both: "
			    + std::string(option, 2, 3).replace(0, 3, option[2] == 't' ? "TCP" : "UDP")
			    + " port 8000 without " + row.missing + ": " + reason_of(row) + "\n"));
			EXPECT_THAT(result.output, HasSubstr(std::string(" left-out=") + row.family + " ("
			    + reason_of(row) + ")\n"));
		}
}

TEST(PreferBoth, ExplainsAndReportsWhatIsLeftOut)
{
	for (const Preferred &row : preferred) {
		SCOPED_TRACE(std::string(row.profile) + " " + row.script);
		Bench bench(row.profile, row.script), reporting(row.profile, row.script);
		Result result = bench.run("bindchain", { "explain", "--json", "listen",
		    "--tcp=:8000,prefer-both", "/bin/true" });
		EXPECT_SOUND(bench);
		EXPECT_EQ(result.status, 0) << result;
		Json sockets = Json::parse(result.output).at("sockets");
		ASSERT_EQ(sockets.size(), row.places.size());
		Result started = reporting.run("bindchain", { "listen", "--tcp=:8000,prefer-both",
		    "--report=fd:1", "--report-format=json", "/bin/true" });
		Json reported = Json::parse(started.output).at("sockets");
		ASSERT_EQ(reported.size(), row.places.size());
		EXPECT_EQ(reported.at(0).at("left_out"), sockets.at(0).at("left_out"));
		if (!row.family) {
			EXPECT_EQ(sockets.at(0).at("left_out"), nullptr);
			EXPECT_EQ(sockets.at(1).at("left_out"), nullptr);
			continue;
		}
		EXPECT_EQ(sockets.at(0).at("left_out"), (Json { { "family", row.family },
		    { "reason", reason_of(row) } }));
	}
}

TEST(PreferBoth, IsInTheTextOfExplain)
{
	Bench bench("linux-6-without-ipv6");
	Result result = bench.run("bindchain", { "explain", "listen", "--tcp=:8000,prefer-both",
	    "/bin/true" });

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_THAT(result.output, HasSubstr("\n    without IPv6: socket: "
	    + error_text(EAFNOSUPPORT) + "\n"));
}

/* net.ipv6.conf.all.disable_ipv6: socket(2) and bind(2) succeed, and there are no addresses. */
TEST(PreferBoth, LeavesOutAFamilyThatNoInterfaceHas)
{
	Bench bench("linux-6");
	for (uint32_t i = 0; i < bench.fake().interface_count; i++)
		bench.fake().interfaces[i].address_count = 1;
	Result result = bench.run("bindchain", { "listen", "--tcp=:8000,prefer-both", "--report=fd:1",
	    "/bin/true" });

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_SOUND(bench);
	EXPECT_THAT(without_probes(bound(bench)), ElementsAre("0.0.0.0 8000"));
	EXPECT_EQ(result.error, "bindchain listen: warning: prefer-both: TCP port 8000 without IPv6: "
	    + std::string(not_up) + "\n");
	EXPECT_THAT(result.output, HasSubstr(std::string(" left-out=inet6 (") + not_up + ")\n"));
}

/* Unlike check-interfaces, it takes an address of the loopback interface for the family. */
TEST(PreferBoth, TakesLoopbackForAFamily)
{
	for (const char *setting : { "prefer-both", "check-interfaces" }) {
		Bench bench("linux-6");
		struct world_interface &outer = bench.fake().interfaces[1];
		ASSERT_STREQ(outer.name, "eth0");
		outer.address_count = 1;
		Result result = listen_with(bench, std::string("--tcp=:8000,") + setting);
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(result.error, "");
		EXPECT_EQ(without_probes(bound(bench)), setting[0] == 'p'
		    ? (Words { "0.0.0.0 8000", ":: 8000" }) : Words { "0.0.0.0 8000" });
	}
}

/* Then they do not tell the families apart. */
TEST(PreferBoth, OpensBothIfNoInterfaceHasAnAddress)
{
	Bench bench("linux-6");
	bench.fake().interface_count = 0;
	Result result = listen_with(bench, "--tcp=:8000,prefer-both");

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, "");
	EXPECT_THAT(without_probes(bound(bench)), ElementsAre("0.0.0.0 8000", ":: 8000"));
}

/* Neither of these is about the family. */
TEST(PreferBoth, FailsIfTheSecondFamilyCannotBeOpened)
{
	struct Row {
		const char *profile, *script, *call;
		int error;
	};
	const Row rows[] = {
		{ "linux-6", "bind 4 fail EADDRINUSE", "bind", EADDRINUSE },
		{ "linux-6", "bind 4 fail EACCES", "bind", EACCES },
		{ "linux-6", "bind 4 fail EADDRNOTAVAIL", "bind", EADDRNOTAVAIL },
		{ "linux-6", "bind 2 fail EACCES\nbind 4 fail EACCES", "bind", EACCES },
		{ "linux-6", "socket 2 fail EACCES\nsocket 4 fail EACCES", "socket", EACCES },
		{ "linux-6", "socket 2 fail EMFILE\nsocket 4 fail EMFILE", "socket", EMFILE },
		{ "freebsd-14", "bind 4 fail EADDRINUSE", "bind", EADDRINUSE },
		{ "macos-15", "bind 4 fail EADDRINUSE", "bind", EADDRINUSE },
	};

	for (const Row &row : rows) {
		SCOPED_TRACE(std::string(row.profile) + " " + row.script);
		Bench bench(row.profile, row.script);
		Result result = listen_with(bench, "--tcp=:8000,prefer-both");
		EXPECT_EQ(result.status, 111) << result;
		EXPECT_SOUND(bench);
		EXPECT_EQ(result.error_line(0), std::string("bindchain listen: fatal: ") + row.call
		    + " TCP [::]:8000: " + error_text(row.error)) << result;
		EXPECT_EQ(bench.left(), Words());
	}
}

/* Port 0 fails with EADDRNOTAVAIL, too, if the range is exhausted (in_pcb.c of FreeBSD). */
TEST(PreferBoth, DoesNotTakeAnExhaustedRangeForAMissingFamily)
{
	for (const char *profile : { "freebsd-14", "macos-15" }) {
		Bench bench(profile, "bind 2 fail EADDRNOTAVAIL");
		Result result = listen_with(bench, "--tcp=:8000,prefer-both");
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(result.error, "");
		EXPECT_SOUND(bench);
		EXPECT_THAT(bound(bench), testing::IsSupersetOf({ "0.0.0.0 8000", ":: 8000" }));
	}
}

TEST(PreferBoth, FailsIfBothFamiliesAreMissing)
{
	Bench bench("linux-6-without-ipv6", "socket 1 fail EAFNOSUPPORT");
	Result result = listen_with(bench, "--tcp=:8000,prefer-both");

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_SOUND(bench);
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: socket TCP 0.0.0.0:8000: "
	    + error_text(EAFNOSUPPORT)) << result;
}

TEST(PreferBoth, FailsIfTheInterfacesCannotBeRead)
{
	Bench bench("linux-6", "getifaddrs 1 fail ENOBUFS");
	Result result = listen_with(bench, "--tcp=:8000,prefer-both");

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_SOUND(bench);
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: getifaddrs: "
	    + error_text(ENOBUFS)) << result;
}

TEST(PreferBoth, WithDualIsOneSocketForIpv4WhereIpv6IsMissing)
{
	const struct {
		const char *profile, *place;
	} rows[] = { { "linux-6", ":: 8000" }, { "freebsd-14", ":: 8000" }, { "macos-15", ":: 8000" },
		{ "linux-6-without-ipv6", "0.0.0.0 8000" } };

	for (const auto &row : rows) {
		Bench bench(row.profile);
		Result result = listen_with(bench, "--tcp=[::]:8000,dual,prefer-both");
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_SOUND(bench);
		EXPECT_THAT(without_probes(bound(bench)), ElementsAre(row.place));
		EXPECT_EQ(result.error, row.place[0] == ':' ? "" : "bindchain listen: warning: prefer-both:"
		    " TCP port 8000 without IPv6: socket: " + error_text(EAFNOSUPPORT) + "\n");
	}
}

/* ---- several sockets on one address ---- */

/* Those of the calls with the words. */
int
count_of(const Bench &bench, const std::string &call, const std::string &words)
{
	int count = 0;

	for (const LoggedCall &logged : bench.calls())
		count += logged.name == call && logged.text().find(words) != std::string::npos;
	return count;
}

/* SO_REUSEPORT of Linux 3.9 and SO_REUSEPORT_LB of FreeBSD 12.0 balance. */
TEST(Count, IsThatOfBalancedSockets)
{
	const struct {
		const char *profile, *option;
	} rows[] = { { "linux-6", " SO_REUSEPORT " }, { "freebsd-14", " SO_REUSEPORT_LB " } };

	for (const auto &row : rows)
		for (const char *option : { "--tcp=", "--udp=" }) {
			SCOPED_TRACE(std::string(row.profile) + option);
			Bench bench(row.profile);
			Result result = listen_with(bench, option
			    + std::string("127.0.0.1:8000,balance,count=3"));
			EXPECT_EQ(result.status, 0) << result;
			EXPECT_SOUND(bench);
			EXPECT_THAT(bound(bench), ElementsAre("127.0.0.1 8000", "127.0.0.1 8000",
			    "127.0.0.1 8000"));
			EXPECT_EQ(count_of(bench, "setsockopt", row.option), 3);
		}
}

TEST(Count, IsThatOfEachAddressAndOfEachFamily)
{
	Bench both("linux-6"), all("linux-6");
	Result result = listen_with(both, "--tcp=:8000,balance,count=2");

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_THAT(bound(both), ElementsAre("0.0.0.0 8000", "0.0.0.0 8000", ":: 8000", ":: 8000"));
	result = listen_with(all, "--tcp=both.example:8000,all,balance,count=2");
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_THAT(bound(all), ElementsAre("192.0.2.10 8000", "192.0.2.10 8000",
	    "2001:db8::10 8000", "2001:db8::10 8000"));
}

TEST(Count, TellsOnceOfAFamilyThatIsLeftOut)
{
	Bench bench("linux-6-without-ipv6");
	Result result = bench.run("bindchain", { "listen",
	    "--tcp=:8000,balance,count=2,prefer-both", "--report=fd:1", "/bin/true" });
	size_t first = result.output.find("left-out");

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_SOUND(bench);
	EXPECT_EQ(result.error.find("without IPv6"), result.error.rfind("without IPv6"));
	EXPECT_NE(first, std::string::npos) << result;
	EXPECT_EQ(first, result.output.rfind("left-out")) << result;
}

/* The reason is that of balance. */
TEST(Count, IsNotSupportedWhereTheKernelDoesNotBalance)
{
	Bench bench("macos-15");
	Result result = listen_with(bench, "--tcp=127.0.0.1:8000,balance,count=3");

	EXPECT_EQ(result.status, 100) << result;
	EXPECT_SOUND(bench);
	EXPECT_THAT(result.error_line(0), HasSubstr("fatal: balance: "));
	EXPECT_THAT(result.error_line(0), HasSubstr("macOS gives all connections to one"));
	EXPECT_THAT(bound(bench), ElementsAre());
}

} // namespace
