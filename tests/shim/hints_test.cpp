/* SPDX-License-Identifier: ISC */
/* What explains a failure on each system, where the real kernel at hand cannot
 * produce it. */
#include <gmock/gmock.h>

#include "bench.h"

namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using Words = std::vector<std::string>;

/* The lines behind the first, which is the personality's. */
Words
lines_behind_the_first(const std::string &profile, const std::string &name, Words arguments,
    const std::string &script = "")
{
	Bench bench(profile, script);
	Words lines;

	arguments.push_back("/bin/true");
	Result result = bench.run(name, arguments);
	EXPECT_SOUND(bench);
	EXPECT_NE(result.status, 0) << result;
	for (size_t i = 1; i < result.error_lines(); i++)
		lines.push_back(result.error_line(i));
	return lines;
}

struct Row {
	const char *name, *profile, *tool;
	Words arguments;
	const char *line; /* whole, or a part of it */
	const char *script = "";
};

std::ostream &
operator<<(std::ostream &stream, const Row &row)
{
	return stream << row.name;
}

const Row rows[] = {
	{ "ReservedPortOfTheOtherPersonality", "freebsd-14-unprivileged",
	    "s6-tcpserver-socketbinder", { "0.0.0.0", "80" },
	    "net.inet.ip.portrange.reservedhigh" },
	{ "NoIPv6OnLinux", "linux-6-without-ipv6", "tcp-socket-listen", { "::1", "8000" },
	    "this kernel has no IPv6" },
	{ "NoVsockOnLinux", "linux-bare", "bindchain", { "listen", "--vsock=any:5000" },
	    "this kernel has no vsock: its module is not loaded (modprobe vsock)" },
	{ "LowVsockPortOnLinux", "linux-6-unprivileged", "bindchain",
	    { "listen", "--vsock=any:1023" },
	    "vsock ports below 1024 need CAP_NET_BIND_SERVICE in the initial user namespace" },
	{ "ForeignCidOnLinux", "linux-6", "bindchain", { "listen", "--vsock=4:5000" },
	    "this machine does not have the CID" },
	{ "NoMultipathTcpOnLinux", "linux-bare", "bindchain",
	    { "listen", "--tcp=127.0.0.1:8000,mptcp" },
	    "this kernel has no Multipath TCP: Linux has it since 5.6, with CONFIG_MPTCP" },
	{ "CongestionOnLinux", "linux-6", "bindchain",
	    { "listen", "--tcp=127.0.0.1:8000,congestion=westwood" },
	    "available congestion control: cubic reno"
	    " (net.ipv4.tcp_available_congestion_control)" },
	{ "CongestionOnFreeBsd15", "freebsd-15", "bindchain",
	    { "listen", "--tcp=127.0.0.1:8000,congestion=westwood" },
	    "available congestion control: newreno cubic (net.inet.tcp.cc.available); others are"
	    " kernel modules: mod_cc(4)" },
	{ "LockedWithoutCapsicum", "freebsd-13", "bindchain",
	    { "listen", "--tcp=127.0.0.1:8000,locked" },
	    "this kernel has no rights of descriptors: options CAPABILITIES, capsicum(4)",
	    "cap_rights_limit 1 fail ENOSYS" },
	{ "LowPortOnLinux", "linux-6-unprivileged", "tcp-socket-listen", { "127.0.0.1", "80" },
	    "net.ipv4.ip_unprivileged_port_start" },
	{ "MarkOnLinux", "linux-6-unprivileged", "bindchain",
	    { "listen", "--tcp=127.0.0.1:8000,mark=7" }, "SO_MARK: it needs CAP_NET_ADMIN" },
	{ "TransparentOnLinux", "linux-6-unprivileged", "bindchain",
	    { "listen", "--udp=[::1]:8000,transparent" },
	    "IPV6_TRANSPARENT: it needs CAP_NET_ADMIN" },
	{ "PidfdOnOldLinux", "linux-bare", "bindchain",
	    { "listen", "--unix=@s,pass-pidfd" }, "SO_PASSPIDFD: Linux has it since 6.5" },
	{ "SendBufferOnFreeBsd", "freebsd-14", "bindchain",
	    { "listen", "--udp=127.0.0.1:8000,send-buffer=1864136" },
	    "the maximum send buffer is 1864135 bytes, 8/9 of kern.ipc.maxsockbuf (2097152)" },
	{ "AbsentAddressOnFreeBsd", "freebsd-14", "tcp-socket-listen", { "192.0.2.99", "8000" },
	    "IP_BINDANY allows" },
	{ "AbsentAddressOfDatagrams", "linux-6", "udp-socket-listen", { "192.0.2.99", "8000" },
	    "IP_FREEBIND allows binding an address that no interface has: --bind-to-any" },
	{ "AbsentAddressOfTheNativeCommand", "linux-6", "bindchain",
	    { "listen", "--tcp=192.0.2.99:8000" },
	    ": bind-any" },
	{ "AbsentAddressOnMacOs", "macos-15", "tcp-socket-listen", { "192.0.2.99", "8000" },
	    "no interface has this address" },
	{ "DatagramSocketOnMacOs", "macos-15", "s6-tcpserver-socketbinder",
	    { "-m", "127.0.0.1", "8000" }, "datagram socket" },
};

class HintLine : public testing::TestWithParam<Row> {};

} // namespace

TEST_P(HintLine, FollowsTheMessage)
{
	const Row &row = GetParam();

	EXPECT_THAT(lines_behind_the_first(row.profile, row.tool, row.arguments, row.script),
	    Contains(HasSubstr(row.line)));
}

INSTANTIATE_TEST_SUITE_P(Systems, HintLine, testing::ValuesIn(rows),
    [](const testing::TestParamInfo<Row> &row) { return std::string(row.param.name); });

/* It was tried, and did not help: so it is not said. */
TEST(Hints, NothingIsOfferedThatDoesNotHelp)
{
	for (const char *profile : { "freebsd-14-unprivileged", "macos-15" })
		EXPECT_THAT(lines_behind_the_first(profile, "tcp-socket-listen",
		    { "192.0.2.99", "8000" }), Not(Contains(HasSubstr("allows binding"))))
		    << profile;
}
