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

} // namespace
