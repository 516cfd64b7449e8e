/* SPDX-License-Identifier: ISC */
/* The rules against what kernels answered, and where none was asked, against their
 * sources. */
#include <cerrno>

#include <gtest/gtest.h>

#include "rules.h"

namespace {

/* How many pairs of each kind agree. */
struct Count {
	size_t pairs = 0, agree = 0, by_chance = 0;
};

Count
replay(const PairAnswers &answers, const conflict_rules &rules, bool is_stream)
{
	Count count;

	for (const Pair &pair : answers.pairs()) {
		if (pair.context.is_stream != is_stream)
			continue;
		PairAnswer recorded = answers.answer(pair), ruled = answer_by(rules, pair);
		bool by_chance = differs_by_chance(recorded, ruled);
		EXPECT_TRUE(agrees(recorded, ruled) || by_chance)
		    << pair.text() << ": " << ruled.outcome << ruled.ipv4 << ruled.ipv6
		    << ", recorded is " << recorded.outcome << recorded.ipv4 << recorded.ipv6;
		count.pairs++;
		count.agree += agrees(recorded, ruled);
		count.by_chance += by_chance;
	}
	return count;
}

/* Of six connections that a hash with a random key spreads, one socket got all of one
 * family once, of six datagrams once. */
TEST(RecordedConflicts, OfLinuxAreThoseOfItsRules)
{
	PairAnswers answers = PairAnswers::read(RECORDED "/linux-6.18.txt");
	Count tcp = replay(answers, conflict_rules_linux, true);
	Count udp = replay(answers, conflict_rules_linux, false);

	EXPECT_EQ(tcp.pairs, 4704U);
	EXPECT_EQ(tcp.agree, 4703U);
	EXPECT_EQ(tcp.by_chance, 1U);
	EXPECT_EQ(udp.pairs, 2352U);
	EXPECT_EQ(udp.agree, 2351U);
	EXPECT_EQ(udp.by_chance, 1U);
}

/* Its hash has no key, and consecutive ports take turns. */
TEST(RecordedConflicts, OfFreeBsdAreThoseOfItsRules)
{
	PairAnswers answers = PairAnswers::read(RECORDED "/freebsd-13.1.txt");
	Count tcp = replay(answers, conflict_rules_freebsd, true);
	Count udp = replay(answers, conflict_rules_freebsd, false);

	EXPECT_EQ(tcp.pairs, 14406U);
	EXPECT_EQ(tcp.agree, 14406U);
	EXPECT_EQ(udp.pairs, 7203U);
	EXPECT_EQ(udp.agree, 7203U);
}

/* ---- where no kernel was asked ---- */

conflict_side
side(const std::string &host, const std::string &options = "none", unsigned user = 1001)
{
	PairEnd end = { host, options };
	conflict_side made = {};

	made.is_stream = true;
	made.v6only = end.is_v6only();
	made.reuse_address = end.has("addr");
	made.share = end.has("port");
	made.balance = end.has("lb");
	made.user = user;
	made.address = conflict_address_of(end.host());
	return made;
}

conflict_side
listening(conflict_side made)
{
	made.listening = true;
	return made;
}

conflict_side
on_interface(conflict_side made, unsigned interface)
{
	made.interface = interface;
	return made;
}

conflict_side
datagrams(conflict_side made)
{
	made.is_stream = false;
	return made;
}

conflict_side
in_zone(conflict_side made, unsigned zone)
{
	made.address.zone = zone;
	return made;
}

bool
binds(const conflict_rules &rules, const conflict_side &there, const conflict_side &coming)
{
	int error = rules.refuses(&there, &coming, CONFLICT_BIND);

	EXPECT_TRUE(error == 0 || error == EADDRINUSE) << error;
	return error == 0;
}

conflict_verdict
judge(const conflict_rules &rules, const conflict_side &first, const conflict_side &second)
{
	conflict_verdict verdict;

	conflict_judge(&rules, &first, &second, &verdict);
	return verdict;
}

/* listen(2): "another socket is already listening on the same port", which two that
 * reuse addresses find out late. */
TEST(LinuxConflicts, OfTwoThatWereBoundTheSecondMayNotListen)
{
	conflict_side first = side("127.0.0.1", "addr"), second = first;

	EXPECT_TRUE(binds(conflict_rules_linux, first, second));
	first.listening = true;
	EXPECT_EQ(conflict_rules_linux.refuses(&first, &second, CONFLICT_LISTEN), EADDRINUSE);
	for (const conflict_rules *rules : { &conflict_rules_freebsd, &conflict_rules_darwin })
		EXPECT_EQ(rules->refuses(&first, &second, CONFLICT_LISTEN), 0);
}

/* socket(7), SO_BINDTODEVICE; inet_bind_conflict. */
TEST(LinuxConflicts, AreNoneOnDifferentInterfaces)
{
	conflict_side one = on_interface(side("0.0.0.0"), 2);

	EXPECT_TRUE(binds(conflict_rules_linux, one, on_interface(side("0.0.0.0"), 3)));
	EXPECT_FALSE(binds(conflict_rules_linux, one, one));
	EXPECT_FALSE(binds(conflict_rules_linux, one, side("0.0.0.0")));
	EXPECT_FALSE(binds(conflict_rules_linux, side("0.0.0.0"), one));
}

/* compute_score: what comes by another interface is the other socket's. */
TEST(LinuxConflicts, ASocketOfTheInterfaceComesFirst)
{
	conflict_side any = listening(side("0.0.0.0", "port"));
	conflict_side bound = on_interface(any, 2);

	EXPECT_EQ(judge(conflict_rules_linux, any, bound).ipv4, CONFLICT_SECOND);
	EXPECT_EQ(judge(conflict_rules_linux, bound, any).ipv4, CONFLICT_FIRST);
}

/* kern/kern_priv.c: PRIV_NETINET_REUSEPORT is root's. */
TEST(FreeBsdConflicts, RootMayJoinAnyUser)
{
	for (const conflict_rules *rules : { &conflict_rules_freebsd, &conflict_rules_darwin }) {
		EXPECT_TRUE(binds(*rules, side("127.0.0.1", "port"), side("127.0.0.1", "port", 0)));
		EXPECT_FALSE(binds(*rules, side("127.0.0.1", "port"),
		    side("127.0.0.1", "port", 1002)));
		EXPECT_FALSE(binds(*rules, side("127.0.0.1", "port", 0), side("127.0.0.1", "port")));
	}
	EXPECT_FALSE(binds(conflict_rules_linux, side("127.0.0.1", "port"),
	    side("127.0.0.1", "port", 0)));
}

/* "Treat SO_REUSEADDR as SO_REUSEPORT for multicast": in_pcbbind_setup, in_pcbbind. */
TEST(BsdConflicts, AMulticastAddressIsSharedByReuse)
{
	conflict_side reuse = datagrams(side("224.0.0.251", "addr"));
	conflict_side share = datagrams(side("224.0.0.251", "port"));
	conflict_side none = datagrams(side("224.0.0.251"));
	conflict_side stranger = datagrams(side("224.0.0.251", "addr", 1002));
	conflict_side reuse6 = datagrams(side("ff02::fb", "addr"));

	for (const conflict_rules *rules : { &conflict_rules_freebsd, &conflict_rules_darwin }) {
		EXPECT_TRUE(binds(*rules, reuse, reuse));
		EXPECT_TRUE(binds(*rules, share, reuse));
		EXPECT_TRUE(binds(*rules, reuse, stranger));
		EXPECT_TRUE(binds(*rules, reuse6, reuse6));
		EXPECT_FALSE(binds(*rules, none, reuse));
		EXPECT_FALSE(binds(*rules, reuse, none));
		EXPECT_FALSE(binds(*rules, datagrams(side("127.0.0.1", "addr")),
		    datagrams(side("127.0.0.1", "addr"))));
	}
	/* FreeBSD counts SO_REUSEPORT of the second too; xnu looks at SO_REUSEADDR alone. */
	EXPECT_TRUE(binds(conflict_rules_freebsd, reuse, share));
	EXPECT_FALSE(binds(conflict_rules_darwin, reuse, share));
}

/* in6_setscope of KAME: the zone is part of the address. */
TEST(BsdConflicts, LinkLocalAddressesOfTwoZonesAreTwo)
{
	for (const conflict_rules *rules : { &conflict_rules_freebsd, &conflict_rules_darwin }) {
		EXPECT_TRUE(binds(*rules, in_zone(side("fe80::1"), 1), in_zone(side("fe80::1"), 2)));
		EXPECT_FALSE(binds(*rules, in_zone(side("fe80::1"), 1), in_zone(side("fe80::1"), 1)));
	}
}

/* A mapped wildcard is an IPv6 socket's: both are INP_IPV6PROTO, both PF_INET6. */
TEST(BsdConflicts, TheMappedWildcardPassesThoseOfIPv6Only)
{
	for (const conflict_rules *rules : { &conflict_rules_freebsd, &conflict_rules_darwin }) {
		EXPECT_TRUE(binds(*rules, side("::dual"), side("::ffff:0.0.0.0")));
		EXPECT_FALSE(binds(*rules, side("0.0.0.0"), side("::ffff:0.0.0.0")));
		EXPECT_FALSE(binds(*rules, side("::ffff:0.0.0.0"), side("::dual")));
	}
}

/* bsd/netinet/in_pcb.c, in_pcbbind; bsd/netinet6/in6_pcb.c, in6_pcbbind. */
TEST(DarwinConflicts, AreThoseOfItsSources)
{
	static const struct {
		const char *first, *first_options;
		unsigned second_user;
		const char *second, *second_options;
		bool binds;
	} rows[] = {
		/* Of one user the second's options decide, as on FreeBSD. */
		{ "0.0.0.0", "none", 1001, "127.0.0.1", "none", false },
		{ "0.0.0.0", "none", 1001, "127.0.0.1", "addr", true },
		{ "0.0.0.0", "addr", 1001, "0.0.0.0", "addr", false },
		{ "0.0.0.0", "port", 1001, "0.0.0.0", "port", true },
		{ "0.0.0.0", "none", 1001, "::dual", "none", true },
		{ "::dual", "none", 1001, "0.0.0.0", "none", false },
		{ "::only", "none", 1001, "0.0.0.0", "none", true },
		/* Two IPv4 wildcards may be of two users, as far as users go. */
		{ "0.0.0.0", "none", 1002, "0.0.0.0", "none", false },
		{ "0.0.0.0", "port", 1002, "0.0.0.0", "port", true },
		{ "0.0.0.0", "port", 1002, "127.0.0.1", "port", false },
		{ "::only", "port", 1002, "::only", "port", true },
		{ "::only", "none", 1002, "::only", "port", false },
		{ "::1", "port", 1002, "::1", "port", false },
		{ "0.0.0.0", "none", 1002, "::dual", "none", true },
		{ "127.0.0.1", "none", 1002, "::dual", "addr", false },
		{ "127.0.0.1", "port", 1002, "::dual", "port", true },
	};

	for (const auto &row : rows)
		EXPECT_EQ(binds(conflict_rules_darwin, side(row.first, row.first_options),
		              side(row.second, row.second_options, row.second_user)), row.binds)
		    << row.first << " " << row.first_options << ", then " << row.second << " "
		    << row.second_options << " of " << row.second_user;
}

/* in_pcblookup_hash, in6_pcblookup_hash: there are no groups. */
TEST(DarwinConflicts, OneOfTwoThatShareGetsAll)
{
	static const struct {
		const char *first, *second;
		conflict_receiver ipv4, ipv6;
	} rows[] = {
		{ "0.0.0.0", "0.0.0.0", CONFLICT_FIRST, CONFLICT_NOBODY },
		{ "127.0.0.1", "127.0.0.1", CONFLICT_SECOND, CONFLICT_NOBODY },
		{ "0.0.0.0", "127.0.0.1", CONFLICT_SECOND, CONFLICT_NOBODY },
		{ "127.0.0.1", "0.0.0.0", CONFLICT_FIRST, CONFLICT_NOBODY },
		{ "::dual", "0.0.0.0", CONFLICT_SECOND, CONFLICT_FIRST },
		{ "::dual", "::only", CONFLICT_FIRST, CONFLICT_FIRST },
		{ "::1", "::1", CONFLICT_NOBODY, CONFLICT_SECOND },
	};

	for (const auto &row : rows) {
		conflict_verdict verdict = judge(conflict_rules_darwin, side(row.first, "port"),
		    side(row.second, "port"));
		EXPECT_EQ(verdict.error, 0);
		EXPECT_EQ(verdict.ipv4, row.ipv4) << row.first << ", then " << row.second;
		EXPECT_EQ(verdict.ipv6, row.ipv6) << row.first << ", then " << row.second;
	}
}

TEST(Verdict, IsOfTrafficThatBothCouldGet)
{
	for (const conflict_rules *rules : { &conflict_rules_linux, &conflict_rules_freebsd,
	         &conflict_rules_darwin }) {
		conflict_verdict verdict = judge(*rules, listening(side("192.0.2.1")),
		    listening(side("192.0.2.2")));
		EXPECT_EQ(verdict.ipv4, CONFLICT_EACH);
		EXPECT_EQ(verdict.ipv6, CONFLICT_NOBODY);
		verdict = judge(*rules, listening(side("0.0.0.0", "port")),
		    listening(side("192.0.2.2", "port")));
		EXPECT_EQ(verdict.ipv4, CONFLICT_SECOND);
		verdict = judge(*rules, listening(side("192.0.2.2", "port")),
		    listening(side("::dual", "port")));
		EXPECT_EQ(verdict.ipv4, CONFLICT_FIRST);
		EXPECT_EQ(verdict.ipv6, CONFLICT_SECOND);
	}
}

/* RFC 3493, 5.3, for IPv4 on IPv6 sockets. */
TEST(Addresses, OverlapWhereBothCoverAnAddress)
{
	static const struct {
		const char *one, *other;
		bool overlap;
	} pairs[] = {
		{ "127.0.0.1", "127.0.0.1", true },
		{ "127.0.0.1", "127.0.0.2", false },
		{ "0.0.0.0", "127.0.0.1", true },
		{ "0.0.0.0", "0.0.0.0", true },
		{ "::1", "::1", true },
		{ "::1", "::2", false },
		{ "::only", "::1", true },
		{ "::dual", "::1", true },
		{ "::only", "::only", true },
		{ "::only", "127.0.0.1", false },
		{ "::dual", "127.0.0.1", true },
		{ "::only", "0.0.0.0", false },
		{ "::dual", "0.0.0.0", true },
		{ "::1", "127.0.0.1", false },
		{ "::1", "0.0.0.0", false },
		/* An IPv4-mapped address is IPv4's. */
		{ "::ffff:127.0.0.1", "127.0.0.1", true },
		{ "::ffff:127.0.0.1", "127.0.0.2", false },
		{ "::ffff:127.0.0.1", "0.0.0.0", true },
		{ "::ffff:0.0.0.0", "127.0.0.1", true },
		{ "::ffff:127.0.0.1", "::dual", true },
		{ "::ffff:127.0.0.1", "::only", false },
		{ "::ffff:127.0.0.1", "::1", false },
	};

	for (const auto &pair : pairs) {
		conflict_side one = side(pair.one), other = side(pair.other);
		for (int turn = 0; turn < 2; turn++, std::swap(one, other))
			EXPECT_EQ(conflict_overlap(&one, &other, AF_INET)
			        || conflict_overlap(&one, &other, AF_INET6), pair.overlap)
			    << pair.one << " " << pair.other;
	}
}

} // namespace
