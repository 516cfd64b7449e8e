/* SPDX-License-Identifier: ISC */
/* What is said of addresses and names, with interfaces of the test's own. */
#include "core.h"
#include "fake_network.h"

#include <cerrno>
#include <vector>

#include <net/if.h>

#include <gtest/gtest.h>

namespace {

using Lines = std::vector<std::string>;

struct Interface {
	unsigned flags;
	const char *address, *name;
};

void
set_interfaces(const std::vector<Interface> &interfaces)
{
	fake_network = {};
	for (const Interface &interface : interfaces) {
		size_t i = fake_network.interface_count++;
		fake_network.interfaces[i] = { interface.flags, interface.address };
		strncpy(fake_network.names[i], interface.name, sizeof fake_network.names[i] - 1);
	}
}

/* "192.0.2.5 (eth0)" for each of up to ROOM. */
Lines
nearest(const char *host, size_t room)
{
	struct address address = literal(host, 0);
	std::vector<struct local_address> found(room);
	size_t count = local_nearest(&address, found.data(), room);
	Lines lines;

	for (size_t i = 0; i < count; i++) {
		char text[ADDRESS_HOST_SIZE];
		address_host(&found[i].address, text);
		lines.push_back(std::string(text) + " (" + found[i].interface + ")");
	}
	EXPECT_EQ(fake_network.lists_held, 0);
	return lines;
}

std::string
zones(const char *host)
{
	struct address address = literal(host, 0);
	struct text text;

	text_init(&text);
	local_add_zones(&text, &address);
	EXPECT_EQ(fake_network.lists_held, 0);
	return words_of(text);
}

Lines
hints(const struct request &request, const struct bindchain_failure &failure,
    const struct diagnosis_words &words = {})
{
	struct findings findings;

	diagnose_failure(&request, &failure, &words, false, &findings);
	return lines_of(findings);
}

Lines
obstacles(const struct request &request)
{
	const struct diagnosis_words words = {};
	struct foreseen_conflicts conflicts;
	struct findings findings;

	diagnose_request(&request, 0, &words, false, &conflicts, &findings);
	return lines_of(findings, FINDING_OBSTACLE);
}

struct request
request_for(const char *host, enum bindchain_kind kind = BINDCHAIN_TCP)
{
	struct request request;

	request_init(&request, kind);
	request.host = host;
	request.service = "8000";
	request.address = literal(host, 8000);
	return request;
}

TEST(NearestAddresses, ShareTheMostLeadingBits)
{
	set_interfaces({ { IFF_UP, "127.0.0.1", "lo" }, { IFF_UP, "192.0.3.1", "a" },
	    { 0, "192.0.2.6", "down" }, { IFF_UP, "192.0.2.129", "b" }, { IFF_UP, "::1", "lo" } });

	/* .4 and .6 differ in the 31st bit, .129 in the 25th, 192.0.3 in the 24th. */
	EXPECT_EQ(nearest("192.0.2.4", 4), (Lines { "192.0.2.6 (down)", "192.0.2.129 (b)",
	    "192.0.3.1 (a)", "127.0.0.1 (lo)" }));
	EXPECT_EQ(nearest("192.0.2.4", 2), (Lines { "192.0.2.6 (down)", "192.0.2.129 (b)" }));
	EXPECT_EQ(nearest("2001:db8::1", 4), Lines { "::1 (lo)" });
}

TEST(NearestAddresses, OfEqualOnesTheFirstStandsFirst)
{
	set_interfaces({ { IFF_UP, "192.0.2.16", "a" }, { IFF_UP, "192.0.2.17", "b" },
	    { IFF_UP, "192.0.2.18", "c" } });
	EXPECT_EQ(nearest("192.0.2.1", 2), (Lines { "192.0.2.16 (a)", "192.0.2.17 (b)" }));
}

TEST(NearestAddresses, AreNoneWhereInterfacesCannotBeRead)
{
	set_interfaces({ { IFF_UP, "192.0.2.16", "a" } });
	fake_network.interfaces_error = EMFILE;
	EXPECT_EQ(nearest("192.0.2.1", 2), Lines {});
}

TEST(NearestAddresses, TheAddressItselfIsRecognised)
{
	struct address address = literal("192.0.2.5", 80);
	struct local_address found;

	set_interfaces({ { IFF_UP, "192.0.2.4", "a" }, { IFF_UP, nullptr, "b" },
	    { IFF_UP, "192.0.2.5", "c" } });
	ASSERT_EQ(local_nearest(&address, &found, 1), 1u);
	EXPECT_TRUE(found.same);
	address = literal("192.0.2.6", 80);
	ASSERT_EQ(local_nearest(&address, &found, 1), 1u);
	EXPECT_FALSE(found.same);
}

TEST(Zones, AreThoseThatHaveTheAddressElseAll)
{
	set_interfaces({ { IFF_UP, "fe80::1", "a" }, { IFF_UP, "192.0.2.5", "b" },
	    { IFF_UP, "fe80::2", "c" }, { IFF_UP, "fe80::3", "c" }, { IFF_UP, "::1", "lo" } });
	EXPECT_EQ(zones("fe80::2"), "c");
	EXPECT_EQ(zones("fe80::9"), "a, c");
}

TEST(Zones, HostileNamesAreEscaped)
{
	set_interfaces({ { IFF_UP, "fe80::1", "a\nb" } });
	EXPECT_EQ(zones("fe80::9"), "a\\012b");
}

TEST(Hints, OtherFamiliesHaveNone)
{
	struct request request;
	struct bindchain_failure failure;

	request_init(&request, BINDCHAIN_UNIX_STREAM);
	ASSERT_EQ(request_set_path(&request, "/tmp/socket", &failure), 0);
	for (int error : { EADDRINUSE, EADDRNOTAVAIL, EINVAL }) {
		failure_set(&failure, BINDCHAIN_BIND, error);
		EXPECT_EQ(hints(request, failure), Lines {}) << error;
	}
}

TEST(Hints, APresentAddressIsNotReportedMissing)
{
	struct request request = request_for("192.0.2.5");
	struct bindchain_failure failure;

	/* As when every port is taken, which some kernels call EADDRNOTAVAIL. */
	set_interfaces({ { IFF_UP, "192.0.2.5", "a" } });
	request.options[BINDCHAIN_BIND_ANY] = { BINDCHAIN_REQUIRED, 1 };
	failure_set(&failure, BINDCHAIN_BIND, EADDRNOTAVAIL);
	EXPECT_EQ(hints(request, failure), Lines {});
}

TEST(Hints, AnOptionIsNamedAsTheFrontEndWritesIt)
{
	struct request request = request_for("127.0.0.1", BINDCHAIN_UDP);
	const struct diagnosis_words words = { nullptr, nullptr, "-b 0", "" };
	struct bindchain_failure failure;

	failure_set(&failure, BINDCHAIN_LISTEN, EOPNOTSUPP);
	EXPECT_EQ(hints(request, failure, words),
	    Lines { "a datagram socket cannot listen; -b 0 omits listen(2)" });
	EXPECT_EQ(hints(request, failure),
	    Lines { "a datagram socket cannot listen" });
}

/* EINVAL is Linux's answer, EADDRNOTAVAIL FreeBSD's and macOS's. */
TEST(Hints, AMappedAddressOnAnIpv6OnlySocketHasOneHint)
{
	struct request request = request_for("::ffff:127.0.0.1");
	struct bindchain_failure failure;

	set_interfaces({ { IFF_UP, "127.0.0.1", "lo" }, { IFF_UP, "::1", "lo" } });
	request.options[BINDCHAIN_V6ONLY] = { BINDCHAIN_REQUIRED, 1 };
	for (int error : { EINVAL, EADDRNOTAVAIL }) {
		failure_set(&failure, BINDCHAIN_BIND, error);
		EXPECT_EQ(hints(request, failure), Lines { "an IPv6-only socket cannot bind an"
		    " IPv4-mapped address; omit ::ffff: to bind the IPv4 address" }) << error;
	}
}

TEST(Hints, AMappedAddressIsLookedForAmongIpv4Ones)
{
	struct request request = request_for("::ffff:192.0.2.9");
	struct bindchain_failure failure;

	set_interfaces({ { IFF_UP, "192.0.2.5", "a" }, { IFF_UP, "::1", "lo" } });
	failure_set(&failure, BINDCHAIN_BIND, EADDRNOTAVAIL);
	EXPECT_EQ(hints(request, failure),
	    Lines { "no interface has this address; nearest addresses: 192.0.2.5 (a)" });
	request = request_for("::ffff:192.0.2.5");
	EXPECT_EQ(hints(request, failure), Lines {});
}

TEST(Foreseen, WhatEveryKernelRefuses)
{
	struct request request = request_for("127.0.0.1", BINDCHAIN_UDP);

	EXPECT_EQ(obstacles(request), Lines {});
	request.backlog = 5;
	EXPECT_EQ(obstacles(request),
	    Lines { "a datagram socket cannot listen" });
	EXPECT_EQ(obstacles(request_for("ff02::1")),
	    Lines { "TCP cannot use a multicast address" });
	EXPECT_EQ(obstacles(request_for("fe80::1")),
	    Lines { "a link-local address needs its zone: ADDRESS%INTERFACE" });
	request = request_for("::ffff:127.0.0.1");
	EXPECT_EQ(obstacles(request), Lines {});
	request.options[BINDCHAIN_V6ONLY] = { BINDCHAIN_REQUIRED, 1 };
	EXPECT_EQ(obstacles(request),
	    Lines { "an IPv6-only socket cannot bind an IPv4-mapped address" });
}

} // namespace
