/* SPDX-License-Identifier: ISC */
/* Names of kinds and options, as manual pages and reports have them. */
#include "objects.h"

#include <cerrno>
#include <climits>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

TEST(Names, OfKindsAreAllDifferent)
{
	std::set<std::string> names;

	for (int kind = BINDCHAIN_TCP; kind <= BINDCHAIN_VSOCK_SEQPACKET; kind++)
		names.insert(bindchain_kind_name(kind));
	EXPECT_THAT(names, testing::UnorderedElementsAre("TCP", "UDP", "Unix stream",
	    "Unix datagram", "Unix seqpacket", "netlink", "netlink raw", "FIFO", "vsock",
	    "vsock seqpacket"));
	EXPECT_EQ(bindchain_kind_name(BINDCHAIN_VSOCK_SEQPACKET + 1), nullptr);
	EXPECT_EQ(bindchain_kind_name(-1), nullptr);
}

/* The numbers of the options are part of the binary interface. */
TEST(Names, OfOptionsBelongToTheirNumbers)
{
	const struct {
		bindchain_option option;
		int number;
		const char *name;
	} rows[] = {
		{ BINDCHAIN_REUSE_ADDRESS, 0, "reuse-address" },
		{ BINDCHAIN_SHARE, 1, "share" },
		{ BINDCHAIN_BALANCE, 2, "balance" },
		{ BINDCHAIN_V6ONLY, 3, "v6only" },
		{ BINDCHAIN_BIND_ANY, 4, "bind-any" },
		{ BINDCHAIN_RECEIVE_BUFFER, 5, "receive-buffer" },
		{ BINDCHAIN_PASS_CREDENTIALS, 6, "pass-credentials" },
		{ BINDCHAIN_PASS_SECURITY, 7, "pass-security" },
		{ BINDCHAIN_WAIT_FOR, 8, "wait-for" },
		{ BINDCHAIN_DEVICE, 9, "device" },
		{ BINDCHAIN_KEEPALIVE, 10, "keepalive" },
		{ BINDCHAIN_FAST_OPEN, 11, "fast-open" },
		{ BINDCHAIN_KEEPALIVE_IDLE, 12, "keepalive-idle" },
		{ BINDCHAIN_KEEPALIVE_INTERVAL, 13, "keepalive-interval" },
		{ BINDCHAIN_KEEPALIVE_COUNT, 14, "keepalive-count" },
		{ BINDCHAIN_NODELAY, 15, "nodelay" },
		{ BINDCHAIN_SEND_BUFFER, 16, "send-buffer" },
		{ BINDCHAIN_USER_TIMEOUT, 17, "user-timeout" },
		{ BINDCHAIN_MAX_SEGMENT, 18, "max-segment" },
		{ BINDCHAIN_HOP_LIMIT, 19, "hop-limit" },
		{ BINDCHAIN_TRAFFIC_CLASS, 20, "traffic-class" },
		{ BINDCHAIN_PRIORITY, 21, "priority" },
		{ BINDCHAIN_MARK, 22, "mark" },
		{ BINDCHAIN_TRANSPARENT, 23, "transparent" },
		{ BINDCHAIN_BROADCAST, 24, "broadcast" },
		{ BINDCHAIN_PACKET_INFO, 25, "packet-info" },
		{ BINDCHAIN_TIMESTAMPS, 26, "timestamps" },
		{ BINDCHAIN_PASS_PIDFD, 27, "pass-pidfd" },
		{ BINDCHAIN_FIB, 28, "fib" },
		{ BINDCHAIN_MPTCP, 29, "mptcp" },
		{ BINDCHAIN_CONGESTION, 30, "congestion" },
		{ BINDCHAIN_LOCKED, 31, "locked" },
	};
	int count = 0;

	for (const auto &row : rows) {
		bindchain_option found = BINDCHAIN_FAST_OPEN;
		EXPECT_EQ(row.option, row.number);
		EXPECT_STREQ(bindchain_option_name(row.option), row.name);
		EXPECT_EQ(bindchain_option_find(row.name, &found), 0) << row.name;
		EXPECT_EQ(found, row.option);
		EXPECT_GT(std::string(bindchain_option_meaning(row.option)).size(), 20u);
		count++;
	}
	EXPECT_EQ(bindchain_option_name(count), nullptr) << "a row is missing here";
	EXPECT_EQ(bindchain_option_name(-1), nullptr);
	EXPECT_EQ(bindchain_option_meaning(count), nullptr);
	EXPECT_EQ(bindchain_option_meaning(INT_MIN), nullptr);
}

TEST(Names, OfNoOptionAreNotFound)
{
	bindchain_option found = BINDCHAIN_DEVICE;

	for (const char *name : { "", "Share", "share ", "prefer-share", "shar" }) {
		errno = 0;
		EXPECT_EQ(bindchain_option_find(name, &found), -1) << name;
		EXPECT_EQ(errno, EINVAL);
	}
	EXPECT_EQ(bindchain_option_find(nullptr, &found), -1);
	EXPECT_EQ(bindchain_option_find("share", nullptr), -1);
	EXPECT_EQ(found, BINDCHAIN_DEVICE) << "left alone";
}

TEST(Version, IsThreeNumbers)
{
	EXPECT_THAT(bindchain_version(), testing::MatchesRegex("[0-9]+[.][0-9]+[.][0-9]+"));
}

} // namespace
