// SPDX-License-Identifier: ISC
// The settings and properties that a backend reports: in the order that observe.h
// has, under the names that the system's own documents have, with its defaults.
#include "request.h"

namespace {

using testing::HasSubstr;

using SystemValues = ForeignKernel;

// The backlog's limit, half-open connections and overflow, ports, v6only, bind-any,
// fast open, accept filters, balance.  The defaults of FreeBSD 13.0.
const std::vector<std::string> freebsd = { "kern.ipc.soacceptqueue=128",
	"net.inet.tcp.syncache.cachelimit=15360", "net.inet.tcp.syncookies=1",
	"net.inet.tcp.syncache.rst_on_sock_fail=1", "net.inet.ip.portrange.first=10000",
	"net.inet.ip.portrange.last=65535", "net.inet.ip.portrange.reservedlow=0",
	"net.inet.ip.portrange.reservedhigh=1023", "net.inet6.ip6.v6only=1",
	"IP_BINDANY, IPV6_BINDANY=root", "net.inet.tcp.fastopen.server_enable=0",
	"security.jail.jailed=0",
	"accf_data=not loaded", "accf_http=not loaded", "accf_tls=not in this release",
	"accf_dns=not loaded", "SO_REUSEPORT=shares", "SO_REUSEPORT_LB=balances" };

// The same, but for bind-any, and the first unprivileged port.  The defaults of
// xnu-11417.
const std::vector<std::string> darwin = { "kern.ipc.somaxconn=128",
	"kern.ipc.soqlimitcompat=1", "kern.ipc.soqlencomp=0",
	"net.inet.ip.portrange.first=49152", "net.inet.ip.portrange.last=65535",
	"first unprivileged port=1024", "net.inet6.ip6.v6only=0", "net.inet.tcp.fastopen=3",
	"net.inet.tcp.fastopen_backlog=10", "accept filters=none", "SO_REUSEPORT=shares" };

TEST_F(SystemValues, ComeInOneOrderWithTheSystemsNames)
{
	EXPECT_EQ(OnFreeBSD() ? freebsd : darwin, NamesAndCurrents());
}

// What one setting means, in a word of what documents say, and what was tried.
struct Reading {
	const char *name, *when_zero, *when_one;
};

// syncookies(4), listen(2), inet6(4), tcp(4); an overflow was tried on 13.0.
const std::vector<Reading> freebsd_readings = {
	{ "net.inet.tcp.syncookies", "dropped", "SYN cookies" },
	{ "net.inet.tcp.syncache.rst_on_sock_fail", "considers itself connected",
	    "reset as soon as" },
	{ "net.inet6.ip6.v6only", "is dual-stack", "is IPv6-only" },
	{ "net.inet.tcp.fastopen.server_enable", "EPERM", "that sets TCP_FASTOPEN" },
};

// bsd/kern/uipc_socket2.c; inet6(4)
const std::vector<Reading> darwin_readings = {
	{ "kern.ipc.soqlimitcompat", "3/2 of its limit", "exactly its limit" },
	{ "kern.ipc.soqlencomp", "connections count", "do not count" },
	{ "net.inet6.ip6.v6only", "is dual-stack", "is IPv6-only" },
};

TEST_F(SystemValues, AreReadAsTheyAre)
{
	for (const Reading &reading : OnFreeBSD() ? freebsd_readings : darwin_readings) {
		SCOPED_TRACE(reading.name);
		foreign_kernel_set(reading.name, 0);
		const std::string zero = ValueOf(reading.name).meaning;
		EXPECT_THAT(zero, HasSubstr(reading.when_zero));
		foreign_kernel_set(reading.name, 1);
		const std::string one = ValueOf(reading.name).meaning;
		EXPECT_THAT(one, HasSubstr(reading.when_one));
		EXPECT_NE(zero, one);
		foreign_kernel_forget(reading.name);
		const Value unknown = ValueOf(reading.name);
		EXPECT_EQ("unknown", unknown.current);
		EXPECT_NE(zero, unknown.meaning); // it says neither
		EXPECT_NE(one, unknown.meaning);
	}
}

// They are in structures that differ from release to release, or are private:
// netstat(1) has them.
TEST_F(SystemValues, LeaveCountersOut)
{
	EXPECT_EQ(0u, foreign_counters());
}

} // namespace
