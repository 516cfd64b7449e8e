/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD 13.1, which was booted as a whole, and its jails: the profiles against what
 * it was seen to do, and what the tools say there.
 */
#include <cerrno>
#include <cstring>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "bench.h"
#include "fake.h"
#include "kernel.h"
#include "names.h"
#include "profile.h"

namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using Words = std::vector<std::string>;

constexpr uint16_t port = 8080;

const char *const jails[] = { "freebsd-13.1-jail", "freebsd-13.1-jail-loopback",
	"freebsd-13.1-jail-inherit", "freebsd-13.1-jail-vnet" };

/* ---- the kernel ---- */

/* Who got how many of 400 connections to an address of the profile's own. */
std::pair<int, int>
spread(Fake &fake, const std::string &address)
{
	world_socket *sockets[2] = { fake.tcp(AF_INET), fake.tcp(AF_INET) };
	int got[2] = { 0, 0 };

	for (world_socket *socket : sockets) {
		EXPECT_EQ(fake.set(socket, "SO_REUSEPORT_LB", 1), 0) << "setsockopt succeeds";
		EXPECT_EQ(fake.bind(socket, address, port), 0);
		EXPECT_EQ(fake.listen(socket, 400), 0);
		socket->limit = 400;
	}
	for (int i = 0; i < 400; i++) {
		const world_socket *winner = fake.connect(address, port);
		got[winner == sockets[1]] += winner != nullptr;
	}
	return { got[0], got[1] };
}

TEST(FreeBsd131Profile, BalancesOnTheHostAndInNoJail)
{
	Fake host("freebsd-13.1");

	EXPECT_EQ(spread(host, "127.0.0.1"), std::make_pair(200, 200));
	for (const char *jail : jails) {
		Fake fake(jail);
		const char *own = strcmp(jail, "freebsd-13.1-jail") == 0 ? "127.0.0.2" : "127.0.0.1";
		auto [first, second] = spread(fake, own);
		EXPECT_EQ(first + second, 400) << jail;
		EXPECT_TRUE(first == 0 || second == 0) << jail;
	}
}

TEST(FreeBsd131Profile, ASurplusClientsConnectIsReset)
{
	const struct {
		int backlog, held;
	} rows[] = { { 0, 1 }, { 1, 2 }, { 2, 4 }, { 3, 5 }, { 5, 8 }, { 10, 16 }, { 128, 193 },
		{ 100000, 193 } };

	for (const auto &row : rows) {
		Fake fake("freebsd-13.1");
		world_socket *listener = fake.tcp(AF_INET);
		int error = 0;
		ASSERT_EQ(fake.bind(listener, "127.0.0.1", port), 0);
		ASSERT_EQ(fake.listen(listener, row.backlog), 0);
		EXPECT_EQ(fake.fill("127.0.0.1", port, 1000), row.held) << row.backlog;
		EXPECT_EQ(fake.connect("127.0.0.1", port, &error), nullptr);
		EXPECT_EQ(error, ECONNRESET);
	}
}

TEST(FreeBsd131Profile, TheIpv4WildcardNeedsNoAddress)
{
	const std::string none = "no-address inet -- a host of IPv6 alone";
	Fake before("freebsd-13"), now("freebsd-13.1");

	for (Fake *fake : { &before, &now })
		read_profile_text(none, "here.profile", fake->kernel());
	EXPECT_EQ(before.bind(before.tcp(AF_INET), "0.0.0.0", port), EADDRNOTAVAIL);
	EXPECT_EQ(now.bind(now.tcp(AF_INET), "0.0.0.0", port), 0);
	EXPECT_EQ(now.bind(now.tcp(AF_INET), "127.0.0.1", port), EADDRNOTAVAIL);
}

TEST(FreeBsd131Profile, AReceiveBufferHasEightNinthsOfTheLimit)
{
	Fake fake("freebsd-13.1");
	uint64_t limit = 0;
	size_t size = sizeof limit;

	EXPECT_EQ(kernel_sysctl(&fake.kernel(), "kern.ipc.maxsockbuf", &limit, &size, nullptr, 0), 0);
	EXPECT_EQ(size, sizeof limit);
	EXPECT_EQ(limit, 2097152U);
	EXPECT_EQ(fake.set(fake.tcp(AF_INET), "SO_RCVBUF", 1864135), 0);
	EXPECT_EQ(fake.set(fake.tcp(AF_INET), "SO_RCVBUF", 1864136), ENOBUFS);
}

TEST(FreeBsd131Profile, AUnixDatagramHas2048Bytes)
{
	Fake fake("freebsd-13.1");
	world_socket *datagrams = fake.open(AF_UNIX, SOCK_DGRAM);
	world_socket *stream = fake.open(AF_UNIX, SOCK_STREAM);

	EXPECT_EQ(kernel_check_message(&fake.kernel(), datagrams, 2048), 0);
	EXPECT_EQ(kernel_check_message(&fake.kernel(), datagrams, 2049), -EMSGSIZE);
	EXPECT_EQ(kernel_check_message(&fake.kernel(), stream, 100000), 0);
}

/* Sixteen bytes, of which fourteen are the path's, and null. */
TEST(FreeBsd131Profile, AUnixSocketWithoutANameHasAnAddressOfNullBytes)
{
	Fake fake("freebsd-13.1"), linux("linux-6");
	sockaddr_storage address;
	socklen_t length = sizeof address;

	std::memset(&address, 0xa5, sizeof address);
	ASSERT_TRUE(kernel_unix_has_noname(&fake.kernel()));
	EXPECT_EQ(kernel_unix_noname(reinterpret_cast<sockaddr *>(&address), &length), 0);
	EXPECT_EQ(length, 16U);
	EXPECT_EQ(address.ss_family, AF_UNIX);
	for (size_t i = 2; i < length; i++)
		EXPECT_EQ(reinterpret_cast<char *>(&address)[i], 0);
	EXPECT_FALSE(kernel_unix_has_noname(&linux.kernel()));
}

TEST(FreeBsd131Profile, BindAnyIsOfTheHostAndOfVnetAlone)
{
	for (const char *jail : jails) {
		Fake fake(jail);
		bool has_stack = strcmp(jail, "freebsd-13.1-jail-vnet") == 0;
		EXPECT_EQ(fake.set(fake.tcp(AF_INET), "IP_BINDANY", 1), has_stack ? 0 : EPERM) << jail;
	}
}

/* allow.noreserved_ports is one jail's here. */
TEST(FreeBsd131Profile, ReservedPortsAreRootsUnlessTheJailHasNone)
{
	for (const char *jail : jails) {
		Fake fake(jail);
		bool has_none = strcmp(jail, "freebsd-13.1-jail-loopback") == 0;
		EXPECT_EQ(fake.bind(fake.tcp(AF_INET), "0.0.0.0", 80), has_none ? EACCES : 0) << jail;
		EXPECT_EQ(fake.bind(fake.tcp(AF_INET), "0.0.0.0", 1024), 0) << jail;
	}
}

/* ---- the tools: balance ---- */

const char reason[] = "FreeBSD does not balance sockets of jails before 13.3 and 14.0, not even"
                      " with vnet";
const char alternative[] = "open one socket and let several processes accept from it";

Json
run_json(const std::string &profile, const Words &arguments, int status = 0)
{
	Bench bench(profile);
	Result result = bench.run("bindchain", arguments);

	EXPECT_SOUND(bench);
	EXPECT_EQ(result.status, status) << result;
	return Json::parse(result.output);
}

TEST(BalanceInAJail, IsRefusedWithTheReasonAndTheAlternative)
{
	for (const char *jail : jails) {
		Bench bench(jail);
		Result result = bench.run("bindchain",
		    { "listen", "--tcp=0.0.0.0:8080,balance", "/bin/true" });
		EXPECT_SOUND(bench);
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_THAT(result.error, HasSubstr(reason));
		EXPECT_THAT(result.error, HasSubstr(alternative));
		for (const LoggedCall &call : bench.calls())
			EXPECT_NE(call.name, "socket") << call;
	}
}

TEST(BalanceInAJail, ThatIsPreferredIsLeftOutWithAWarning)
{
	for (const char *jail : jails) {
		Bench bench(jail);
		Result result = bench.run("bindchain",
		    { "listen", "--tcp=0.0.0.0:8080,prefer-balance", "/bin/true" });
		EXPECT_SOUND(bench);
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_THAT(result.error, HasSubstr(std::string("balance: not supported, ignored: ") + reason));
		for (const LoggedCall &call : bench.calls())
			if (call.name == "setsockopt") {
				EXPECT_NE(call.arguments.at(2), "SO_REUSEPORT_LB");
			}
	}
}

TEST(BalanceInAJail, ThatCannotBeKnownIsTriedWithAWarning)
{
	Bench bench("freebsd-13.1-jail-vnet");

	read_profile_text("sysctl kern.osreldate 1302510 -- Porter's Handbook, 18.2", "here.profile",
	    bench.fake());
	Result result = bench.run("bindchain",
	    { "listen", "--tcp=0.0.0.0:8080,balance", "/bin/true" });
	EXPECT_SOUND(bench);
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, "bindchain listen: warning: balance: whether FreeBSD balances in this"
	                        " jail cannot be read: it does since 13.3 and 14.0\n");
}

TEST(BalanceInAJail, IsExplained)
{
	Json required = run_json("freebsd-13.1-jail-vnet",
	    { "explain", "--json", "listen", "--tcp=0.0.0.0:8080,balance", "/bin/true" }, 100);
	Json preferred = run_json("freebsd-13.1-jail-vnet",
	    { "explain", "--json", "listen", "--tcp=0.0.0.0:8080,prefer-balance", "/bin/true" });

	EXPECT_EQ(required.at("sockets").at(0).at("unsupported"), "balance");
	for (const Json &report : { required, preferred })
		for (const Json &option : report.at("sockets").at(0).at("options"))
			if (option.at("option") == "balance") {
				EXPECT_EQ(option.at("reason"), reason);
				EXPECT_EQ(option.at("alternative"), alternative);
			}
}

std::string
limit_of(const std::string &profile, const std::string &name)
{
	Json limits = run_json(profile, { "limits", "--json" });

	for (const Json &value : limits.at("values"))
		if (value.at("name") == name)
			return value.at("value");
	return "none";
}

TEST(BalanceInAJail, IsAmongTheLimits)
{
	for (const char *jail : jails)
		EXPECT_EQ(limit_of(jail, "SO_REUSEPORT_LB"), "shares") << jail;
	for (const char *profile : { "freebsd-13.1", "freebsd-14", "freebsd-14-jail" })
		EXPECT_EQ(limit_of(profile, "SO_REUSEPORT_LB"), "balances") << profile;
	EXPECT_EQ(limit_of("freebsd-13.1-jail", "IP_BINDANY, IPV6_BINDANY"), "nobody");
	EXPECT_EQ(limit_of("freebsd-13.1-jail-vnet", "IP_BINDANY, IPV6_BINDANY"), "root");
}

Result
inspect(Bench &bench, const Words &options)
{
	Words words = { "listen", "--tcp=0.0.0.0:8080,balance", bench.executable(), "inspect" };

	words.insert(words.end(), options.begin(), options.end());
	Result result = bench.run("bindchain", words);
	EXPECT_SOUND(bench);
	EXPECT_EQ(result.status, 0) << result;
	return result;
}

/* Whoever set it was not told: the version cannot be read until it is inspected. */
TEST(BalanceInAJail, ThatASocketHasWithoutEffectIsInspected)
{
	std::string not_told;

	for (int call : { 1, 4, 7, 10, 13 })
		not_told += "sysctlbyname " + std::to_string(call) + " fail ENOENT\n";
	Bench text("freebsd-13.1-jail-vnet", not_told), json("freebsd-13.1-jail-vnet", not_told);
	Json socket = Json::parse(inspect(json, { "--json" }).output).at("sockets").at(0);

	EXPECT_EQ(socket.at("options").at("balance"), true);
	EXPECT_EQ(socket.at("balance_lack"), reason);
	EXPECT_THAT(inspect(text, {}).output,
	    HasSubstr("\n    balance has no effect: FreeBSD does not balance sockets of jails"));
	for (const char *profile : { "freebsd-13.1", "freebsd-14", "freebsd-14-jail" }) {
		Bench bench(profile);
		EXPECT_TRUE(Json::parse(inspect(bench, { "--json" }).output).at("sockets").at(0)
		                .at("balance_lack").is_null()) << profile;
	}
}

} // namespace
