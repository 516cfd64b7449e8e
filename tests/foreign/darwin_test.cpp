// SPDX-License-Identifier: ISC
// The numbers of src/darwin, and the structures that it reads, with Darwin's own headers.
#include "foreign_request.h"

namespace {

// sys/socket.h, netinet/in.h, netinet6/in6.h, netinet/tcp.h, sys/un.h: SOCK_STREAM is 1 and
// IPPROTO_TCP 6, AF_INET 2, AF_INET6 0x1e, AF_UNIX 1.
const std::string tcp4 = "socket 2 1 6; ", tcp6 = "socket 1e 1 6; ";
const std::string udp4 = "socket 2 2 11; ", udp6 = "socket 1e 2 11; ";
// Length, family, port, host: netinet/in.h, netinet6/in6.h.  The kernel sets the length,
// whatever it was: getsockaddr of bsd/kern/uipc_syscalls.c.
const std::string at4 = "bind 00021f907f0000010000000000000000";
const std::string at6 = "bind 001e1f90" + std::string(8 + 30, '0') + "01" + std::string(8, '0');
const std::string listen = "; listen 5";
// sys/fcntl.h: O_SEARCH, which is O_EXEC | O_DIRECTORY, and O_CLOEXEC
const std::string directory = "open 41100000; ";
// Length, family, the path and its null byte: sys/un.h.
const std::string at_path = "bind 00012f72756e2f7300";

class DarwinNumbers : public testing::TestWithParam<Numbers> {
	void SetUp() override { foreign_reset(); }
};

TEST_P(DarwinNumbers, AreThoseOfTheHeaders)
{
	EXPECT_EQ(GetParam().calls, GetParam().request.Calls());
}

INSTANTIATE_TEST_SUITE_P(All, DarwinNumbers, testing::Values(
    Numbers { "IPv4", Request("127.0.0.1"), tcp4 + at4 + listen },
    Numbers { "IPv6", Request("::1"), tcp6 + at6 + listen },
    Numbers { "UDP", Request("127.0.0.1").Kind(BINDCHAIN_UDP), "socket 2 2 11; " + at4 },
    // F_SETFD is 2, FD_CLOEXEC 1, F_SETFL 4, O_NONBLOCK 4; close-on-exec first, which is the
    // one that another thread's fork can miss.
    Numbers { "flags", Request("::1").NonblockingCloseOnExec(),
        tcp6 + "fcntl 2 1; fcntl 4 4; " + at6 + listen },
    // level, number, value: SOL_SOCKET is 0xffff, IPPROTO_IPV6 0x29
    Numbers { "reuse_address", Request("127.0.0.1").Set(BINDCHAIN_REUSE_ADDRESS),
        tcp4 + "setsockopt ffff 4 1; " + at4 + listen },
    Numbers { "share", Request("127.0.0.1").Set(BINDCHAIN_SHARE),
        tcp4 + "setsockopt ffff 200 1; " + at4 + listen },
    Numbers { "keepalive", Request("127.0.0.1").Set(BINDCHAIN_KEEPALIVE),
        tcp4 + "setsockopt ffff 8 1; " + at4 + listen },
    Numbers { "receive_buffer", Request("127.0.0.1").Set(BINDCHAIN_RECEIVE_BUFFER, 0x8000),
        tcp4 + "setsockopt ffff 1002 8000; " + at4 + listen },
    Numbers { "v6only", Request("::1").Set(BINDCHAIN_V6ONLY),
        tcp6 + "setsockopt 29 1b 1; " + at6 + listen },
    Numbers { "dual", Request("::1").Set(BINDCHAIN_V6ONLY, 0),
        tcp6 + "setsockopt 29 1b 0; " + at6 + listen },
    // ip(4), ip6(4): IP_BOUND_IF, IPV6_BOUND_IF
    Numbers { "device_IPv4", Request("127.0.0.1").Set(BINDCHAIN_DEVICE, 2),
        tcp4 + "setsockopt 0 19 2; " + at4 + listen },
    Numbers { "device_IPv6", Request("::1").Set(BINDCHAIN_DEVICE, 2),
        tcp6 + "setsockopt 29 7d 2; " + at6 + listen },
    // Before listen(2) it is EINVAL, and so is any number but 0 and 1.
    Numbers { "fast_open", Request("127.0.0.1").Set(BINDCHAIN_FAST_OPEN, 50),
        tcp4 + at4 + listen + "; setsockopt 6 105 1" },
    // Accepted connections do not inherit TCP_KEEPALIVE: bsd/netinet/tcp_input.c.
    Numbers { "keepalive_idle", Request("127.0.0.1").Set(BINDCHAIN_KEEPALIVE_IDLE, 60).NoListen(),
        tcp4 + "setsockopt 6 10 3c; " + at4 },
    Numbers { "keepalive_interval", Request("127.0.0.1").Set(BINDCHAIN_KEEPALIVE_INTERVAL, 10),
        tcp4 + "setsockopt 6 101 a; " + at4 + listen },
    Numbers { "keepalive_count", Request("127.0.0.1").Set(BINDCHAIN_KEEPALIVE_COUNT, 5),
        tcp4 + "setsockopt 6 102 5; " + at4 + listen },
    Numbers { "nodelay", Request("127.0.0.1").Set(BINDCHAIN_NODELAY),
        tcp4 + "setsockopt 6 1 1; " + at4 + listen },
    Numbers { "send_buffer", Request("127.0.0.1").Set(BINDCHAIN_SEND_BUFFER, 0x8000),
        tcp4 + "setsockopt ffff 1001 8000; " + at4 + listen },
    // IP_TTL, IPV6_UNICAST_HOPS
    Numbers { "hop_limit_IPv4", Request("127.0.0.1").Set(BINDCHAIN_HOP_LIMIT, 5),
        tcp4 + "setsockopt 0 4 5; " + at4 + listen },
    Numbers { "hop_limit_IPv6", Udp("::1").Set(BINDCHAIN_HOP_LIMIT, 5),
        udp6 + "setsockopt 29 4 5; " + at6 },
    // IP_TOS, IPV6_TCLASS
    Numbers { "traffic_class_IPv4", Request("127.0.0.1").Set(BINDCHAIN_TRAFFIC_CLASS, 184),
        tcp4 + "setsockopt 0 3 b8; " + at4 + listen },
    Numbers { "traffic_class_IPv6", Request("::1").Set(BINDCHAIN_TRAFFIC_CLASS, 184),
        tcp6 + "setsockopt 29 24 b8; " + at6 + listen },
    Numbers { "broadcast", Udp("127.0.0.1").Set(BINDCHAIN_BROADCAST),
        udp4 + "setsockopt ffff 20 1; " + at4 },
    // IP_PKTINFO, IPV6_RECVPKTINFO
    Numbers { "packet_info_IPv4", Udp("127.0.0.1").Set(BINDCHAIN_PACKET_INFO),
        udp4 + "setsockopt 0 1a 1; " + at4 },
    Numbers { "packet_info_IPv6", Udp("::1").Set(BINDCHAIN_PACKET_INFO),
        udp6 + "setsockopt 29 3d 1; " + at6 },
    Numbers { "timestamps", Udp("127.0.0.1").Set(BINDCHAIN_TIMESTAMPS,
            BINDCHAIN_TIMESTAMPS_MICROSECONDS),
        udp4 + "setsockopt ffff 400 1; " + at4 },
    Numbers { "stream", Local(), "socket 1 1 0; " + directory + at_path + listen + "; close" },
    Numbers { "datagrams", Local(BINDCHAIN_UNIX_DATAGRAM),
        "socket 1 2 0; " + directory + at_path + "; close" }),
    [](const auto &row) { return std::string(row.param.name); });

using Darwin = Foreign;

// AT_SYMLINK_NOFOLLOW, then O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW.
TEST_F(Darwin, AFifoIsOpenedByItsName)
{
	foreign_set_flags(0, 4);
	EXPECT_EQ(directory + "mkfifo 180; fstatat 20; openat 20104; fcntl 4 0; close",
	    Local(BINDCHAIN_FIFO).Calls());
}

// Before anything is changed the owner is asked for, by the whole path.
TEST_F(Darwin, AnOwnerAndAModeAreOfTheName)
{
	foreign_set_found('s', 1, 0);
	EXPECT_EQ("socket 1 1 0; " + directory + "umask 17f; " + at_path + "; umask 12; fstatat 20; "
	          "socket 1 2 0; connect 00012f72756e2f7300; close; "
	          "fchownat 50 ffffffff 20; fchmodat 1b0 20; listen 5; close",
	    Local().Access(0660, 80).Calls());
}

// ---- what is read back ----

struct ReadBack {
	bindchain_option option;
	const char *host;
	int level, name, value, expected;
};

// Flags read back as their bit: bsd/kern/uipc_socket.c, sogetoptlock.
const ReadBack read_back[] = {
	{ BINDCHAIN_REUSE_ADDRESS, "127.0.0.1", 0xffff, 4, 4, 1 },
	{ BINDCHAIN_SHARE, "127.0.0.1", 0xffff, 0x200, 0x200, 1 },
	{ BINDCHAIN_SHARE, "127.0.0.1", 0xffff, 0x200, 0, 0 },
	{ BINDCHAIN_KEEPALIVE, "127.0.0.1", 0xffff, 8, 8, 1 },
	{ BINDCHAIN_RECEIVE_BUFFER, "127.0.0.1", 0xffff, 0x1002, 32768, 32768 },
	{ BINDCHAIN_V6ONLY, "::1", 0x29, 0x1b, 1, 1 },
	{ BINDCHAIN_DEVICE, "127.0.0.1", 0, 0x19, 2, 2 },
	{ BINDCHAIN_DEVICE, "::1", 0x29, 0x7d, 2, 2 },
	{ BINDCHAIN_FAST_OPEN, "127.0.0.1", 6, 0x105, 1, 1 },
	{ BINDCHAIN_KEEPALIVE_INTERVAL, "127.0.0.1", 6, 0x101, 75, 75 },
	{ BINDCHAIN_KEEPALIVE_COUNT, "127.0.0.1", 6, 0x102, 8, 8 },
	{ BINDCHAIN_NODELAY, "127.0.0.1", 6, 1, 4, 1 }, // TF_NODELAY of netinet/tcp_var.h
	{ BINDCHAIN_SEND_BUFFER, "127.0.0.1", 0xffff, 0x1001, 32768, 32768 },
	{ BINDCHAIN_HOP_LIMIT, "127.0.0.1", 0, 4, 64, 64 },
	{ BINDCHAIN_TRAFFIC_CLASS, "127.0.0.1", 0, 3, 184, 184 },
	{ BINDCHAIN_TRAFFIC_CLASS, "::1", 0x29, 0x24, 184, 184 },
};

TEST_F(Darwin, OptionsAreReadByTheirNumbers)
{
	for (const ReadBack &row : read_back) {
		foreign_reset();
		SetOption(0xffff, 0x1008, 1); // SO_TYPE, SOCK_STREAM
		Request(row.host).Calls();
		EXPECT_EQ(FOREIGN_UNKNOWN, foreign_option(row.option)) << row.option;
		SetOption(row.level, row.name, row.value);
		EXPECT_EQ(row.expected, foreign_option(row.option)) << row.option;
	}
}

TEST_F(Darwin, OptionsOfDatagramsAreReadByTheirNumbers)
{
	SetOption(0xffff, 0x1008, 2); // SO_TYPE, SOCK_DGRAM
	Udp("127.0.0.1").Calls();
	EXPECT_EQ(FOREIGN_UNKNOWN, foreign_option(BINDCHAIN_TIMESTAMPS));
	SetOption(0xffff, 0x20, 0x20);
	SetOption(0, 0x1a, 1);
	SetOption(0xffff, 0x400, 0x400);
	EXPECT_EQ(1, foreign_option(BINDCHAIN_BROADCAST));
	EXPECT_EQ(1, foreign_option(BINDCHAIN_PACKET_INFO));
	EXPECT_EQ(BINDCHAIN_TIMESTAMPS_MICROSECONDS, foreign_option(BINDCHAIN_TIMESTAMPS));
}

// bsd/netinet/tcp_input.c has what they inherit, bsd/netinet6/ip6_output.c what a dual-stack
// socket has.
TEST_F(Darwin, WhatNoConnectionWouldHaveIsRefused)
{
	EXPECT_NE("", Request("127.0.0.1").Set(BINDCHAIN_KEEPALIVE_IDLE, 60).Fail());
	EXPECT_NE("", Request("::1").Set(BINDCHAIN_HOP_LIMIT, 5).Fail());
	for (bindchain_option option : { BINDCHAIN_HOP_LIMIT, BINDCHAIN_TRAFFIC_CLASS })
		EXPECT_NE("", Udp("::").Set(BINDCHAIN_V6ONLY, 0).Set(option, 5).Fail());
}

// There is no such option: not even a number for it.
TEST_F(Darwin, BalanceIsUnknown)
{
	SetOption(0xffff, 0x1008, 1);
	Request("127.0.0.1").Calls();
	EXPECT_EQ(FOREIGN_UNKNOWN, foreign_option(BINDCHAIN_BALANCE));
}

TEST_F(Darwin, TheQueueIsReadFromItsStructure)
{
	int facts[3];

	foreign_set_queue(1, 128, 7, 2);
	foreign_queue(facts);
	EXPECT_EQ(128, facts[0]);
	EXPECT_EQ(7, facts[1]);
	EXPECT_EQ(2, facts[2]);
	foreign_set_queue(0, 128, 7, 2);
	foreign_queue(facts);
	EXPECT_EQ(FOREIGN_UNKNOWN, facts[0]);
	EXPECT_EQ(FOREIGN_UNKNOWN, facts[1]);
}

// PF_ROUTE is 17, SOCK_RAW 3: sys/socket.h; F_SETFD 2, FD_CLOEXEC 1: sys/fcntl.h.
TEST_F(Darwin, ARoutingSocketTellsOfInterfaces)
{
	EXPECT_TRUE(foreign_watches());
	EXPECT_EQ(std::string("socket 11 3 0\nfcntl 2 1\n"), foreign_calls());
}

TEST_F(Darwin, EverySocketWaitsForNothing)
{
	EXPECT_EQ(BINDCHAIN_WAIT_FOR_NOTHING, foreign_waits_for());
}

} // namespace
