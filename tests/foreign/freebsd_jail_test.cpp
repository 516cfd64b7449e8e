// SPDX-License-Identifier: ISC
// Jails, on a kernel that behaves as FreeBSD 13.1 was seen to.
#include "request.h"

namespace {

using testing::HasSubstr;
using testing::StartsWith;

using Jail = ForeignKernel;

// Each kind that was seen.
const char *const jails[] = { "127.0.0.2 2001:db8::2", "127.0.0.1 ::1", "inherit", "vnet" };

// ---- balance ----

const char left_out[] = "unsupported balance FreeBSD does not balance sockets of jails before"
                        " 13.3 and 14.0, not even with vnet";

TEST_F(Jail, BalanceIsRefusedWhereTheKernelLeavesJailsOut)
{
	for (const char *jail : jails) {
		foreign_kernel_reset();
		foreign_kernel_jail(jail, 1);
		EXPECT_EQ(left_out, Request("0.0.0.0").Set(BINDCHAIN_BALANCE).Fail()) << jail;
		EXPECT_EQ("", Log());
		EXPECT_EQ("shares", ValueOf("SO_REUSEPORT_LB").current);
		EXPECT_THAT(ValueOf("SO_REUSEPORT_LB").meaning, HasSubstr("since 13.3 and 14.0"));
		// What nobody asks for is nobody's trouble.
		Request("0.0.0.0").Set(BINDCHAIN_BALANCE, 0).Open();
	}
}

// Commits 535984471641 and d93ec8cb1324; the Porter's Handbook dates the numbers.
TEST_F(Jail, BalanceIsThereSinceGroupsAreAJailsOwn)
{
	const Request request = Request("127.0.0.1").Set(BINDCHAIN_BALANCE);

	foreign_kernel_jail("vnet", 1);
	for (int version : { 1300139, 1301000, 1302001, 1302509, 1400000, 1400072 }) {
		foreign_kernel_set("kern.osreldate", version);
		EXPECT_EQ(left_out, request.Fail()) << version;
	}
	for (int version : { 1303000, 1303001, 1304500, 1400074, 1400097, 1402505, 1500037 }) {
		foreign_kernel_reset();
		foreign_kernel_jail("vnet", 1);
		foreign_kernel_set("kern.osreldate", version);
		EXPECT_EQ("\n-", request.Foresee()) << version;
		request.Open();
		EXPECT_EQ("balances", ValueOf("SO_REUSEPORT_LB").current);
	}
}

// While a branch had these numbers the change came.
TEST_F(Jail, WhereBalanceCannotBeKnownItIsTriedAndDoubted)
{
	const Request request = Request("127.0.0.1").Set(BINDCHAIN_BALANCE);
	const std::string doubt = "\n-\nbalance: whether FreeBSD balances in this jail cannot be"
	                          " read: it does since 13.3 and 14.0";

	for (int version : { 1302510, 1400073, 0 }) {
		foreign_kernel_reset();
		foreign_kernel_jail("inherit", 1);
		foreign_kernel_set("kern.osreldate", version);
		if (!version)
			foreign_kernel_forget("kern.osreldate");
		EXPECT_EQ(doubt, request.Foresee());
		EXPECT_EQ("balances or shares", ValueOf("SO_REUSEPORT_LB").current);
		request.Open();
	}
	foreign_kernel_reset();
	foreign_kernel_forget("security.jail.jailed");
	EXPECT_EQ(doubt, request.Foresee());
	foreign_kernel_set("kern.osreldate", 1400097);
	EXPECT_EQ("\n-", request.Foresee());
}

TEST_F(Jail, OutsideOfItBalanceIsThereWhateverTheRelease)
{
	for (int version : { 1301000, 1302510, 1400097 }) {
		foreign_kernel_reset();
		foreign_kernel_set("kern.osreldate", version);
		EXPECT_EQ("\n-", Request("127.0.0.1").Set(BINDCHAIN_BALANCE).Foresee());
	}
}

// ---- addresses ----

struct Replaced {
	const char *jail, *host;
	int v6only;
	const char *taken; // as foreseen; "": what was asked for
};

class JailAddress : public testing::TestWithParam<Replaced> {
	void SetUp() override { foreign_kernel_reset(); }
};

TEST_P(JailAddress, IsForeseenWhereItBecomesAnother)
{
	const Replaced &row = GetParam();

	foreign_kernel_jail(row.jail, 1);
	EXPECT_EQ(*row.taken ? "\n-\n" + std::string(row.taken) + " address of this jail" : "\n-",
	    Request(row.host).Set(BINDCHAIN_V6ONLY, row.v6only).Foresee());
}

INSTANTIATE_TEST_SUITE_P(Seen, JailAddress, testing::Values(
    // The only one stands for both.
    Replaced { "127.0.0.2 2001:db8::2", "0.0.0.0", 1, "0.0.0.0 becomes 127.0.0.2, the only IPv4" },
    Replaced { "127.0.0.2 2001:db8::2", "127.0.0.1", 1, "127.0.0.1 becomes 127.0.0.2, the only IPv4" },
    Replaced { "127.0.0.2 2001:db8::2", "::", 1, ":: becomes 2001:db8::2, the only IPv6" },
    Replaced { "127.0.0.2 2001:db8::2", "::1", 1, "::1 becomes 2001:db8::2, the only IPv6" },
    Replaced { "127.0.0.2 2001:db8::2", "::", 0, "" },
    Replaced { "127.0.0.2 2001:db8::2", "127.0.0.2", 1, "" },
    // Loopback itself is the only one: it is left alone, the wildcard is not.
    Replaced { "127.0.0.1 ::1", "0.0.0.0", 1, "0.0.0.0 becomes 127.0.0.1, the only IPv4" },
    Replaced { "127.0.0.1 ::1", "127.0.0.1", 1, "" },
    Replaced { "127.0.0.1 ::1", "::", 1, ":: becomes ::1, the only IPv6" },
    Replaced { "127.0.0.1 ::1", "::1", 1, "" },
    // Two of a family: only loopback is replaced, by the first.
    Replaced { "192.0.2.20 192.0.2.10", "0.0.0.0", 1, "" },
    Replaced { "192.0.2.20 192.0.2.10", "127.0.0.1", 1, "127.0.0.1 becomes the first IPv4" },
    Replaced { "127.0.0.1 192.0.2.10", "127.0.0.1", 1, "" },
    Replaced { "127.0.0.1 192.0.2.10", "0.0.0.0", 1, "" },
    // The host's own addresses, and another network stack.
    Replaced { "inherit", "0.0.0.0", 1, "" }, Replaced { "inherit", "127.0.0.1", 1, "" },
    Replaced { "inherit", "::", 1, "" }, Replaced { "vnet", "0.0.0.0", 1, "" },
    Replaced { "vnet", "127.0.0.1", 1, "" }, Replaced { "vnet", "::1", 1, "" }));

TEST_F(Jail, TheRuleOfAddressesIsToldWhereOneHolds)
{
	const std::string rule = "in this jail bind replaces ";
	const struct {
		const char *jail, *rule;
	} rows[] = {
		{ "127.0.0.2 2001:db8::2", "loopback by the jail's first address, and the"
		                           " wildcard by its only address" },
		{ "192.0.2.20 192.0.2.10", "loopback by the jail's first address" },
		{ "127.0.0.1 ::1", "the wildcard by the jail's only address" },
		{ "127.0.0.1 192.0.2.10", nullptr }, { "inherit", nullptr }, { "vnet", nullptr },
	};

	for (const auto &row : rows) {
		foreign_kernel_reset();
		foreign_kernel_jail(row.jail, 1);
		EXPECT_EQ("1", ValueOf("security.jail.jailed").current);
		EXPECT_EQ(row.rule ? rule + row.rule : "a socket is bound to the requested address",
		    ValueOf("security.jail.jailed").meaning) << row.jail;
	}
}

TEST_F(Jail, AnAddressInUseMayBeTheOneThatStandsInForIt)
{
	foreign_kernel_jail("127.0.0.2 2001:db8::2", 1);
	Request("127.0.0.2").Open();
	EXPECT_THAT(Request("127.0.0.1").Fail(),
	    HasSubstr("127.0.0.1 becomes 127.0.0.2, the only IPv4 address of this jail"));
}

// ---- privileges ----

// kern/kern_jail.c, prison_priv_check; seen on 13.1.
TEST_F(Jail, BindAnyNeedsANetworkStackOfItsOwn)
{
	const std::string denied
	    = "IP_BINDANY and IPV6_BINDANY are not allowed in a jail without its own"
	      " network stack (vnet)";

	for (const char *jail : { "127.0.0.2 2001:db8::2", "127.0.0.1 ::1", "inherit" })
		for (unsigned user : { 0u, 1001u }) {
			const Request request = Request("203.0.113.1").Set(BINDCHAIN_BIND_ANY);
			foreign_kernel_reset();
			foreign_kernel_jail(jail, 1);
			foreign_kernel_user(user);
			EXPECT_EQ("setsockopt IP_BINDANY EPERM\n" + denied, request.Fail());
			EXPECT_THAT(request.Foresee(), StartsWith("\n" + denied + "\n-"));
			EXPECT_EQ("nobody", ValueOf("IP_BINDANY, IPV6_BINDANY").current);
		}
	foreign_kernel_reset();
	foreign_kernel_jail("vnet", 1);
	Request("203.0.113.1").Set(BINDCHAIN_BIND_ANY).Open();
	EXPECT_EQ("root", ValueOf("IP_BINDANY, IPV6_BINDANY").current);
}

TEST_F(Jail, WhereBindAnyIsDeniedNobodyIsToldToUseIt)
{
	foreign_kernel_jail("127.0.0.2 2001:db8::2", 1);
	EXPECT_THAT(Request("203.0.113.1").Fail(), testing::Not(HasSubstr("BINDANY")));
}

// allow.noreserved_ports: EACCES for root below 1024; seen on 13.1.
TEST_F(Jail, RootWithoutReservedPortsIsToldOfTheJailsParameter)
{
	for (const char *jail : jails) {
		foreign_kernel_reset();
		foreign_kernel_jail(jail, 0);
		std::string failure = Request("0.0.0.0", 80).Fail();
		EXPECT_THAT(failure, StartsWith("bind - EACCES\nthis jail may not bind reserved ports: "));
		EXPECT_THAT(failure, HasSubstr("allow.reserved_ports"));
		EXPECT_THAT(failure, testing::Not(HasSubstr("root")));
		foreign_kernel_user(1001);
		EXPECT_THAT(Request("0.0.0.0", 80).Fail(), HasSubstr("need root privilege"));
	}
}

// A jail cannot be asked for its own parameters.
TEST_F(Jail, AReservedPortIsDoubtedForRootAndDeniedToUsers)
{
	for (int allowed : { 0, 1 }) {
		foreign_kernel_reset();
		foreign_kernel_jail("vnet", allowed);
		EXPECT_EQ("\n-\nin a jail a reserved port needs allow.reserved_ports, which is not"
		          " visible from inside", Request("0.0.0.0", 80).Foresee());
		EXPECT_EQ("\n-", Request("0.0.0.0", 1024).Foresee());
		foreign_kernel_user(1001);
		EXPECT_THAT(Request("0.0.0.0", 80).Foresee(), StartsWith("\nports from "));
	}
}

// kern/uipc_socket.c, socreate; seen on 13.1.
TEST_F(Jail, AFamilyThatItLacksIsItsOwnLack)
{
	foreign_kernel_jail("192.0.2.20", 1);
	foreign_kernel_fail("socket", 1, "EPROTONOSUPPORT");
	EXPECT_EQ("socket - EPROTONOSUPPORT\nthis jail has no IPv6", Request("::1").Fail());
}

} // namespace
