/* SPDX-License-Identifier: ISC */
/* Jails: what the tools do and say in each kind, as FreeBSD 13.1 was seen to have it. */
#include <cstring>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "bench.h"
#include "profile.h"
#include "situation.h"

namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::ElementsAre;

const char *const jails[] = { "freebsd-13.1-jail", "freebsd-13.1-jail-loopback",
	"freebsd-13.1-jail-inherit", "freebsd-13.1-jail-vnet" };

/* ---- balance ---- */

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
		EXPECT_THAT(result.error,
		    HasSubstr(std::string("balance: not supported, ignored: ") + reason));
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

TEST(BalanceInAJail, IsAmongTheLimits)
{
	for (const char *jail : jails) {
		const Value value = Situation(jail).limit("SO_REUSEPORT_LB");
		EXPECT_EQ(value.current, "shares") << jail;
		EXPECT_THAT(value.meaning, HasSubstr("since 13.3 and 14.0"));
	}
	for (const char *profile : { "freebsd-13.1", "freebsd-14", "freebsd-14-jail" })
		EXPECT_EQ(Situation(profile).limit("SO_REUSEPORT_LB").current, "balances") << profile;
}

const char balanced[] = "--tcp=127.0.0.1:8080,balance";

/* Commits 535984471641 and d93ec8cb1324; the Porter's Handbook dates the numbers. */
TEST(BalanceInAJail, IsThereSinceGroupsAreAJailsOwn)
{
	for (int version : { 1300139, 1301000, 1302001, 1302509, 1400000, 1400072 }) {
		const Situation situation("freebsd-13.1-jail-vnet", release(version));
		EXPECT_EQ(situation.explain(balanced, 100).at("unsupported"), "balance") << version;
	}
	for (int version : { 1303000, 1303001, 1304500, 1400074, 1400097, 1402505, 1500037 }) {
		const Situation situation("freebsd-13.1-jail-vnet", release(version));
		EXPECT_EQ(situation.foresee(balanced), Words()) << version;
		EXPECT_EQ(situation.limit("SO_REUSEPORT_LB").current, "balances");
	}
}

/* While a branch had these numbers the change came. */
TEST(BalanceInAJail, ThatCannotBeKnownIsDoubted)
{
	const std::string doubt = "warning: balance: whether FreeBSD balances in this jail cannot be"
	                          " read: it does since 13.3 and 14.0";
	const std::string jailed = without_sysctl("security.jail.jailed");

	for (const std::string &lines : { release(1302510), release(1400073),
	         without_sysctl("kern.osreldate") }) {
		const Situation situation("freebsd-13.1-jail-inherit", lines);
		EXPECT_THAT(situation.foresee(balanced), ElementsAre(doubt));
		EXPECT_EQ(situation.limit("SO_REUSEPORT_LB").current, "balances or shares");
	}
	EXPECT_THAT(Situation("freebsd-13.1", jailed + without_sysctl("kern.osreldate"))
	                .foresee(balanced), ElementsAre(doubt));
	EXPECT_EQ(Situation("freebsd-14", jailed).foresee(balanced), Words());
}

TEST(BalanceInAJail, IsOfNoConcernOutsideOfIt)
{
	for (int version : { 1301000, 1302510, 1400097 })
		EXPECT_EQ(Situation("freebsd-13.1", release(version)).foresee(balanced), Words());
}

/* What nobody asks for is nobody's trouble. */
TEST(BalanceInAJail, MayBeRefused)
{
	EXPECT_THAT(Situation("freebsd-13.1-jail").options("--tcp=0.0.0.0:8080,balance=no"),
	    ElementsAre("SO_REUSEADDR 1"));
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

	for (int call : { 1, 4, 7 })
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

/* ---- addresses: netinet/in_jail.c, netinet6/in6_jail.c; seen on 13.1 ---- */

struct Jail {
	const char *profile, *lines;
	const char *rule; /* NULL: what is asked for is bound */
};

const Jail own = { "freebsd-13.1-jail", "", "in this jail bind replaces loopback by the jail's"
	" first address, and the wildcard by its only address" };
const Jail loopback = { "freebsd-13.1-jail-loopback", "",
	"in this jail bind replaces the wildcard by the jail's only address" };
/* Two of a family: only loopback is replaced, by the first. */
const Jail two = { "freebsd-14-jail", "interface em0 up 192.0.2.20 192.0.2.10 -- jail(8)\n"
	"jail 192.0.2.10 -- jail(8)",
	"in this jail bind replaces loopback by the jail's first address" };
const Jail loopback_and_another = { "freebsd-13.1-jail-inherit",
	"interface lo0 up,loopback 127.0.0.1 -- jail(8)\ninterface em0 up 192.0.2.10 -- jail(8)\n"
	"jail 127.0.0.1 -- jail(8)\njail 192.0.2.10 -- jail(8)", nullptr };
/* The host's own addresses, and another network stack. */
const Jail inherit = { "freebsd-13.1-jail-inherit", "", nullptr };
const Jail vnet = { "freebsd-13.1-jail-vnet", "", nullptr };

struct Replaced {
	const Jail &jail;
	const char *asked, *bound; /* as on the command line, and read back */
	const char *foreseen;      /* NULL: nothing */
};

const Replaced replacements[] = {
	/* The only one replaces both. */
	{ own, "0.0.0.0", "127.0.0.2", "0.0.0.0 becomes 127.0.0.2, the only IPv4" },
	{ own, "127.0.0.1", "127.0.0.2", "127.0.0.1 becomes 127.0.0.2, the only IPv4" },
	{ own, "[::]", "2001:db8::2", ":: becomes 2001:db8::2, the only IPv6" },
	{ own, "[::1]", "2001:db8::2", "::1 becomes 2001:db8::2, the only IPv6" },
	{ own, "[::]:8080,dual", "::", nullptr },
	{ own, "127.0.0.2", "127.0.0.2", nullptr },
	/* Loopback itself is the only one: it is left alone, the wildcard is not. */
	{ loopback, "0.0.0.0", "127.0.0.1", "0.0.0.0 becomes 127.0.0.1, the only IPv4" },
	{ loopback, "127.0.0.1", "127.0.0.1", nullptr },
	{ loopback, "[::]", "::1", ":: becomes ::1, the only IPv6" },
	{ loopback, "[::1]", "::1", nullptr },
	{ two, "0.0.0.0", "0.0.0.0", nullptr },
	{ two, "127.0.0.1", "192.0.2.20", "127.0.0.1 becomes the first IPv4" },
	{ loopback_and_another, "127.0.0.1", "127.0.0.1", nullptr },
	{ loopback_and_another, "0.0.0.0", "0.0.0.0", nullptr },
	{ inherit, "0.0.0.0", "0.0.0.0", nullptr }, { inherit, "127.0.0.1", "127.0.0.1", nullptr },
	{ inherit, "[::]", "::", nullptr }, { vnet, "0.0.0.0", "0.0.0.0", nullptr },
	{ vnet, "127.0.0.1", "127.0.0.1", nullptr }, { vnet, "[::1]", "::1", nullptr },
};

TEST(AddressInAJail, IsForeseenWhereItBecomesAnother)
{
	for (const Replaced &row : replacements) {
		const Situation situation(row.jail.profile, row.jail.lines);
		const bool has_port = strchr(row.asked, ',') != nullptr;
		const std::string socket = std::string("--tcp=") + row.asked + (has_port ? "" : ":8080");
		SCOPED_TRACE(row.jail.profile + (" " + socket));
		EXPECT_EQ(situation.foresee(socket), row.foreseen
		        ? Words { "warning: " + std::string(row.foreseen) + " address of this jail" }
		        : Words());
		EXPECT_EQ(situation.inspect(socket).at("address"), row.bound);
	}
}

TEST(AddressInAJail, HasARuleAmongTheLimits)
{
	for (const Jail *jail : { &own, &two, &loopback, &loopback_and_another, &inherit, &vnet }) {
		const Value value = Situation(jail->profile, jail->lines).limit("security.jail.jailed");
		EXPECT_EQ(value.current, "1");
		EXPECT_EQ(value.meaning,
		    jail->rule ? jail->rule : "a socket is bound to the requested address");
	}
}

TEST(AddressInAJail, ThatIsInUseMayBeTheOneThatReplacesIt)
{
	EXPECT_THAT(Situation(own.profile, "", "socket tcp 127.0.0.2 8080 listening 5")
	                .fail("--tcp=127.0.0.1:8080"),
	    testing::Contains("127.0.0.1 becomes 127.0.0.2, the only IPv4 address of this jail"));
}

/* ---- privileges ---- */

/* kern/kern_jail.c, prison_priv_check; seen on 13.1. */
TEST(BindAnyInAJail, NeedsANetworkStackOfItsOwn)
{
	const std::string denied = "IP_BINDANY and IPV6_BINDANY are not allowed in a jail without its"
	                           " own network stack (vnet)";
	const std::string socket = "--tcp=203.0.113.1:8080,bind-any";

	for (const char *jail : { "freebsd-13.1-jail", "freebsd-13.1-jail-loopback",
	         "freebsd-13.1-jail-inherit" })
		for (const char *user : { "0", "1001" }) {
			const Situation situation(jail, std::string("user ") + user + " -- the test's own");
			SCOPED_TRACE(jail + std::string(" ") + user);
			EXPECT_THAT(situation.fail(socket), ElementsAre("setsockopt EPERM", denied));
			EXPECT_THAT(situation.foresee(socket), testing::Contains(denied));
			EXPECT_EQ(situation.limit("IP_BINDANY, IPV6_BINDANY").current, "nobody");
			/* Where it is denied nobody is told to use it. */
			EXPECT_THAT(situation.fail("--tcp=203.0.113.1:8080"),
			    testing::Not(testing::Contains(HasSubstr("BINDANY"))));
		}
	EXPECT_EQ(Situation(vnet.profile).inspect(socket).at("address"), "203.0.113.1");
	EXPECT_EQ(Situation(vnet.profile).limit("IP_BINDANY, IPV6_BINDANY").current, "root");
}

/* allow.noreserved_ports: EACCES for root below 1024; seen on 13.1. */
TEST(ReservedPortInAJail, ThatRootMayNotBindNamesTheJailsParameter)
{
	const std::string none = "rule root-binds-reserved no -- jail(8), allow.reserved_ports\n";

	for (const char *jail : jails) {
		EXPECT_THAT(Situation(jail, none).fail("--tcp=0.0.0.0:80"), ElementsAre("bind EACCES",
		    "this jail may not bind reserved ports: set its parameter allow.reserved_ports on the"
		    " host, or use a port above net.inet.ip.portrange.reservedhigh"));
		EXPECT_THAT(Situation(jail, none + "user 1001 -- the test's own").fail("--tcp=0.0.0.0:80"),
		    ElementsAre("bind EACCES", HasSubstr("need root privilege")));
	}
}

/* A jail cannot be asked for its own parameters. */
TEST(ReservedPortInAJail, IsDoubtedForRootAndDeniedToUsers)
{
	for (const char *allowed : { "no", "yes" }) {
		const std::string lines = std::string("rule root-binds-reserved ") + allowed
		    + " -- jail(8), allow.reserved_ports\n";
		const Situation root(vnet.profile, lines);
		EXPECT_THAT(root.foresee("--tcp=0.0.0.0:80"), ElementsAre("warning: in a jail a reserved"
		    " port needs allow.reserved_ports, which is not visible from inside"));
		EXPECT_EQ(root.foresee("--tcp=0.0.0.0:1024"), Words());
		EXPECT_THAT(Situation(vnet.profile, lines + "user 1001 -- the test's own")
		                .foresee("--tcp=0.0.0.0:80"), ElementsAre(HasSubstr("ports from ")));
	}
}

/* kern/uipc_socket.c, socreate; seen on 13.1. */
TEST(FamilyInAJail, ThatItLacksIsItsOwnLack)
{
	EXPECT_THAT(Situation("freebsd-14-jail").fail("--tcp=[::1]:8080"),
	    ElementsAre("socket EPROTONOSUPPORT", "this jail has no IPv6"));
}

/* The temporary IPv4 socket of exclusive cannot be opened: nobody here can have one. */
TEST(FamilyInAJail, ThatItLacksHasNoSocketInTheWay)
{
	const Situation without_ipv4("freebsd-14",
	    "refuse-family inet EPROTONOSUPPORT -- kern/uipc_socket.c, socreate: prison_check_af");

	EXPECT_THAT(without_ipv4.options("--tcp=[::]:8080,dual,exclusive"),
	    testing::Not(testing::IsEmpty()));
}

} // namespace
