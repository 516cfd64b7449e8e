/* SPDX-License-Identifier: ISC */
/*
 * The profile of FreeBSD 13.0 against what FreeBSD 13.0 did: its own network
 * code was run and asked through its system calls, and these are the tables of
 * the answers.
 */
#include <gtest/gtest.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <map>

#include "fake.h"

namespace {

constexpr uint16_t port = 8080;

/* ---- backlog ---- */

struct BacklogRow {
	int system_limit, argument, limit, held;
};

const BacklogRow backlog_rows[] = {
	{ 128, -1, 128, 193 }, { 128, INT_MIN, 128, 193 }, { 128, INT_MAX, 128, 193 },
	{ 128, 100000, 128, 193 }, { 128, 0, 0, 1 }, { 128, 1, 1, 2 }, { 128, 2, 2, 4 },
	{ 128, 3, 3, 5 }, { 128, 5, 5, 8 }, { 128, 10, 10, 16 }, { 128, 128, 128, 193 },
	{ 128, 129, 128, 193 },
	{ 5, -1, 5, 8 }, { 5, INT_MAX, 5, 8 }, { 5, 0, 0, 1 }, { 5, 5, 5, 8 }, { 5, 10, 5, 8 },
	{ 5, 128, 5, 8 }, { 5, 129, 5, 8 },
	{ 200, -1, 200, 301 }, { 200, 128, 128, 193 }, { 200, 129, 129, 194 },
	{ 1000, INT_MAX, 1000, 1501 }, { 1000, 128, 128, 193 }, { 1000, 129, 129, 194 },
	{ 1, 1, 1, 2 }, { 1, 7, 1, 2 }, { 1, -1, 1, 2 },
	{ 1431655765, INT_MAX, 1431655765, 3000 },
};

TEST(FreeBsdProfile, TheBacklogIsCutAndTheQueueHoldsThreeHalvesAndOne)
{
	for (const BacklogRow &row : backlog_rows) {
		Fake fake("freebsd-13");
		world_socket *listener = fake.tcp(AF_INET);
		ASSERT_TRUE(kernel_set_limit(&fake.kernel(), "backlog", row.system_limit));
		ASSERT_EQ(fake.bind(listener, "127.0.0.1", port), 0);
		ASSERT_EQ(fake.listen(listener, row.argument), 0);
		EXPECT_EQ(fake.get(listener, "SO_LISTENQLIMIT"), row.limit) << row.argument;
		EXPECT_EQ(fake.fill("127.0.0.1", port, 3000), row.held) << row.argument;
		EXPECT_EQ(fake.get(listener, "SO_LISTENQLEN"), row.held);
		EXPECT_EQ(fake.get(listener, "SO_LISTENINCQLEN"), 0);
	}
}

TEST(FreeBsdProfile, AClientOfAFullQueueIsReset)
{
	Fake fake("freebsd-13");
	world_socket *listener = fake.tcp(AF_INET);
	int error = 0;

	fake.bind(listener, "127.0.0.1", port);
	fake.listen(listener, 2);
	EXPECT_EQ(fake.fill("127.0.0.1", port, 100), 4);
	EXPECT_EQ(fake.connect("127.0.0.1", port, &error), nullptr);
	EXPECT_EQ(error, ECONNRESET);
	EXPECT_EQ(kernel_accept(listener), 0);
	EXPECT_EQ(fake.fill("127.0.0.1", port, 100), 1);
}

TEST(FreeBsdProfile, ListeningAgainChangesTheLimitAndLosesNobody)
{
	Fake fake("freebsd-13");
	world_socket *listener = fake.tcp(AF_INET);

	fake.bind(listener, "127.0.0.1", port);
	fake.listen(listener, 5);
	EXPECT_EQ(fake.fill("127.0.0.1", port, 4), 4);
	EXPECT_EQ(fake.listen(listener, 0), 0);
	EXPECT_EQ(fake.get(listener, "SO_LISTENQLIMIT"), 0);
	EXPECT_EQ(fake.get(listener, "SO_LISTENQLEN"), 4);
	EXPECT_EQ(fake.connect("127.0.0.1", port), nullptr);
	EXPECT_EQ(fake.listen(listener, 20), 0);
	EXPECT_NE(fake.connect("127.0.0.1", port), nullptr);
	/* The system's limit is copied: a live listener keeps its own. */
	kernel_set_limit(&fake.kernel(), "backlog", 3);
	EXPECT_EQ(fake.get(listener, "SO_LISTENQLIMIT"), 20);
	fake.listen(listener, 20);
	EXPECT_EQ(fake.get(listener, "SO_LISTENQLIMIT"), 3);
}

TEST(FreeBsdProfile, TheQueueReadsAsNothingElsewhereAndCannotBeSet)
{
	Fake fake("freebsd-13");

	for (world_socket *socket : { fake.tcp(AF_INET), fake.udp(AF_INET) })
		for (const char *name : { "SO_LISTENQLIMIT", "SO_LISTENQLEN", "SO_LISTENINCQLEN" }) {
			EXPECT_EQ(fake.get(socket, name), 0) << name;
			EXPECT_EQ(fake.set(socket, name, 5), ENOPROTOOPT) << name;
		}
}

/* ---- sysctl ---- */

struct SysctlRow {
	int value, status;
};

TEST(FreeBsdProfile, TheLimitIsAFourByteSysctlUnderTwoNames)
{
	const SysctlRow rows[] = { { 0, EINVAL }, { -1, EINVAL }, { INT_MIN, EINVAL },
		{ INT_MAX, EINVAL }, { 1431655766, EINVAL }, { 1, 0 }, { 65535, 0 }, { 65536, 0 },
		{ 1431655765, 0 } };

	for (const char *name : { "kern.ipc.soacceptqueue", "kern.ipc.somaxconn" }) {
		Fake fake("freebsd-13");
		world &kernel = fake.kernel();
		uint64_t wide = UINT64_MAX;
		int16_t narrow = 0;
		size_t size = 0;
		EXPECT_EQ(kernel_sysctl(&kernel, name, nullptr, &size, nullptr, 0), 0);
		EXPECT_EQ(size, 4U);
		size = sizeof wide;
		EXPECT_EQ(kernel_sysctl(&kernel, name, &wide, &size, nullptr, 0), 0);
		EXPECT_EQ(size, 4U);
		EXPECT_EQ(wide >> 32, UINT32_MAX) << "the upper half stays as it was";
		size = sizeof narrow;
		EXPECT_EQ(kernel_sysctl(&kernel, name, &narrow, &size, nullptr, 0), -ENOMEM);
		EXPECT_EQ(narrow, 128);
		for (const SysctlRow &row : rows)
			EXPECT_EQ(kernel_sysctl(&kernel, name, nullptr, nullptr, &row.value,
			              sizeof row.value), -row.status) << row.value;
		EXPECT_EQ(kernel_sysctl(&kernel, name, nullptr, nullptr, &narrow, 2), -EINVAL);
		wide = 77;
		EXPECT_EQ(kernel_sysctl(&kernel, name, nullptr, nullptr, &wide, 8), 0);
		EXPECT_EQ(kernel_limit(&kernel, "backlog"), 77);
		fake.become(1001);
		EXPECT_EQ(kernel_sysctl(&kernel, name, nullptr, nullptr, &wide, 4), -EPERM);
	}
	Fake fake("freebsd-13");
	EXPECT_EQ(kernel_sysctl(&fake.kernel(), "kern.somaxconn", nullptr, nullptr, nullptr, 0),
	    -ENOENT);
}

TEST(FreeBsdProfile, ThePortRangeIsClamped)
{
	Fake fake("freebsd-13");
	const std::map<int, int> becomes = { { 0, 1024 }, { -1, 1024 }, { 1, 1024 },
		{ 65536, 65535 }, { 20000, 20000 } };

	for (auto [value, kept] : becomes) {
		EXPECT_EQ(kernel_sysctl(&fake.kernel(), "net.inet.ip.portrange.first", nullptr,
		              nullptr, &value, sizeof value), 0);
		EXPECT_EQ(kernel_limit(&fake.kernel(), "port-first"), kept);
	}
}

/* ---- conflicts ---- */

enum Kind { ANY4, LOOPBACK4, ANY6, LOOPBACK6, DUAL, KINDS };
const char *const kind_address[KINDS] = { "0.0.0.0", "127.0.0.1", "::", "::1", "::" };
const char *const kind_text[KINDS] = { "0.0.0.0", "127.0.0.1", ":: only", "::1", ":: dual" };

using Options = std::vector<std::string>;

world_socket *
make(Fake &fake, Kind kind, const Options &options)
{
	world_socket *socket = fake.tcp(kind <= LOOPBACK4 ? AF_INET : AF_INET6);

	for (const std::string &option : options)
		EXPECT_EQ(fake.set(socket, option, 1), 0) << option;
	if (kind > LOOPBACK4) {
		EXPECT_EQ(fake.set(socket, "IPV6_V6ONLY", kind != DUAL), 0);
	}
	return socket;
}

/* "1" or "2", or "R" where the client is refused. */
std::string
owner(Fake &fake, const char *address, const world_socket *first, const world_socket *second)
{
	const world_socket *winner = fake.connect(address, port);

	return winner == first ? "1" : winner && winner == second ? "2" : "R";
}

/* "INUSE", or "ok 1/2": who got a client of 127.0.0.1 and one of ::1. */
std::string
cell(Kind first_kind, const Options &first_options, Kind second_kind,
    const Options &second_options, bool first_listens)
{
	Fake fake("freebsd-13");
	world_socket *first = make(fake, first_kind, first_options);
	world_socket *second = make(fake, second_kind, second_options);
	int status;

	EXPECT_EQ(fake.bind(first, kind_address[first_kind], port), 0);
	if (first_listens) {
		EXPECT_EQ(fake.listen(first, 5), 0);
	}
	status = fake.bind(second, kind_address[second_kind], port);
	if (status == EADDRINUSE)
		return "INUSE";
	EXPECT_EQ(status, 0);
	EXPECT_EQ(fake.listen(first, 5), 0) << "listen never failed after a bind";
	EXPECT_EQ(fake.listen(second, 5), 0) << "listen never failed after a bind";
	return "ok " + owner(fake, "127.0.0.1", first, second) + "/"
	    + owner(fake, "::1", first, second);
}

TEST(FreeBsdProfile, TheOlderSocketsOptionCountsAsItIsNow)
{
	Fake fake("freebsd-13");
	world_socket *first = fake.tcp(AF_INET), *second = fake.tcp(AF_INET),
	             *third = fake.tcp(AF_INET);

	fake.set(second, "SO_REUSEPORT", 1);
	fake.set(third, "SO_REUSEPORT", 1);
	EXPECT_EQ(fake.bind(first, "0.0.0.0", port), 0);
	EXPECT_EQ(fake.bind(second, "0.0.0.0", port), EADDRINUSE);
	fake.set(first, "SO_REUSEPORT", 1);
	EXPECT_EQ(fake.bind(second, "0.0.0.0", port), 0);
	fake.set(first, "SO_REUSEPORT", 0);
	fake.set(second, "SO_REUSEPORT", 0);
	EXPECT_EQ(fake.bind(third, "0.0.0.0", port), EADDRINUSE);
}

/* ---- several sockets on one address ---- */

/* Connections that each of the sockets got of COUNT, and those refused. */
std::vector<int>
spread(Fake &fake, const std::vector<world_socket *> &sockets, const char *address, int count)
{
	std::vector<int> got(sockets.size() + 1);

	for (int i = 0; i < count; i++) {
		const world_socket *winner = fake.connect(address, port);
		size_t at = 0;
		while (at < sockets.size() && sockets[at] != winner)
			at++;
		got[at]++;
	}
	return got;
}

struct Group {
	Fake fake { "freebsd-13" };
	std::vector<world_socket *> sockets;

	/* One that does not listen: index NOT_LISTENING. */
	Group(Kind kind, const Options &options, int members, int not_listening = -1)
	{
		for (int i = 0; i < members; i++) {
			sockets.push_back(make(fake, kind, options));
			EXPECT_EQ(fake.bind(sockets.back(), kind_address[kind], port), 0);
			if (i != not_listening) {
				EXPECT_EQ(fake.listen(sockets.back(), 128), 0);
			}
		}
	}
};

using Counts = std::vector<int>;

TEST(FreeBsdProfile, SharingGivesOneSocketEverything)
{
	const Options share = { "SO_REUSEPORT" };

	for (Kind kind : { ANY4, ANY6, DUAL }) {
		Group group(kind, share, 4);
		EXPECT_EQ(spread(group.fake, group.sockets, kind == ANY4 ? "127.0.0.1" : "::1", 40),
		    Counts({ 40, 0, 0, 0, 0 }));
	}
	Group four(LOOPBACK4, share, 4), six(LOOPBACK6, share, 4);
	EXPECT_EQ(spread(four.fake, four.sockets, "127.0.0.1", 40), Counts({ 0, 0, 0, 40, 0 }));
	EXPECT_EQ(spread(six.fake, six.sockets, "::1", 40), Counts({ 0, 0, 0, 40, 0 }));
}

TEST(FreeBsdProfile, ABoundSocketThatDoesNotListenSwallowsItsShare)
{
	Group oldest(ANY4, { "SO_REUSEPORT" }, 4, 0), newest(LOOPBACK4, { "SO_REUSEPORT" }, 4, 3),
	    balanced(ANY4, { "SO_REUSEPORT_LB" }, 4, 1);

	EXPECT_EQ(spread(oldest.fake, oldest.sockets, "127.0.0.1", 40), Counts({ 0, 0, 0, 0, 40 }));
	EXPECT_EQ(spread(newest.fake, newest.sockets, "127.0.0.1", 40), Counts({ 0, 0, 0, 0, 40 }));
	EXPECT_EQ(spread(balanced.fake, balanced.sockets, "127.0.0.1", 400),
	    Counts({ 100, 0, 100, 100, 100 }));
}

TEST(FreeBsdProfile, BalanceSpreadsEvenlyButNotOverDualStackWildcards)
{
	for (const Options &options : { Options { "SO_REUSEPORT_LB" },
	         Options { "SO_REUSEPORT_LB", "SO_REUSEPORT" } }) {
		for (Kind kind : { ANY4, LOOPBACK4, ANY6, LOOPBACK6 }) {
			Group group(kind, options, 4);
			const char *address = kind <= LOOPBACK4 ? "127.0.0.1" : "::1";
			EXPECT_EQ(spread(group.fake, group.sockets, address, 400),
			    Counts({ 100, 100, 100, 100, 0 })) << kind_text[kind];
		}
		for (const char *address : { "127.0.0.1", "::1" }) {
			Group group(DUAL, options, 4);
			EXPECT_EQ(spread(group.fake, group.sockets, address, 190),
			    Counts({ 190, 0, 0, 0, 0 }));
		}
	}
}

TEST(FreeBsdProfile, AGroupHas256MembersAndTheNextGetsNothing)
{
	Group group(ANY4, { "SO_REUSEPORT_LB" }, 260);
	Counts got = spread(group.fake, group.sockets, "127.0.0.1", 8192);

	for (size_t i = 0; i < 256; i++)
		EXPECT_EQ(got[i], 32) << i;
	for (size_t i = 256; i < got.size(); i++)
		EXPECT_EQ(got[i], 0) << i;
}

TEST(FreeBsdProfile, BalanceSetAfterBindIsTooLateForTheFirst)
{
	Fake fake("freebsd-13");
	world_socket *first = fake.tcp(AF_INET), *second = fake.tcp(AF_INET);

	fake.bind(first, "0.0.0.0", port);
	fake.set(first, "SO_REUSEPORT_LB", 1);
	fake.set(second, "SO_REUSEPORT_LB", 1);
	EXPECT_EQ(fake.bind(second, "0.0.0.0", port), 0);
	fake.listen(first, 128);
	fake.listen(second, 128);
	EXPECT_EQ(spread(fake, { first, second }, "127.0.0.1", 60), Counts({ 0, 60, 0 }));
}

/* An LB wildcard against a specific address: who has the specific one's traffic. */
TEST(FreeBsdProfile, ABalancedWildcardTakesAListenersTraffic)
{
	struct {
		Kind first;
		Options first_options;
		Kind second;
		Options second_options;
		Counts got;
	} rows[] = {
		{ ANY4, { "SO_REUSEPORT_LB" }, LOOPBACK4, { "SO_REUSEADDR" }, { 40, 0, 0 } },
		{ ANY4, { "SO_REUSEPORT_LB" }, LOOPBACK4, { "SO_REUSEPORT" }, { 40, 0, 0 } },
		{ LOOPBACK4, { "SO_REUSEADDR" }, ANY4, { "SO_REUSEPORT_LB" }, { 0, 40, 0 } },
		{ LOOPBACK4, {}, ANY4, { "SO_REUSEPORT_LB" }, { 0, 40, 0 } },
		{ LOOPBACK6, {}, ANY6, { "SO_REUSEPORT_LB" }, { 0, 40, 0 } },
		{ ANY6, { "SO_REUSEPORT_LB" }, LOOPBACK6, { "SO_REUSEADDR" }, { 40, 0, 0 } },
		{ ANY4, { "SO_REUSEPORT_LB" }, LOOPBACK4, { "SO_REUSEPORT_LB" }, { 0, 40, 0 } },
		{ ANY4, { "SO_REUSEPORT" }, LOOPBACK4, { "SO_REUSEPORT" }, { 0, 40, 0 } },
	};

	for (const auto &row : rows) {
		Fake fake("freebsd-13");
		world_socket *first = make(fake, row.first, row.first_options);
		world_socket *second = make(fake, row.second, row.second_options);
		ASSERT_EQ(fake.bind(first, kind_address[row.first], port), 0);
		ASSERT_EQ(fake.listen(first, 128), 0);
		ASSERT_EQ(fake.bind(second, kind_address[row.second], port), 0);
		ASSERT_EQ(fake.listen(second, 128), 0);
		EXPECT_EQ(spread(fake, { first, second },
		              row.first <= LOOPBACK4 ? "127.0.0.1" : "::1", 40), row.got)
		    << kind_text[row.first] << ", then " << kind_text[row.second];
	}
}

/* ---- other users ---- */

/* The second socket is another user's; the table of cell(). */
std::string
stranger_cell(Kind first_kind, const Options &first_options, Kind second_kind,
    const Options &second_options, uint32_t owner_user = 1001, uint32_t stranger = 1002)
{
	Fake fake("freebsd-13");

	fake.become(owner_user);
	world_socket *first = make(fake, first_kind, first_options);
	EXPECT_EQ(fake.bind(first, kind_address[first_kind], port), 0);
	EXPECT_EQ(fake.listen(first, 128), 0);
	fake.become(stranger);
	world_socket *second = make(fake, second_kind, second_options);
	if (fake.bind(second, kind_address[second_kind], port) != 0)
		return "INUSE";
	EXPECT_EQ(fake.listen(second, 128), 0);
	Counts four = spread(fake, { first, second }, "127.0.0.1", 60);
	Counts six = spread(fake, { first, second }, "::1", 60);
	auto share = [](const Counts &got) {
		return got[2] ? "-" : got[0] && got[1] ? "shared" : got[1] ? "stranger" : "owner";
	};
	return std::string(share(four)) + " " + share(six);
}

TEST(FreeBsdProfile, APortBelongsToItsUserInOneFamily)
{
	for (const char *option : { "SO_REUSEADDR", "SO_REUSEPORT" })
		for (int first = 0; first < KINDS; first++)
			for (int second = 0; second < KINDS; second++) {
				bool overlap = cell(static_cast<Kind>(first), {},
				                   static_cast<Kind>(second), {}, true) == "INUSE"
				    || (first == ANY4 && second == DUAL);
				if (!overlap)
					continue;
				EXPECT_EQ(stranger_cell(static_cast<Kind>(first), { option },
				              static_cast<Kind>(second), { option }), "INUSE")
				    << kind_text[first] << ", then " << kind_text[second];
			}
	EXPECT_EQ(stranger_cell(ANY4, { "SO_REUSEPORT" }, ANY4, { "SO_REUSEPORT" }, 1001, 0),
	    "owner -") << "root may";
}

TEST(FreeBsdProfile, AStrangerMayJoinABalancedWildcard)
{
	const Options balance = { "SO_REUSEPORT_LB" };

	for (uint32_t owner_user : { 1001U, 0U }) {
		EXPECT_EQ(stranger_cell(ANY4, balance, ANY4, balance, owner_user), "shared -");
		EXPECT_EQ(stranger_cell(ANY6, balance, ANY6, balance, owner_user), "- shared");
		EXPECT_EQ(stranger_cell(DUAL, balance, ANY4, balance, owner_user),
		    "stranger owner");
		EXPECT_EQ(stranger_cell(DUAL, balance, ANY6, balance, owner_user),
		    "owner stranger");
		EXPECT_EQ(stranger_cell(ANY6, balance, DUAL, balance, owner_user),
		    "stranger owner");
		EXPECT_EQ(stranger_cell(ANY4, balance, DUAL, balance, owner_user), "INUSE");
		EXPECT_EQ(stranger_cell(DUAL, balance, DUAL, balance, owner_user), "INUSE");
	}
}

TEST(FreeBsdProfile, SharingAsWellClosesTheDoor)
{
	const Options both = { "SO_REUSEPORT_LB", "SO_REUSEPORT" };

	for (Kind kind : { ANY4, ANY6, DUAL })
		for (const Options &second : { Options { "SO_REUSEADDR" },
		         Options { "SO_REUSEPORT" }, Options { "SO_REUSEPORT_LB" }, both })
			EXPECT_EQ(stranger_cell(kind, both, kind, second), "INUSE");
	EXPECT_EQ(stranger_cell(LOOPBACK4, { "SO_REUSEPORT_LB" }, LOOPBACK4,
	              { "SO_REUSEPORT_LB" }), "INUSE") << "a specific address does too";
}

/* ---- options ---- */

TEST(FreeBsdProfile, OptionsReadBackAsTheirBits)
{
	Fake fake("freebsd-13");
	world_socket *socket = fake.tcp(AF_INET);
	const std::map<std::string, int> bits = { { "SO_REUSEADDR", 4 }, { "SO_REUSEPORT", 512 },
		{ "SO_REUSEPORT_LB", 65536 } };

	for (const auto &[name, bit] : bits) {
		EXPECT_EQ(fake.get(socket, name), 0);
		EXPECT_EQ(fake.set(socket, name, 1), 0);
		EXPECT_EQ(fake.get(socket, name), bit) << name;
		EXPECT_EQ(fake.set(socket, name, 0), 0);
		EXPECT_EQ(fake.get(socket, name), 0);
	}
	fake.listen(socket, 5);
	EXPECT_EQ(fake.get(socket, "SO_ACCEPTCONN"), 2);
}

struct BindAnyRow {
	int level, number, inet, inet6;
};

TEST(FreeBsdProfile, BindAnyIsAtItsLevelOnly)
{
	/* OpenBSD's number is SO_ACCEPTFILTER here, and too short for it. */
	const BindAnyRow rows[] = {
		{ IPPROTO_IP, 24, 0, EINVAL }, { 4, 24, EINVAL, EINVAL },
		{ IPPROTO_IPV6, 64, EINVAL, 0 }, { IPPROTO_IP, 64, ENOPROTOOPT, EINVAL },
		{ SOL_SOCKET, 0x1000, EINVAL, EINVAL },
	};
	int on = 1;

	for (const BindAnyRow &row : rows) {
		Fake fake("freebsd-13");
		EXPECT_EQ(fake.set_raw(fake.tcp(AF_INET), row.level, row.number, &on, sizeof on),
		    row.inet) << row.level << " " << row.number;
		EXPECT_EQ(fake.set_raw(fake.tcp(AF_INET6), row.level, row.number, &on, sizeof on),
		    row.inet6) << row.level << " " << row.number;
	}
}

TEST(FreeBsdProfile, BindAnyNeedsPrivilegeEvenToBeCleared)
{
	const struct {
		int family;
		const char *option, *address;
	} rows[] = { { AF_INET, "IP_BINDANY", "203.0.113.9" },
		{ AF_INET6, "IPV6_BINDANY", "2001:db8:ffff::9" } };

	for (const auto &row : rows) {
		Fake fake("freebsd-13");
		world_socket *plain = fake.tcp(row.family), *any = fake.tcp(row.family),
		             *cleared = fake.tcp(row.family);
		EXPECT_EQ(fake.bind(plain, row.address, port), EADDRNOTAVAIL);
		EXPECT_EQ(fake.set(any, row.option, 1), 0);
		EXPECT_EQ(fake.get(any, row.option), 1);
		EXPECT_EQ(fake.bind(any, row.address, port), 0);
		EXPECT_EQ(fake.set(cleared, row.option, 1), 0);
		EXPECT_EQ(fake.set(cleared, row.option, 0), 0);
		EXPECT_EQ(fake.bind(cleared, row.address, port), EADDRNOTAVAIL);
		fake.become(1001);
		EXPECT_EQ(fake.set(plain, row.option, 0), EPERM);
		EXPECT_EQ(fake.set(plain, row.option, 1), EPERM);
	}
}

TEST(FreeBsdProfile, V6onlyIsFixedByBind)
{
	Fake fake("freebsd-13");
	world_socket *socket = fake.tcp(AF_INET6);
	const world_option *v6only = kernel_option_named(&fake.kernel(), "IPV6_V6ONLY");
	char wide[8] = { 1 };

	EXPECT_EQ(fake.get(socket, "IPV6_V6ONLY"), 1);
	EXPECT_EQ(fake.set(socket, "IPV6_V6ONLY", 7), 0);
	EXPECT_EQ(fake.get(socket, "IPV6_V6ONLY"), 1);
	for (socklen_t size : { 1U, 2U, 8U })
		EXPECT_EQ(fake.set_raw(socket, v6only->level, v6only->number, wide, size), EINVAL);
	EXPECT_EQ(fake.set(fake.tcp(AF_INET), "IPV6_V6ONLY", 1), EINVAL);
	EXPECT_EQ(fake.bind(socket, "::1", port), 0);
	EXPECT_EQ(fake.set(socket, "IPV6_V6ONLY", 1), EINVAL) << "even to what it is";
	kernel_set_limit(&fake.kernel(), "v6only-default", 0);
	EXPECT_EQ(fake.get(fake.tcp(AF_INET6), "IPV6_V6ONLY"), 0);
	EXPECT_EQ(fake.get(fake.udp(AF_INET6), "IPV6_V6ONLY"), 0);
}

TEST(FreeBsdProfile, MappedAddressesNeedADualStackSocket)
{
	for (const char *address : { "::ffff:127.0.0.1", "::ffff:0.0.0.0" }) {
		Fake fake("freebsd-13");
		world_socket *only = fake.tcp(AF_INET6), *dual = fake.tcp(AF_INET6);
		fake.set(dual, "IPV6_V6ONLY", 0);
		EXPECT_EQ(fake.bind(only, address, port), EADDRNOTAVAIL);
		EXPECT_EQ(fake.bind(dual, address, port), 0);
		fake.listen(dual, 5);
		EXPECT_EQ(fake.connect("127.0.0.1", port), dual);
		EXPECT_EQ(fake.connect("::1", port), nullptr);
	}
}

/* ---- addresses ---- */

int
bind_raw(Fake &fake, world_socket *socket, const void *address, size_t length)
{
	char room[300] = { 0 };

	std::memcpy(room, address, 28);
	return -kernel_bind(&fake.kernel(), socket, reinterpret_cast<const sockaddr *>(room),
	    static_cast<socklen_t>(length));
}

TEST(FreeBsdProfile, AddressesHaveExactlyTheirLength)
{
	union {
		sockaddr_in inet;
		sockaddr_in6 inet6;
		char bytes[28];
	} inet = {}, inet6 = {};

	inet.inet.sin_family = AF_INET;
	inet6.inet6.sin6_family = AF_INET6;
	for (size_t length : { size_t(0), size_t(8), size_t(15), size_t(16), size_t(17),
	         size_t(24), size_t(27), size_t(28), size_t(29), size_t(128), size_t(255),
	         size_t(256), size_t(300) }) {
		Fake fake("freebsd-13");
		int wrong = length > 255 ? ENAMETOOLONG : EINVAL;
		EXPECT_EQ(bind_raw(fake, fake.tcp(AF_INET), &inet, length),
		    length == 16 ? 0 : wrong) << length;
		EXPECT_EQ(bind_raw(fake, fake.tcp(AF_INET6), &inet6, length),
		    length == 28 ? 0 : wrong) << length;
	}
}

TEST(FreeBsdProfile, WhatBindRefuses)
{
	struct {
		const char *address;
		uint16_t port;
		int status;
	} rows[] = {
		{ "127.0.0.2", port, EADDRNOTAVAIL }, { "127.255.255.255", port, EADDRNOTAVAIL },
		{ "255.255.255.255", port, EADDRNOTAVAIL }, { "224.0.0.1", port, EAFNOSUPPORT },
		{ "ff02::1", port, EAFNOSUPPORT }, { "fe80::1", port, EADDRNOTAVAIL },
		{ "203.0.113.9", port, EADDRNOTAVAIL }, { "127.0.0.1", port, 0 },
	};

	for (const auto &row : rows) {
		Fake fake("freebsd-13");
		bool is_inet6 = std::strchr(row.address, ':') != nullptr;
		EXPECT_EQ(fake.bind(fake.tcp(is_inet6 ? AF_INET6 : AF_INET), row.address, row.port),
		    row.status) << row.address;
	}
}

TEST(FreeBsdProfile, FamiliesAndUnusedFieldsOfAddresses)
{
	Fake fake("freebsd-13");

	for (int family : { 0, 1, 28, 99 }) {
		sockaddr_in inet[2] = {};
		inet[0].sin_family = static_cast<sa_family_t>(family);
		EXPECT_EQ(bind_raw(fake, fake.tcp(AF_INET), inet, sizeof *inet), 0) << family;
		inet[0].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		EXPECT_EQ(bind_raw(fake, fake.tcp(AF_INET), inet, sizeof *inet), EADDRNOTAVAIL);
	}
	sockaddr_in6 inet6 = {};
	inet6.sin6_family = 99;
	EXPECT_EQ(bind_raw(fake, fake.tcp(AF_INET6), &inet6, sizeof inet6), EAFNOSUPPORT);
	inet6.sin6_family = AF_INET6;
	inet6.sin6_addr = in6addr_loopback;
	inet6.sin6_flowinfo = 1;
	EXPECT_EQ(bind_raw(fake, fake.tcp(AF_INET6), &inet6, sizeof inet6), EADDRNOTAVAIL);
	inet6.sin6_flowinfo = 0;
	inet6.sin6_scope_id = 1;
	EXPECT_EQ(bind_raw(fake, fake.tcp(AF_INET6), &inet6, sizeof inet6), EADDRNOTAVAIL);
	inet6.sin6_addr.s6_addr[0] = 0xfe;
	inet6.sin6_addr.s6_addr[1] = 0x80;
	EXPECT_EQ(bind_raw(fake, fake.tcp(AF_INET6), &inet6, sizeof inet6), 0) << "fe80::1%lo0";
	inet6.sin6_scope_id = 77;
	EXPECT_EQ(bind_raw(fake, fake.tcp(AF_INET6), &inet6, sizeof inet6), ENXIO);
}

TEST(FreeBsdProfile, ASecondBindIsInvalid)
{
	Fake fake("freebsd-13");
	world_socket *socket = fake.tcp(AF_INET);

	EXPECT_EQ(fake.bind(socket, "127.0.0.1", port), 0);
	EXPECT_EQ(fake.bind(socket, "127.0.0.1", port + 1), EINVAL);
	EXPECT_EQ(fake.bind(socket, "203.0.113.9", port), EINVAL) << "whatever the address";
	fake.listen(socket, 5);
	EXPECT_EQ(fake.bind(socket, "127.0.0.1", port + 1), EINVAL);
}

TEST(FreeBsdProfile, WhatListenDoesWithoutABoundTcpSocket)
{
	Fake fake("freebsd-13");
	world_socket *unbound = fake.tcp(AF_INET), *failed = fake.tcp(AF_INET);

	EXPECT_EQ(fake.listen(unbound, 5), 0);
	EXPECT_TRUE(kernel_is_wildcard(&unbound->address));
	EXPECT_GE(unbound->port, 10000);
	EXPECT_EQ(fake.bind(failed, "203.0.113.9", port), EADDRNOTAVAIL);
	EXPECT_EQ(fake.listen(failed, 5), 0) << "on a port nobody asked for";
	EXPECT_NE(failed->port, port);
	EXPECT_EQ(fake.listen(fake.udp(AF_INET), 5), EOPNOTSUPP);
	EXPECT_EQ(kernel_accept(fake.tcp(AF_INET)), -EINVAL);
}

TEST(FreeBsdProfile, ReservedPortsNeedPrivilegeOnEveryAddress)
{
	Fake fake("freebsd-13");

	fake.become(1001);
	for (const char *address : { "0.0.0.0", "127.0.0.1", "::", "::1" }) {
		int family = std::strchr(address, ':') ? AF_INET6 : AF_INET;
		EXPECT_EQ(fake.bind(fake.tcp(family), address, 1), EACCES) << address;
		EXPECT_EQ(fake.bind(fake.tcp(family), address, 1023), EACCES) << address;
	}
	EXPECT_EQ(fake.bind(fake.tcp(AF_INET), "127.0.0.1", 1024), 0);
	kernel_set_limit(&fake.kernel(), "reserved-high", 79);
	EXPECT_EQ(fake.bind(fake.tcp(AF_INET), "127.0.0.1", 80), 0);
	EXPECT_EQ(fake.bind(fake.tcp(AF_INET), "127.0.0.1", 79), EACCES);
}

TEST(FreeBsdProfile, AnExhaustedRangeIsNotAvailable)
{
	for (int kind = 0; kind < KINDS; kind++)
		for (const Options &options : { Options {}, Options { "SO_REUSEADDR" },
		         Options { "SO_REUSEPORT" }, Options { "SO_REUSEPORT_LB" } }) {
			Fake fake("freebsd-13");
			kernel_set_limit(&fake.kernel(), "port-first", 20001); /* the wrong way */
			kernel_set_limit(&fake.kernel(), "port-last", 20000);  /* round works too */
			for (int i = 0; i < 3; i++) {
				world_socket *socket = make(fake, static_cast<Kind>(kind), options);
				EXPECT_EQ(fake.bind(socket, kind_address[kind], 0),
				    i < 2 ? 0 : EADDRNOTAVAIL) << kind_text[kind];
			}
		}
	Fake fake("freebsd-13");
	kernel_set_limit(&fake.kernel(), "port-last", 10000);
	EXPECT_EQ(fake.listen(fake.tcp(AF_INET), 5), 0);
	EXPECT_EQ(fake.listen(fake.tcp(AF_INET), 5), EADDRNOTAVAIL);
	EXPECT_EQ(fake.bind(make(fake, DUAL, {}), "::", 0), 0) << "0.0.0.0 does not stop a dual ::";
	EXPECT_EQ(fake.bind(fake.tcp(AF_INET), "0.0.0.0", 0), EADDRNOTAVAIL);
}

/* ---- accept filters ---- */

int
set_filter(Fake &fake, world_socket *socket, const char *name)
{
	const world_option *option = kernel_option_named(&fake.kernel(), "SO_ACCEPTFILTER");
	char argument[256] = { 0 };

	if (!name)
		return fake.set_raw(socket, option->level, option->number, nullptr, 0);
	std::strcpy(argument, name);
	return fake.set_raw(socket, option->level, option->number, argument, sizeof argument);
}

TEST(FreeBsdProfile, AcceptFiltersComeAfterListenAndNeedTheirModule)
{
	struct {
		const char *name;
		int before, on_listener, again;
	} rows[] = {
		{ "dataready", EINVAL, 0, EINVAL }, { "httpready", EINVAL, 0, EINVAL },
		{ "dnsready", EINVAL, 0, EINVAL }, { "tlsready", ENOENT, ENOENT, ENOENT },
		{ "nosuch", ENOENT, ENOENT, ENOENT }, { "", ENOENT, ENOENT, ENOENT },
	};

	for (const auto &row : rows) {
		Fake fake("freebsd-13");
		world_socket *socket = fake.tcp(AF_INET);
		EXPECT_EQ(set_filter(fake, socket, row.name), row.before) << row.name;
		EXPECT_EQ(set_filter(fake, socket, nullptr), EINVAL);
		fake.listen(socket, 5);
		EXPECT_EQ(set_filter(fake, socket, row.name), row.on_listener) << row.name;
		EXPECT_EQ(set_filter(fake, socket, row.name), row.again) << row.name;
		EXPECT_EQ(set_filter(fake, socket, nullptr), 0);
		EXPECT_EQ(set_filter(fake, socket, nullptr), 0);
	}
}

TEST(FreeBsdProfile, AFilterHoldsLimitAndOneConnections)
{
	Fake fake("freebsd-13");
	world_socket *listener = fake.tcp(AF_INET);

	fake.bind(listener, "127.0.0.1", port);
	fake.listen(listener, 2);
	EXPECT_EQ(set_filter(fake, listener, "dataready"), 0);
	for (int i = 0; i < 10; i++)
		fake.connect("127.0.0.1", port);
	EXPECT_EQ(fake.get(listener, "SO_LISTENINCQLEN"), 3);
	EXPECT_EQ(fake.get(listener, "SO_LISTENQLEN"), 0);
	EXPECT_EQ(kernel_filter_satisfied(&fake.kernel(), listener), 0);
	EXPECT_EQ(fake.get(listener, "SO_LISTENINCQLEN"), 2);
	EXPECT_EQ(fake.get(listener, "SO_LISTENQLEN"), 1);
}

/* ---- fast open ---- */

TEST(FreeBsdProfile, FastOpenHasTwoGates)
{
	const struct {
		int server, client, before, listener_on, listener_off;
	} rows[] = { { 0, 0, EPERM, EPERM, EPERM }, { 0, 1, 0, EPERM, 0 }, { 1, 0, 0, 0, 0 },
		{ 1, 1, 0, 0, 0 } };

	for (const auto &row : rows) {
		Fake fake("freebsd-13");
		world_socket *fresh = fake.tcp(AF_INET), *listener = fake.tcp(AF_INET);
		kernel_set_limit(&fake.kernel(), "fast-open-server", row.server);
		kernel_set_limit(&fake.kernel(), "fast-open-client", row.client);
		fake.listen(listener, 5);
		EXPECT_EQ(fake.set(fresh, "TCP_FASTOPEN", 50), row.before);
		EXPECT_EQ(fake.set(listener, "TCP_FASTOPEN", 1), row.listener_on);
		EXPECT_EQ(fake.set(listener, "TCP_FASTOPEN", 0), row.listener_off);
		if (row.before == 0) {
			EXPECT_EQ(fake.get(fresh, "TCP_FASTOPEN"), INT_MIN);
		}
	}
	Fake fake("freebsd-13");
	EXPECT_EQ(fake.set(fake.udp(AF_INET), "TCP_FASTOPEN", 1), EINVAL);
}

} // namespace
