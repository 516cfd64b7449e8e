// SPDX-License-Identifier: ISC
// The numbers of src/freebsd, and the structures that it reads, with FreeBSD's own headers.
#include <climits>
#include <cstring>

#include "foreign_request.h"

namespace {

// sys/socket.h, netinet/in.h, netinet6/in6.h, netinet/tcp.h, sys/un.h: SOCK_STREAM is 1 and
// IPPROTO_TCP 6, AF_INET 2, AF_INET6 0x1c, AF_UNIX 1.
const std::string tcp4 = "socket 2 1 6; ", tcp6 = "socket 1c 1 6; ";
const std::string udp4 = "socket 2 2 11; ", udp6 = "socket 1c 2 11; ";
// Length, family, port, host: netinet/in.h, netinet6/in6.h.  The kernel sets the length,
// whatever it was: getsockaddr of kern/uipc_syscalls.c.
const std::string at4 = "bind 00021f907f0000010000000000000000";
const std::string at6 = "bind 001c1f90" + std::string(8 + 30, '0') + "01" + std::string(8, '0');
const std::string listen = "; listen 5";

// sys/fcntl.h: O_SEARCH | O_DIRECTORY | O_CLOEXEC
const std::string directory = "open 160000; ";
// Length, family, the path and its null byte; sun_path has 104 bytes: sys/un.h.
const std::string at_path = "bind 00012f72756e2f7300";

const std::string longest_path = "/run/" + std::string(98, 'x');
const std::string longer_path = longest_path + "/s";

std::string
hexadecimal(const std::string &bytes)
{
	static const char digits[] = "0123456789abcdef";
	std::string text;

	for (char signed_byte : bytes) {
		auto byte = static_cast<unsigned char>(signed_byte);
		text += digits[byte / 16];
		text += digits[byte % 16];
	}
	return text;
}

class FreeBSDNumbers : public testing::TestWithParam<Numbers> {
	void SetUp() override { foreign_reset(); }
};

TEST_P(FreeBSDNumbers, AreThoseOfTheHeaders)
{
	EXPECT_EQ(GetParam().calls, GetParam().request.Calls());
}

INSTANTIATE_TEST_SUITE_P(OfSockets, FreeBSDNumbers, testing::Values(
    Numbers { "IPv4", Request("127.0.0.1"), tcp4 + at4 + listen },
    Numbers { "IPv6", Request("::1"), tcp6 + at6 + listen },
    Numbers { "UDP", Request("127.0.0.1").Kind(BINDCHAIN_UDP), "socket 2 2 11; " + at4 },
    // SOCK_NONBLOCK 0x20000000, SOCK_CLOEXEC 0x10000000
    Numbers { "flags", Request("::1").NonblockingCloseOnExec(),
        "socket 1c 30000001 6; " + at6 + listen },
    // level, number, value: SOL_SOCKET is 0xffff, IPPROTO_IPV6 0x29
    Numbers { "reuse_address", Request("127.0.0.1").Set(BINDCHAIN_REUSE_ADDRESS),
        tcp4 + "setsockopt ffff 4 1; " + at4 + listen },
    Numbers { "share", Request("127.0.0.1").Set(BINDCHAIN_SHARE),
        tcp4 + "setsockopt ffff 200 1; " + at4 + listen },
    // Without the second, any user joins a group on a wildcard; seen on 13.0.
    Numbers { "balance", Request("127.0.0.1").Set(BINDCHAIN_BALANCE),
        tcp4 + "setsockopt ffff 10000 1; setsockopt ffff 200 1; " + at4 + listen },
    Numbers { "keepalive", Request("127.0.0.1").Set(BINDCHAIN_KEEPALIVE),
        tcp4 + "setsockopt ffff 8 1; " + at4 + listen },
    Numbers { "receive_buffer", Request("127.0.0.1").Set(BINDCHAIN_RECEIVE_BUFFER, 0x8000),
        tcp4 + "setsockopt ffff 1002 8000; " + at4 + listen },
    Numbers { "v6only", Request("::1").Set(BINDCHAIN_V6ONLY),
        tcp6 + "setsockopt 29 1b 1; " + at6 + listen },
    Numbers { "dual", Request("::1").Set(BINDCHAIN_V6ONLY, 0),
        tcp6 + "setsockopt 29 1b 0; " + at6 + listen },
    // Level 4 is EINVAL, and IPv4's number at IPv6's level another option; seen on 13.0.
    Numbers { "bind_any_IPv4", Request("127.0.0.1").Set(BINDCHAIN_BIND_ANY),
        tcp4 + "setsockopt 0 18 1; " + at4 + listen },
    Numbers { "bind_any_IPv6", Request("::1").Set(BINDCHAIN_BIND_ANY),
        tcp6 + "setsockopt 29 40 1; " + at6 + listen },
    Numbers { "bind_any_unwanted", Request("127.0.0.1").Set(BINDCHAIN_BIND_ANY, 0),
        tcp4 + at4 + listen },
    Numbers { "fast_open", Request("127.0.0.1").Set(BINDCHAIN_FAST_OPEN, 50),
        tcp4 + at4 + listen + "; setsockopt 6 401 1" },
    Numbers { "keepalive_idle", Request("127.0.0.1").Set(BINDCHAIN_KEEPALIVE_IDLE, 60),
        tcp4 + "setsockopt 6 100 3c; " + at4 + listen },
    Numbers { "keepalive_interval", Request("127.0.0.1").Set(BINDCHAIN_KEEPALIVE_INTERVAL, 10),
        tcp4 + "setsockopt 6 200 a; " + at4 + listen },
    Numbers { "keepalive_count", Request("127.0.0.1").Set(BINDCHAIN_KEEPALIVE_COUNT, 5),
        tcp4 + "setsockopt 6 400 5; " + at4 + listen },
    Numbers { "nodelay", Request("127.0.0.1").Set(BINDCHAIN_NODELAY),
        tcp4 + "setsockopt 6 1 1; " + at4 + listen },
    Numbers { "send_buffer", Request("127.0.0.1").Set(BINDCHAIN_SEND_BUFFER, 0x8000),
        tcp4 + "setsockopt ffff 1001 8000; " + at4 + listen },
    // IP_TTL, IPV6_UNICAST_HOPS
    Numbers { "hop_limit_IPv4", Request("127.0.0.1").Set(BINDCHAIN_HOP_LIMIT, 5),
        tcp4 + "setsockopt 0 4 5; " + at4 + listen },
    Numbers { "hop_limit_IPv6", Request("::1").Set(BINDCHAIN_HOP_LIMIT, 5),
        tcp6 + "setsockopt 29 4 5; " + at6 + listen },
    // IP_TOS, IPV6_TCLASS
    Numbers { "traffic_class_IPv4", Request("127.0.0.1").Set(BINDCHAIN_TRAFFIC_CLASS, 184),
        tcp4 + "setsockopt 0 3 b8; " + at4 + listen },
    Numbers { "traffic_class_IPv6", Request("::1").Set(BINDCHAIN_TRAFFIC_CLASS, 184),
        tcp6 + "setsockopt 29 3d b8; " + at6 + listen },
    Numbers { "broadcast", Udp("127.0.0.1").Set(BINDCHAIN_BROADCAST),
        udp4 + "setsockopt ffff 20 1; " + at4 },
    // IP_RECVDSTADDR, IP_RECVIF; IPV6_RECVPKTINFO
    Numbers { "packet_info_IPv4", Udp("127.0.0.1").Set(BINDCHAIN_PACKET_INFO),
        udp4 + "setsockopt 0 7 1; setsockopt 0 14 1; " + at4 },
    Numbers { "packet_info_IPv6", Udp("::1").Set(BINDCHAIN_PACKET_INFO),
        udp6 + "setsockopt 29 24 1; " + at6 },
    Numbers { "timestamps", Udp("127.0.0.1").Set(BINDCHAIN_TIMESTAMPS,
            BINDCHAIN_TIMESTAMPS_MICROSECONDS),
        udp4 + "setsockopt ffff 400 1; " + at4 },
    // SO_TIMESTAMP; SO_TS_CLOCK, which is SO_TS_REALTIME: nanoseconds
    Numbers { "timestamps_in_nanoseconds", Udp("127.0.0.1").Set(BINDCHAIN_TIMESTAMPS,
            BINDCHAIN_TIMESTAMPS_NANOSECONDS),
        udp4 + "setsockopt ffff 400 1; setsockopt ffff 1017 2; " + at4 },
    // Nor is 0 the default: setfib(1) gives the process another.
    Numbers { "fib", Request("127.0.0.1").Set(BINDCHAIN_FIB, 0),
        tcp4 + "setsockopt ffff 1014 0; " + at4 + listen },
    // tcp(4): the name without its null byte
    Numbers { "congestion", Request("127.0.0.1").Set(BINDCHAIN_CONGESTION),
        tcp4 + "setsockopt 6 40 5 cubic; " + at4 + listen },
    // accept_filter(9): 256 bytes, which begin with a name
    Numbers { "data", Request("127.0.0.1").Set(BINDCHAIN_WAIT_FOR, BINDCHAIN_WAIT_FOR_DATA),
        tcp4 + at4 + listen + "; setsockopt ffff 1000 100 dataready" },
    // netlink(4), netlink/netlink.h: AF_NETLINK is 0x26, SOCK_RAW 3; length, family, process
    // and groups
    Numbers { "netlink", Request("route", 5).Kind(BINDCHAIN_NETLINK),
        "socket 26 2 0; bind 0c2600006712000005000000" },
    Numbers { "netlink_raw", Request("generic", 0).Kind(BINDCHAIN_NETLINK_RAW),
        "socket 26 3 10; bind 0c2600006712000000000000" }),
    [](const auto &row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(OfPaths, FreeBSDNumbers, testing::Values(
    Numbers { "stream", Local(),
        "socket 1 1 0; " + directory + at_path + listen + "; close" },
    Numbers { "datagrams", Local(BINDCHAIN_UNIX_DATAGRAM),
        "socket 1 2 0; " + directory + at_path + "; close" },
    Numbers { "packets", Local(BINDCHAIN_UNIX_SEQPACKET),
        "socket 1 5 0; " + directory + at_path + listen + "; close" },
    Numbers { "longest", Request(longest_path.c_str()).Kind(BINDCHAIN_UNIX_STREAM),
        "socket 1 1 0; " + directory + "bind 0001" + hexadecimal(longest_path) + "00" + listen
            + "; close" },
    // bindat(2): the last component, in the directory that is open as 4
    Numbers { "longer", Request(longer_path.c_str()).Kind(BINDCHAIN_UNIX_STREAM),
        "socket 1 1 0; " + directory + "bindat 4; bind 00017300" + listen + "; close" },
    // unix(4): at SOL_LOCAL, which is 0
    Numbers { "credentials", Local(BINDCHAIN_UNIX_DATAGRAM).Set(BINDCHAIN_PASS_CREDENTIALS),
        "socket 1 2 0; setsockopt 0 3 1; " + directory + at_path + "; close" }),
    [](const auto &row) { return std::string(row.param.name); });

using FreeBSD = Foreign;

// Since 13.1 by the object itself, O_PATH | O_NOFOLLOW | O_CLOEXEC, then O_RDWR |
// O_EMPTY_PATH | O_NOCTTY; before, by its name and without waiting, which is undone:
// AT_SYMLINK_NOFOLLOW, then O_RDWR | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW.
TEST_F(FreeBSD, AFifoIsOpenedAsTheHeadersCan)
{
	foreign_set_flags(0, 2 | 4); // O_RDWR, O_NONBLOCK
	EXPECT_EQ(directory + "mkfifoat 180; " + (foreign_has_o_path()
	        ? "openat 500100; openat 2008002; close; close"
	        : "fstatat 200; openat 8106; fcntl 4 2; close"),
	    Local(BINDCHAIN_FIFO).Calls());
}

// AT_EMPTY_PATH is 0x4000, AT_SYMLINK_NOFOLLOW 0x200; before anything is changed the owner is
// asked for, by the name in the directory.
TEST_F(FreeBSD, AnOwnerAndAModeAreOfTheObject)
{
	const std::string start = "socket 1 1 0; " + directory + "umask 17f; " + at_path
	    + "; umask 12; ";
	const std::string asks = "socket 1 2 0; connect 00017300; close; ";

	foreign_set_found('s', 1, 0);
	EXPECT_EQ(start + (foreign_has_o_path()
	        ? "openat 500100; " + asks + "fchownat 50 ffffffff 4000; fchmodat 1b0 4000; "
	          "listen 5; close; close"
	        : "fstatat 200; " + asks + "fchownat 50 ffffffff 200; fchmodat 1b0 200; "
	          "listen 5; close"),
	    Local().Access(0660, 80).Calls());
}

// sys/capsicum.h: halves of two words, the lower one first, whose bits from 57 on are the version
// and the number of the word; sys/filio.h: FIONREAD, FIONBIO, FIOCLEX, FIONCLEX.
TEST_F(FreeBSD, ALockedSocketHasTheRightsOfItsServer)
{
	const std::string commands = "cap_ioctls_limit 4004667f 8004667e 20006601 20006602";

	SetOption(0xffff, 0x1008, 1); // SO_TYPE, SOCK_STREAM
	EXPECT_EQ(tcp4 + at4 + listen + "; cap_rights_limit 20088003 200006f a0 4000000; "
	        + commands, Request("127.0.0.1").Set(BINDCHAIN_LOCKED).Calls());
	EXPECT_EQ(1, foreign_option(BINDCHAIN_LOCKED));
	foreign_reset();
	SetOption(0xffff, 0x1008, 2); // SOCK_DGRAM: with CAP_CONNECT
	EXPECT_EQ(udp4 + at4 + "; cap_rights_limit 80088003 2000067 a0 4000000; " + commands,
	    Udp("127.0.0.1").Set(BINDCHAIN_LOCKED).Calls());
	EXPECT_EQ(1, foreign_option(BINDCHAIN_LOCKED));
	foreign_reset();
	SetOption(0xffff, 0x1008, 1);
	Request("127.0.0.1").Calls();
	EXPECT_EQ(0, foreign_option(BINDCHAIN_LOCKED));
}

// ---- what is read back ----

struct ReadBack {
	bindchain_option option;
	const char *host;
	int level, name, value, expected;
};

// Flags read back as their bit, and fast open as the sign: kern/uipc_socket.c, sogetopt; seen
// on 13.0.
const ReadBack read_back[] = {
	{ BINDCHAIN_REUSE_ADDRESS, "127.0.0.1", 0xffff, 4, 4, 1 },
	{ BINDCHAIN_SHARE, "127.0.0.1", 0xffff, 0x200, 0x200, 1 },
	{ BINDCHAIN_BALANCE, "127.0.0.1", 0xffff, 0x10000, 0x10000, 1 },
	{ BINDCHAIN_BALANCE, "127.0.0.1", 0xffff, 0x10000, 0, 0 },
	{ BINDCHAIN_KEEPALIVE, "127.0.0.1", 0xffff, 8, 8, 1 },
	{ BINDCHAIN_RECEIVE_BUFFER, "127.0.0.1", 0xffff, 0x1002, 32768, 32768 },
	{ BINDCHAIN_BIND_ANY, "127.0.0.1", 0, 0x18, 1, 1 },
	{ BINDCHAIN_BIND_ANY, "::1", 0x29, 0x40, 1, 1 },
	{ BINDCHAIN_V6ONLY, "::1", 0x29, 0x1b, 1, 1 },
	{ BINDCHAIN_FAST_OPEN, "127.0.0.1", 6, 0x401, INT_MIN, 1 },
	{ BINDCHAIN_FAST_OPEN, "127.0.0.1", 6, 0x401, 0, 0 },
	{ BINDCHAIN_KEEPALIVE_IDLE, "127.0.0.1", 6, 0x100, 7200, 7200 },
	{ BINDCHAIN_KEEPALIVE_INTERVAL, "127.0.0.1", 6, 0x200, 75, 75 },
	{ BINDCHAIN_KEEPALIVE_COUNT, "127.0.0.1", 6, 0x400, 8, 8 },
	{ BINDCHAIN_NODELAY, "127.0.0.1", 6, 1, 4, 1 }, // TF_NODELAY of netinet/tcp_var.h
	{ BINDCHAIN_SEND_BUFFER, "127.0.0.1", 0xffff, 0x1001, 32768, 32768 },
	{ BINDCHAIN_HOP_LIMIT, "127.0.0.1", 0, 4, 64, 64 },
	{ BINDCHAIN_HOP_LIMIT, "::1", 0x29, 4, 64, 64 },
	{ BINDCHAIN_TRAFFIC_CLASS, "127.0.0.1", 0, 3, 184, 184 },
	{ BINDCHAIN_TRAFFIC_CLASS, "::1", 0x29, 0x3d, 184, 184 },
};

TEST_F(FreeBSD, OptionsAreReadByTheirNumbers)
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

TEST_F(FreeBSD, OptionsOfDatagramsAreReadByTheirNumbers)
{
	SetOption(0xffff, 0x1008, 2); // SO_TYPE, SOCK_DGRAM
	Udp("127.0.0.1").Calls();
	SetOption(0xffff, 0x20, 0x20);
	SetOption(0, 7, 1);
	EXPECT_EQ(1, foreign_option(BINDCHAIN_BROADCAST));
	EXPECT_EQ(1, foreign_option(BINDCHAIN_PACKET_INFO));
}

// SO_TIMESTAMP, which reads as its bit, and SO_TS_CLOCK: sys/socket.h.
TEST_F(FreeBSD, TimestampsAreReadByTheirClock)
{
	const struct {
		int has, clock, expected;
	} rows[] = {
		{ 0x400, 0, BINDCHAIN_TIMESTAMPS_MICROSECONDS }, { 0x400, 1, FOREIGN_UNKNOWN },
		{ 0x400, 2, BINDCHAIN_TIMESTAMPS_NANOSECONDS }, { 0x400, 3, FOREIGN_UNKNOWN },
		{ 0, 0, BINDCHAIN_TIMESTAMPS_OFF }, { 0, 3, BINDCHAIN_TIMESTAMPS_OFF },
	};

	for (const auto &row : rows) {
		foreign_reset();
		SetOption(0xffff, 0x1008, 2);
		Udp("127.0.0.1").Calls();
		EXPECT_EQ(FOREIGN_UNKNOWN, foreign_option(BINDCHAIN_TIMESTAMPS));
		SetOption(0xffff, 0x400, row.has);
		SetOption(0xffff, 0x1017, row.clock);
		EXPECT_EQ(row.expected, foreign_option(BINDCHAIN_TIMESTAMPS)) << row.clock;
	}
}

// netinet6/ip6_output.c: IPv4's values follow only some of IPv6's, and only when bound.
TEST_F(FreeBSD, PacketsOfADualStackSocketHaveNoHopLimitOrTrafficClass)
{
	for (bindchain_option option : { BINDCHAIN_HOP_LIMIT, BINDCHAIN_TRAFFIC_CLASS })
		for (const char *host : { "::", "::ffff:127.0.0.1" })
			EXPECT_NE("", Request(host).Set(BINDCHAIN_V6ONLY, 0).Set(option, 5).Fail())
			    << host;
}

TEST_F(FreeBSD, CredentialsOfAUnixSocketAreReadByTheirNumber)
{
	SetOption(0xffff, 0x1008, 2);
	Local(BINDCHAIN_UNIX_DATAGRAM).Calls();
	SetOption(0, 3, 1);
	EXPECT_EQ(1, foreign_option(BINDCHAIN_PASS_CREDENTIALS));
}

// SO_ACCEPTCONN; SO_LISTENQLIMIT, SO_LISTENQLEN, SO_LISTENINCQLEN.  These three say 0 of a
// socket that does not listen, without an error; seen on 13.0.
TEST_F(FreeBSD, TheQueueIsReadByItsNumbers)
{
	int facts[3];

	SetOption(0xffff, 0x1011, 128);
	SetOption(0xffff, 0x1012, 7);
	SetOption(0xffff, 0x1013, 2);
	foreign_queue(facts);
	EXPECT_EQ(FOREIGN_UNKNOWN, facts[0]);
	EXPECT_EQ(FOREIGN_UNKNOWN, facts[1]);
	SetOption(0xffff, 2, 2);
	foreign_queue(facts);
	EXPECT_EQ(128, facts[0]);
	EXPECT_EQ(7, facts[1]);
	EXPECT_EQ(2, facts[2]);
}

struct Filter {
	const char *name;
	int waits_for;
};

// accf_data(9), accf_http(9), accf_tls(9), accf_dns(9); somebody may have set another.
const Filter filters[] = { { "dataready", BINDCHAIN_WAIT_FOR_DATA },
	{ "httpready", BINDCHAIN_WAIT_FOR_HTTP }, { "tlsready", BINDCHAIN_WAIT_FOR_TLS },
	{ "dnsready", BINDCHAIN_WAIT_FOR_DNS }, { "somebodys", FOREIGN_UNKNOWN } };

TEST_F(FreeBSD, AnAcceptFilterIsReadByItsName)
{
	for (const Filter &filter : filters) {
		foreign_reset();
		foreign_set_filter(filter.name);
		EXPECT_EQ(filter.waits_for, foreign_waits_for()) << filter.name;
	}
}

// kern/uipc_sockbuf.c: an u_long; all other sysctls that are read are four bytes wide.
TEST_F(FreeBSD, ASysctlIsReadByItsType)
{
	foreign_set_long_sysctl("kern.ipc.maxsockbuf", 2097152);
	foreign_set_sysctl("kern.ipc.soacceptqueue", 128);
	EXPECT_EQ(2097152, foreign_long_sysctl("kern.ipc.maxsockbuf"));
	EXPECT_EQ(FOREIGN_UNKNOWN, foreign_sysctl("kern.ipc.maxsockbuf"));
	EXPECT_EQ(128, foreign_sysctl("kern.ipc.soacceptqueue"));
	EXPECT_EQ(FOREIGN_UNKNOWN, foreign_long_sysctl("kern.ipc.soacceptqueue"));
	EXPECT_EQ(FOREIGN_UNKNOWN, foreign_sysctl("kern.ipc.somaxconn"));
}

// In capability mode, perhaps; not in the name cache; of what executes no file, without an
// error: kern/kern_proc.c, sysctl_kern_proc_pathname.
TEST_F(FreeBSD, AnExecutableThatTheKernelDoesNotTellIsUnknown)
{
	foreign_set_executable("/usr/local/bin/bindchain");
	foreign_fail("list", 1);
	EXPECT_FALSE(foreign_knows_executable());
	foreign_set_executable(nullptr);
	EXPECT_FALSE(foreign_knows_executable());
	foreign_set_executable("");
	EXPECT_FALSE(foreign_knows_executable());
}

// Neither of its sizes makes sense: what follows is not known.
TEST_F(FreeBSD, AListOfDescriptorsThatMakesNoSenseIsNotBelieved)
{
	foreign_open_descriptor(40, 17);
	for (int size : { 0, 8, -8, 1 << 20 }) {
		foreign_garble_lists(size);
		EXPECT_EQ(255, foreign_highest_descriptor()) << size;
	}
}

// PF_ROUTE is 17, SOCK_RAW 3 with SOCK_CLOEXEC 0x10000000: sys/socket.h; RTM_IFANNOUNCE 17.
TEST_F(FreeBSD, ARoutingSocketTellsOfInterfaces)
{
	const unsigned char announced[] = { 24, 0, 5, 0x11, 1, 0 };

	EXPECT_TRUE(foreign_watches());
	EXPECT_EQ(std::string("socket 11 10000003 0\n"), foreign_calls());
	EXPECT_TRUE(foreign_is_event(announced, sizeof announced));
}

// No front end leaves the family open; another program may.
TEST_F(FreeBSD, BalanceOfAnIPv6WildcardGoesByTheDefaultUnlessItIsSaid)
{
	foreign_set_sysctl("net.inet6.ip6.v6only", 0);
	EXPECT_NE("", Request("::").Set(BINDCHAIN_BALANCE).Fail());
	foreign_reset();
	foreign_set_sysctl("net.inet6.ip6.v6only", 1);
	EXPECT_EQ("", Request("::").Set(BINDCHAIN_BALANCE).Fail());
}

} // namespace
