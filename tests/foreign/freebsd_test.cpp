// SPDX-License-Identifier: ISC
// src/freebsd against FreeBSD's own headers, on a kernel that behaves as
// FreeBSD 13.0 was seen to.
#include <climits>

#include "request.h"

namespace {

using testing::HasSubstr;
using testing::StartsWith;

using FreeBSD = ForeignKernel;

// ---- the backlog ----

struct Backlog {
	int requested, limit, queue_limit, admitted, filtered;
};

class FreeBSDBacklog : public testing::TestWithParam<Backlog> { };

TEST_P(FreeBSDBacklog, BecomesWhatThatKernelWasSeenToMakeOfIt)
{
	const Backlog &expected = GetParam();
	int becomes[4];

	foreign_backlog(expected.requested, expected.limit, becomes);
	EXPECT_EQ(expected.requested, becomes[0]);
	EXPECT_EQ(expected.queue_limit, becomes[1]);
	EXPECT_EQ(expected.admitted, becomes[2]);
	EXPECT_EQ(expected.filtered, becomes[3]);
}

// listen(2)'s argument, kern.ipc.soacceptqueue, SO_LISTENQLIMIT, and how many
// connections were held; tried on 13.0.
INSTANTIATE_TEST_SUITE_P(SeenOn13, FreeBSDBacklog,
    testing::Values(Backlog { INT_MAX, 128, 128, 193, 129 }, Backlog { 100000, 5, 5, 8, 6 },
        Backlog { INT_MAX, 200, 200, 301, 201 }, Backlog { INT_MAX, 1000, 1000, 1501, 1001 },
        Backlog { 0, 128, 0, 1, 1 }, Backlog { 1, 128, 1, 2, 2 }, Backlog { 2, 128, 2, 4, 3 },
        Backlog { 3, 128, 3, 5, 4 }, Backlog { 5, 128, 5, 8, 6 }, Backlog { 10, 128, 10, 16, 11 },
        Backlog { 10, 5, 5, 8, 6 }, Backlog { 129, 200, 129, 194, 130 },
        // 3/2 of the largest limit and one more is beyond an int.
        Backlog { INT_MAX, 1431655765, 1431655765, FOREIGN_UNKNOWN, 1431655766 },
        Backlog { 5, FOREIGN_UNKNOWN, FOREIGN_UNKNOWN, FOREIGN_UNKNOWN, FOREIGN_UNKNOWN }));

TEST_F(FreeBSD, TheLimitGoesByItsNewNameElseByItsOldOne)
{
	char name[64];

	foreign_kernel_set("kern.ipc.soacceptqueue", 200);
	EXPECT_EQ(200, foreign_backlog_limit(name, sizeof name));
	EXPECT_STREQ("kern.ipc.soacceptqueue", name);
	foreign_kernel_forget("kern.ipc.soacceptqueue");
	EXPECT_EQ(128, foreign_backlog_limit(name, sizeof name));
	EXPECT_STREQ("kern.ipc.somaxconn", name);
	foreign_kernel_forget("kern.ipc.somaxconn");
	EXPECT_EQ(FOREIGN_UNKNOWN, foreign_backlog_limit(name, sizeof name));
	EXPECT_STREQ("kern.ipc.soacceptqueue", name);
}

TEST_F(FreeBSD, TheQueueIsReadBackFromTheKernel)
{
	int descriptor = Request("127.0.0.1").Backlog(INT_MAX).Open(), facts[3];

	foreign_kernel_fill_queue(descriptor, 7, 2);
	foreign_queue(descriptor, facts);
	EXPECT_EQ(128, facts[0]);
	EXPECT_EQ(7, facts[1]);
	EXPECT_EQ(2, facts[2]);
}

// All three options say 0 of it without an error; tried on 13.0.
TEST_F(FreeBSD, TheQueueOfASocketThatDoesNotListenIsUnknown)
{
	int descriptor = Request("127.0.0.1").Kind(BINDCHAIN_UDP).Open(), facts[3];

	foreign_queue(descriptor, facts);
	EXPECT_EQ(FOREIGN_UNKNOWN, facts[0]);
	EXPECT_EQ(FOREIGN_UNKNOWN, facts[1]);
}

// ---- calls ----

TEST_F(FreeBSD, FlagsAreGivenToSocketItself)
{
	int descriptor = Request("::1").NonblockingCloseOnExec().Open();

	EXPECT_EQ("socket\nbind\nlisten 5\n", Log());
	EXPECT_EQ(3, foreign_flags(descriptor));
	EXPECT_EQ(0, foreign_flags(Request("127.0.0.1").Open()));
}

TEST_F(FreeBSD, V6onlyIsSaidOutLoudEitherWay)
{
	Request("::").Set(BINDCHAIN_V6ONLY, 0).Open();
	Request("::1", 81).Set(BINDCHAIN_V6ONLY, 1).Open();
	EXPECT_EQ("socket\nsetsockopt IPPROTO_IPV6 IPV6_V6ONLY 0\nbind\nlisten 5\n"
	          "socket\nsetsockopt IPPROTO_IPV6 IPV6_V6ONLY 1\nbind\nlisten 5\n", Log());
}

TEST_F(FreeBSD, ShareIsSoReuseport)
{
	int descriptor = Request("127.0.0.1").Set(BINDCHAIN_SHARE).Open();

	EXPECT_EQ("socket\nsetsockopt SOL_SOCKET SO_REUSEPORT 1\nbind\nlisten 5\n", Log());
	// It reads back as 0x200.
	EXPECT_EQ(1, foreign_option(descriptor, BINDCHAIN_SHARE));
	EXPECT_EQ(0, foreign_option(descriptor, BINDCHAIN_BALANCE));
}

// Without the second, any user joins a group on a wildcard; tried on 13.0.
TEST_F(FreeBSD, BalanceIsTwoOptionsOfWhichOneKeepsStrangersOut)
{
	int descriptor = Request("0.0.0.0").Set(BINDCHAIN_BALANCE).Open();

	EXPECT_EQ("socket\nsetsockopt SOL_SOCKET SO_REUSEPORT_LB 1\n"
	          "setsockopt SOL_SOCKET SO_REUSEPORT 1\nbind\nlisten 5\n", Log());
	EXPECT_EQ(1, foreign_option(descriptor, BINDCHAIN_BALANCE));
}

// Such a socket is left out of every group; tried on 13.0.
TEST_F(FreeBSD, BalanceIsRefusedForAWildcardOfBothFamilies)
{
	const std::string refusal = Request("::").Set(BINDCHAIN_V6ONLY, 0).Set(BINDCHAIN_BALANCE)
	                                .Fail();

	EXPECT_THAT(refusal, StartsWith("unsupported balance "));
	EXPECT_EQ("", Log());
	Request("::").Set(BINDCHAIN_V6ONLY, 1).Set(BINDCHAIN_BALANCE).Open();
	Request("::1").Set(BINDCHAIN_V6ONLY, 0).Set(BINDCHAIN_BALANCE).Open();
}

TEST_F(FreeBSD, BalanceOfAnIPv6WildcardGoesByTheSystemsDefaultWhereNobodySays)
{
	Request("::").Set(BINDCHAIN_BALANCE).Open();
	foreign_kernel_reset();
	foreign_kernel_set("net.inet6.ip6.v6only", 0);
	EXPECT_THAT(Request("::").Set(BINDCHAIN_BALANCE).Fail(),
	    StartsWith("unsupported balance "));
}

// Level 4 is EINVAL, and the number of IPv4 at IPv6's level is something else
// that succeeds; tried on 13.0.
TEST_F(FreeBSD, BindAnyHasALevelAndANumberOfItsOwnForEachFamily)
{
	int ipv4 = Request("203.0.113.1").Set(BINDCHAIN_BIND_ANY).Open();
	int ipv6 = Request("2001:db8::1").Set(BINDCHAIN_BIND_ANY).Open();

	EXPECT_EQ("socket\nsetsockopt IPPROTO_IP IP_BINDANY 1\nbind\nlisten 5\n"
	          "socket\nsetsockopt IPPROTO_IPV6 IPV6_BINDANY 1\nbind\nlisten 5\n", Log());
	EXPECT_EQ(1, foreign_option(ipv4, BINDCHAIN_BIND_ANY));
	EXPECT_EQ(1, foreign_option(ipv6, BINDCHAIN_BIND_ANY));
}

// Even to clear it is privileged; tried on 13.0.
TEST_F(FreeBSD, BindAnyIsNotTouchedUnlessItIsWanted)
{
	foreign_kernel_user(1001);
	Request("127.0.0.1").Set(BINDCHAIN_BIND_ANY, 0).Open();
	EXPECT_EQ("socket\nbind\nlisten 5\n", Log());
}

TEST_F(FreeBSD, BindAnyOfAnyoneElseNamesThePrivilege)
{
	foreign_kernel_user(1001);
	EXPECT_THAT(Request("203.0.113.1").Set(BINDCHAIN_BIND_ANY).Foresee(),
	    StartsWith("\nIP_BINDANY and IPV6_BINDANY need root privilege\n-"));
	EXPECT_EQ("setsockopt IP_BINDANY EPERM\n"
	    "IP_BINDANY and IPV6_BINDANY need root privilege",
	    Request("203.0.113.1").Set(BINDCHAIN_BIND_ANY).Fail());
}

TEST_F(FreeBSD, AReservedPortNamesTheRange)
{
	foreign_kernel_user(1001);
	const std::string failure = Request("0.0.0.0", 80).Fail();

	EXPECT_THAT(failure, StartsWith("bind - EACCES\n"));
	EXPECT_THAT(failure, HasSubstr("net.inet.ip.portrange.reservedhigh"));
	EXPECT_THAT(Request("0.0.0.0", 80).Foresee(),
	    StartsWith("\nports from net.inet.ip.portrange."));
	foreign_kernel_set("net.inet.ip.portrange.reservedhigh", 79);
	EXPECT_EQ("\n-", Request("0.0.0.0", 80).Foresee());
	foreign_kernel_forget("net.inet.ip.portrange.reservedhigh");
	EXPECT_THAT(Request("0.0.0.0", 80).Fail(), testing::Not(HasSubstr("reserved")));
}

// in_pcb_lport_dest
TEST_F(FreeBSD, AnExhaustedRangeOfPortsIsNamed)
{
	foreign_kernel_fail("bind", 1, "EADDRNOTAVAIL");
	EXPECT_THAT(Request("::", 0).Fail(), HasSubstr("portrange.first (10000)"));
	foreign_kernel_forget("net.inet.ip.portrange.last");
	foreign_kernel_fail("bind", 1, "EADDRNOTAVAIL");
	EXPECT_EQ("bind - EADDRNOTAVAIL", Request("::", 0).Fail());
}

// Seen on 13.1 of ::1, port 0.
TEST_F(FreeBSD, AnExhaustedRangeOfPortsIsNamedForASpecificAddressToo)
{
	for (const char *host : { "::1", "127.0.0.1", "192.0.2.10" }) {
		foreign_kernel_fail("bind", 1, "EADDRNOTAVAIL");
		EXPECT_EQ("bind - EADDRNOTAVAIL\nno free ephemeral port from"
		          " net.inet.ip.portrange.first (10000) to net.inet.ip.portrange.last (65535)",
		    Request(host, 0).Fail()) << host;
	}
	// Here it is the address.
	EXPECT_THAT(Request("203.0.113.1", 0).Fail(), testing::Not(HasSubstr("portrange")));
}

const std::string policy = "a security policy refuses this: see mac(4), sysctl security.mac, and"
                           " kldstat(8) for the policies that are loaded";

// security/mac_portacl: rules_check; seen on 13.1 to refuse at bind(2).
TEST_F(FreeBSD, APortThatMacPortaclRefusesIsNamedByTheRuleThatWouldAllowIt)
{
	const auto fail = [](Request request) {
		foreign_kernel_fail("bind", 1, "EPERM");
		return request.Fail();
	};

	foreign_kernel_user(1001);
	foreign_kernel_set("net.inet.ip.portrange.reservedhigh", 0);
	EXPECT_EQ("bind - EPERM\n" + policy, fail(Request("0.0.0.0", 80)));
	foreign_kernel_add("security.mac.portacl.enabled", 1);
	foreign_kernel_add("security.mac.portacl.port_high", 1023);
	EXPECT_EQ("bind - EPERM\nmac_portacl(4) has no rule for this port: add"
	          " uid:1001:tcp:80 to security.mac.portacl.rules",
	    fail(Request("0.0.0.0", 80)));
	EXPECT_THAT(fail(Request("::1", 53).Kind(BINDCHAIN_UDP).Backlog(BINDCHAIN_NO_LISTEN)),
	    HasSubstr(" uid:1001:udp:53 "));
	EXPECT_EQ("bind - EPERM\n" + policy, fail(Request("0.0.0.0", 1024)));
	foreign_kernel_set("security.mac.portacl.enabled", 0);
	EXPECT_EQ("bind - EPERM\n" + policy, fail(Request("0.0.0.0", 80)));
}

// mac(9) asks each policy at these calls, whatever the family.
TEST_F(FreeBSD, ARefusalThatNoRuleExplainsNamesThePolicies)
{
	const auto fail = [](const char *call, const char *error, Request request) {
		foreign_kernel_fail(call, 1, error);
		return request.Fail();
	};

	for (const char *error : { "EACCES", "EPERM" })
		for (const char *call : { "socket", "bind", "listen" }) {
			EXPECT_THAT(fail(call, error, Request("127.0.0.1", 8080)),
			    testing::EndsWith(std::string(error) + "\n" + policy)) << call;
			EXPECT_THAT(fail(call, error, Request("::", 8080)),
			    testing::EndsWith(std::string(error) + "\n" + policy)) << call;
		}
}

// kern/kern_priv.c, suser_enabled
TEST_F(FreeBSD, RootWithoutPrivilegesIsNotToldToBeRoot)
{
	const std::string powerless = "root has no privileges: security.bsd.suser_enabled is 0";

	foreign_kernel_set("security.bsd.suser_enabled", 0);
	foreign_kernel_fail("bind", 1, "EACCES");
	EXPECT_EQ("bind - EACCES\n" + powerless, Request("127.0.0.1", 80).Fail());
	foreign_kernel_fail("setsockopt", 1, "EPERM");
	EXPECT_EQ("setsockopt IP_BINDANY EPERM\n" + powerless,
	    Request("203.0.113.1").Set(BINDCHAIN_BIND_ANY).Fail());
	EXPECT_EQ("\n" + powerless + "\n-", Request("127.0.0.1", 80).Foresee());
	EXPECT_EQ("\n" + powerless + "\n-",
	    Request("203.0.113.1").Set(BINDCHAIN_BIND_ANY).Foresee());
}

TEST_F(FreeBSD, RootThatMayNotBindAReservedPortIsNotToldToBeRoot)
{
	foreign_kernel_fail("bind", 1, "EACCES");
	EXPECT_EQ("bind - EACCES\nports from net.inet.ip.portrange.reservedlow to reservedhigh"
	          " need root privilege, denied by a security policy: mac(4)",
	    Request("127.0.0.1", 80).Fail());
}

// kern/uipc_sockbuf.c: sb_max_adj; seen on 13.1 to be exactly 8/9 of 2 MiB.
TEST_F(FreeBSD, AReceiveBufferBeyondTheLimitNamesIt)
{
	const auto request = [](int size) {
		return Request("127.0.0.1").Kind(BINDCHAIN_UDP).Backlog(BINDCHAIN_NO_LISTEN)
		    .Set(BINDCHAIN_RECEIVE_BUFFER, size);
	};
	const std::string limit = "the maximum receive buffer is 1864135 bytes, 8/9 of"
	                          " kern.ipc.maxsockbuf (2097152)";

	request(1864135).Open();
	EXPECT_EQ("\n-", request(1864135).Foresee());
	EXPECT_EQ("setsockopt SO_RCVBUF ENOBUFS\n" + limit, request(1864136).Fail());
	EXPECT_EQ("\n" + limit + "\n-", request(1864136).Foresee());
	EXPECT_EQ("setsockopt SO_RCVBUF ENOBUFS\n" + limit, Request("/run/s")
	    .Kind(BINDCHAIN_UNIX_STREAM).Set(BINDCHAIN_RECEIVE_BUFFER, 1864136).Fail());
	// limits(1): sbsize
	foreign_kernel_fail("setsockopt", 1, "ENOBUFS");
	EXPECT_THAT(request(5000).Fail(), HasSubstr("\nthe user's socket buffers have reached"));
	foreign_kernel_forget("kern.ipc.maxsockbuf");
	foreign_kernel_fail("setsockopt", 1, "ENOBUFS");
	EXPECT_THAT(request(5000).Fail(), HasSubstr("kern.ipc.maxsockbuf"));
}

// ufs_chmod; seen on 13.1.
TEST_F(FreeBSD, TheStickyBitOfASocketsPathIsForRootAlone)
{
	const auto request = [] {
		return Request("/run/s").Kind(BINDCHAIN_UNIX_STREAM).Access(01600);
	};

	foreign_kernel_user(1001);
	EXPECT_EQ("chmod - EFTYPE", request().Fail());
	EXPECT_EQ(-1, foreign_kernel_mode("/run/s"));
	foreign_kernel_user(0);
	request().Open();
	EXPECT_EQ(01600, foreign_kernel_mode("/run/s"));
}

// kern/uipc_socket.c, socreate: the other error is a jail's.
TEST_F(FreeBSD, AFamilyThatIsMissingIsTheKernels)
{
	foreign_kernel_fail("socket", 1, "EAFNOSUPPORT");
	EXPECT_EQ("socket - EAFNOSUPPORT\nthis kernel has no IPv6", Request("::1").Fail());
	foreign_kernel_fail("socket", 1, "EPROTONOSUPPORT");
	EXPECT_EQ("socket - EPROTONOSUPPORT", Request("127.0.0.1").Fail());
}

TEST_F(FreeBSD, AnAddressOfNoInterfaceIsNotAvailable)
{
	const std::string failure = Request("203.0.113.1").Fail();

	EXPECT_THAT(failure, StartsWith("bind - EADDRNOTAVAIL\n"));
	EXPECT_THAT(failure, HasSubstr("192.0.2.10 (em0), 127.0.0.1 (lo0)\n"));
	EXPECT_THAT(failure, HasSubstr("IP_BINDANY allows binding an address that no interface has"));
}

TEST_F(FreeBSD, ThereAreNoSocketsOfOneInterface)
{
	EXPECT_THAT(Request("127.0.0.1").Set(BINDCHAIN_DEVICE, 2).Fail(),
	    StartsWith("unsupported device "));
}

// ---- overflow ----

// By net.inet.tcp.syncache.rst_on_sock_fail; tried on 13.0.
TEST_F(FreeBSD, AClientBeyondAFullQueueIsResetAtOnceOrLater)
{
	const std::string reset = "net.inet.tcp.syncache.rst_on_sock_fail=";
	const std::string half_open = "\napart\nnet.inet.tcp.syncache.cachelimit=15360\n"
	                              "net.inet.tcp.syncookies=1";
	const Request request("127.0.0.1");

	EXPECT_EQ("reset reset\n" + reset + "1" + half_open, request.Overflow());
	foreign_kernel_set("net.inet.tcp.syncache.rst_on_sock_fail", 0);
	EXPECT_EQ("misled misled\n" + reset + "0" + half_open, request.Overflow());
	foreign_kernel_forget("net.inet.tcp.syncache.rst_on_sock_fail");
	EXPECT_EQ("unknown unknown\n" + reset + "unknown" + half_open, request.Overflow());
}

// ---- accept filters ----

struct Filter {
	bindchain_wait_for wait_for;
	const char *module, *name;
};

class FreeBSDFilter : public testing::TestWithParam<Filter> {
	void SetUp() override { foreign_kernel_reset(); }
};

TEST_P(FreeBSDFilter, IsInstalledBehindListen)
{
	const Filter &filter = GetParam();

	foreign_kernel_load_module(filter.module);
	const int descriptor = Request("127.0.0.1").Set(BINDCHAIN_WAIT_FOR, filter.wait_for).Open();
	EXPECT_EQ(std::string("socket\nbind\nlisten 5\nsetsockopt SOL_SOCKET SO_ACCEPTFILTER ")
	        + filter.name + "\n", foreign_kernel_log());
	EXPECT_EQ(filter.wait_for, foreign_option(descriptor, BINDCHAIN_WAIT_FOR));
}

TEST_P(FreeBSDFilter, ThatIsMissingIsNamedByItsModule)
{
	const std::string load = std::string("kldload ") + GetParam().module;

	foreign_kernel_set("kern.osreldate", 1500000);
	const Request request = Request("127.0.0.1").Set(BINDCHAIN_WAIT_FOR, GetParam().wait_for);
	const std::string failure = request.Fail(), foreseen = request.Foresee();

	EXPECT_THAT(failure, StartsWith("setsockopt SO_ACCEPTFILTER ENOENT\n"));
	EXPECT_THAT(failure, HasSubstr(load));
	EXPECT_THAT(foreseen, HasSubstr(load));
	foreign_kernel_load_module(GetParam().module);
	EXPECT_EQ("\n-", request.Foresee());
}

// accf_data(9), accf_http(9), accf_tls(9), accf_dns(9)
INSTANTIATE_TEST_SUITE_P(EachOne, FreeBSDFilter,
    testing::Values(Filter { BINDCHAIN_WAIT_FOR_DATA, "accf_data", "dataready" },
        Filter { BINDCHAIN_WAIT_FOR_HTTP, "accf_http", "httpready" },
        Filter { BINDCHAIN_WAIT_FOR_TLS, "accf_tls", "tlsready" },
        Filter { BINDCHAIN_WAIT_FOR_DNS, "accf_dns", "dnsready" }));

// accf_tls(9), HISTORY; 13.1 was seen to lack it.
TEST_F(FreeBSD, AFilterThatTheReleaseLacksIsNotToBeLoaded)
{
	const Request request = Request("127.0.0.1").Set(BINDCHAIN_WAIT_FOR, BINDCHAIN_WAIT_FOR_TLS);
	const std::string since = "FreeBSD has the accept filter accf_tls since 15.0; instead,"
	                          " wait for data of any kind";

	for (int version : { 1301000, 1303001, 1400097, 1402505 }) {
		foreign_kernel_set("kern.osreldate", version);
		EXPECT_EQ("setsockopt SO_ACCEPTFILTER ENOENT\n" + since, request.Fail());
		EXPECT_EQ("\n" + since + "\n-", request.Foresee());
		EXPECT_EQ("not in this release", ValueOf("accf_tls").current);
	}
	foreign_kernel_forget("kern.osreldate");
	EXPECT_THAT(request.Fail(), HasSubstr("kldload accf_tls"));
	EXPECT_EQ("not loaded", ValueOf("accf_tls").current);
	// Somebody's own may be there.
	foreign_kernel_add("kern.osreldate", 1301000);
	foreign_kernel_load_module("accf_tls");
	EXPECT_EQ("\n-", request.Foresee());
	EXPECT_EQ("loaded", ValueOf("accf_tls").current);
}

// Reading is EINVAL then; tried on 13.0.
TEST_F(FreeBSD, WithoutAFilterASocketWaitsForNothing)
{
	EXPECT_EQ(BINDCHAIN_WAIT_FOR_NOTHING,
	    foreign_option(Request("127.0.0.1").Open(), BINDCHAIN_WAIT_FOR));
}

TEST_F(FreeBSD, AFilterOfAnotherNameIsSomethingElse)
{
	const int descriptor = Request("127.0.0.1").Open();

	EXPECT_EQ(BINDCHAIN_WAIT_FOR_NOTHING, foreign_waits_for(descriptor));
	foreign_kernel_set_filter(descriptor, "somebodys");
	EXPECT_EQ(FOREIGN_UNKNOWN, foreign_waits_for(descriptor));
}

TEST_F(FreeBSD, DatagramsCannotBeWaitedForByAFilter)
{
	EXPECT_THAT(Request("127.0.0.1").Kind(BINDCHAIN_UDP)
	                .Set(BINDCHAIN_WAIT_FOR, BINDCHAIN_WAIT_FOR_DATA).Fail(),
	    StartsWith("unsupported wait-for "));
}

// ---- fast open ----

// It reads back as INT_MIN; tried on 13.0.
TEST_F(FreeBSD, FastOpenIsASwitchOfAListeningSocket)
{
	foreign_kernel_set("net.inet.tcp.fastopen.server_enable", 1);
	const int descriptor = Request("127.0.0.1").Set(BINDCHAIN_FAST_OPEN, 50).Open();

	EXPECT_EQ("socket\nbind\nlisten 5\nsetsockopt IPPROTO_TCP TCP_FASTOPEN 1\n", Log());
	EXPECT_EQ(1, foreign_option(descriptor, BINDCHAIN_FAST_OPEN));
}

// Before listen(2) it would succeed and do nothing; tried on 13.0.
TEST_F(FreeBSD, FastOpenThatIsSwitchedOffFailsAndNamesTheSwitch)
{
	const Request request = Request("127.0.0.1").Set(BINDCHAIN_FAST_OPEN, 1);
	const std::string reason
	    = "fast open is disabled: net.inet.tcp.fastopen.server_enable is 0";

	EXPECT_EQ("setsockopt TCP_FASTOPEN EPERM\n" + reason, request.Fail());
	EXPECT_EQ("\n" + reason + "\n-", request.Foresee());
}

// ---- netlink ----

// nl_bind insists on the structure's length; the number is the process's.
TEST_F(FreeBSD, NetlinkIsBoundToGroupsForThisProcess)
{
	foreign_kernel_set("kern.osreldate", 1400097);
	foreign_kernel_load_module("netlink");
	Request("route", 5).Kind(BINDCHAIN_NETLINK).Open();
	Request("generic", 0).Kind(BINDCHAIN_NETLINK_RAW).Open();
	EXPECT_EQ("socket\nbind netlink 4711 groups 5\n"
	          "socket\nbind netlink 4711 groups 0\n", Log());
}

// netlink(4)
TEST_F(FreeBSD, NetlinkHasTwoProtocols)
{
	for (const char *protocol : { "route", "generic" })
		EXPECT_TRUE(foreign_has_netlink(protocol)) << protocol;
	foreign_kernel_set("kern.osreldate", 1302001);
	EXPECT_EQ("unsupported audit no such protocol",
	    Request("audit").Kind(BINDCHAIN_NETLINK).Fail());
}

// The Porter's Handbook, 18.1 and 18.2: it came to stable/13 while that was 1301511,
// and to main while that was 1400072.  These two have it or not: they are asked.
TEST_F(FreeBSD, NetlinkIsOfTheRunningKernel)
{
	const Request request = Request("route").Kind(BINDCHAIN_NETLINK);

	foreign_kernel_load_module("netlink");
	for (int version : { 1300139, 1301000, 1301510, 1400000, 1400071 }) {
		foreign_kernel_set("kern.osreldate", version);
		EXPECT_EQ("unsupported netlink FreeBSD has netlink sockets since 13.2",
		    request.Fail()) << version;
	}
	for (int version : { 1301511, 1302000, 1302001, 1400072, 1400073, 1400097, 1500000 }) {
		foreign_kernel_set("kern.osreldate", version);
		EXPECT_EQ("\n-", request.Foresee()) << version;
		request.Open();
	}
	foreign_kernel_forget("kern.osreldate");
	request.Open();
}

// netlink/netlink_module.c: before 14.0 no generic kernel has it built in.
TEST_F(FreeBSD, NetlinkThatIsNotLoadedIsNamedByItsModule)
{
	const Request request = Request("route").Kind(BINDCHAIN_NETLINK);
	const std::string load = "the netlink kernel module is not loaded: kldload netlink";

	foreign_kernel_set("kern.osreldate", 1302001);
	EXPECT_EQ("\n" + load + "\n-", request.Foresee());
	EXPECT_EQ("socket - EAFNOSUPPORT\n" + load, request.Fail());
}

// ---- values ----

TEST_F(FreeBSD, TheBacklogsLimitIsAValueByTheNameThatItHas)
{
	foreign_kernel_forget("kern.ipc.soacceptqueue");
	EXPECT_EQ("kern.ipc.somaxconn=128", NamesAndCurrents()[0]);
	foreign_kernel_forget("kern.ipc.somaxconn");
	EXPECT_EQ("kern.ipc.soacceptqueue=unknown", NamesAndCurrents()[0]);
}

TEST_F(FreeBSD, AnAcceptFilterIsLoadedOrNot)
{
	foreign_kernel_load_module("accf_http");
	EXPECT_EQ("loaded", ValueOf("accf_http").current);
	EXPECT_EQ("not loaded", ValueOf("accf_data").current);
}

// ---- the process ----

// In capability mode, perhaps; not in the name cache; of what executes no file,
// without an error: kern/kern_proc.c, sysctl_kern_proc_pathname.
TEST_F(FreeBSD, AnExecutableThatTheKernelDoesNotTellIsUnknown)
{
	foreign_kernel_make_file("/usr/local/bin/bindchain", 0755);
	foreign_kernel_execute("/usr/local/bin/bindchain");
	foreign_kernel_fail("sysctl", 1, "EPERM");
	EXPECT_EQ(0u, foreign_own_executable());
	foreign_kernel_execute(nullptr);
	EXPECT_EQ(0u, foreign_own_executable());
	foreign_kernel_execute("");
	EXPECT_EQ(0u, foreign_own_executable());
}

// Neither of its sizes makes sense: what stands behind them is not known.
TEST_F(FreeBSD, AListOfDescriptorsThatMakesNoSenseIsNotBelieved)
{
	foreign_kernel_open(40, "/var/log/messages");
	for (int size : { 0, 8, -8, 1 << 20 }) {
		foreign_kernel_garble_lists(size);
		EXPECT_EQ(255, foreign_highest_descriptor()) << size;
	}
}

// ---- what is foreseen ----

TEST_F(FreeBSD, ABalancedWildcardIsSaidToTakeFromOthers)
{
	const std::string foreseen = Request("0.0.0.0").Set(BINDCHAIN_BALANCE).Foresee();

	EXPECT_THAT(foreseen, StartsWith("\n-\n"));
	EXPECT_THAT(foreseen, HasSubstr("a balanced wildcard takes"));
	EXPECT_EQ("\n-", Request("127.0.0.1").Set(BINDCHAIN_BALANCE).Foresee());
}

} // namespace
