// SPDX-License-Identifier: ISC
// src/darwin against Darwin's own headers, on a kernel that behaves as xnu's
// sources have it.
#include <climits>

#include "request.h"

namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using Darwin = ForeignKernel;

struct Backlog {
	int requested, limit, passed, queue_limit, admitted;
};

class DarwinBacklog : public testing::TestWithParam<Backlog> { };

TEST_P(DarwinBacklog, BecomesWhatThatKernelMakesOfIt)
{
	const Backlog &expected = GetParam();
	int becomes[4];

	foreign_backlog(expected.requested, expected.limit, becomes);
	EXPECT_EQ(expected.passed, becomes[0]);
	EXPECT_EQ(expected.queue_limit, becomes[1]);
	EXPECT_EQ(expected.admitted, becomes[2]);
	EXPECT_EQ(FOREIGN_UNKNOWN, becomes[3]);
}

// bsd/kern/uipc_socket.c, solisten, and uipc_socket2.c, sonewconn_internal: 0
// would be the limit, beyond 32767 the limit would turn negative, and the queue
// admits exactly its limit.
INSTANTIATE_TEST_SUITE_P(AsXnuHasIt, DarwinBacklog,
    testing::Values(Backlog { INT_MAX, 128, 32767, 128, 128 }, Backlog { 0, 128, 1, 1, 1 },
        Backlog { 1, 128, 1, 1, 1 }, Backlog { 5, 128, 5, 5, 5 },
        Backlog { 129, 128, 129, 128, 128 }, Backlog { 40000, 65536, 32767, 32767, 32767 },
        Backlog { 32767, 32767, 32767, 32767, 32767 },
        Backlog { 5, FOREIGN_UNKNOWN, 5, FOREIGN_UNKNOWN, FOREIGN_UNKNOWN }));

TEST_F(Darwin, TheLimitIsSomaxconn)
{
	char name[64];

	EXPECT_EQ(128, foreign_backlog_limit(name, sizeof name));
	EXPECT_STREQ("kern.ipc.somaxconn", name);
	foreign_kernel_forget("kern.ipc.somaxconn");
	EXPECT_EQ(FOREIGN_UNKNOWN, foreign_backlog_limit(name, sizeof name));
}

TEST_F(Darwin, TheQueueIsReadBackAndHalfOpenConnectionsApart)
{
	int descriptor = Request("127.0.0.1").Backlog(INT_MAX).Open(), facts[3];

	foreign_kernel_fill_queue(descriptor, 7, 2);
	foreign_queue(descriptor, facts);
	EXPECT_EQ(128, facts[0]);
	EXPECT_EQ(7, facts[1]);
	EXPECT_EQ(2, facts[2]);
}

// The limit is a short: without the cut it would be 0 here, and refuse everybody.
TEST_F(Darwin, ARaisedLimitDoesNotTurnTheQueueOff)
{
	foreign_kernel_set("kern.ipc.somaxconn", 65536);
	int descriptor = Request("127.0.0.1").Backlog(65536).Open(), facts[3];

	foreign_queue(descriptor, facts);
	EXPECT_EQ(32767, facts[0]);
}

TEST_F(Darwin, TheQueueOfASocketThatDoesNotListenIsUnknown)
{
	int descriptor = Request("127.0.0.1").Kind(BINDCHAIN_UDP).Open(), facts[3];

	foreign_queue(descriptor, facts);
	EXPECT_EQ(FOREIGN_UNKNOWN, facts[0]);
	EXPECT_EQ(FOREIGN_UNKNOWN, facts[1]);
}

// close-on-exec first: it is the one that another thread's fork can miss.
TEST_F(Darwin, FlagsFollowSocketAtOnce)
{
	int descriptor = Request("::1").NonblockingCloseOnExec().Open();

	EXPECT_EQ("socket\nfcntl F_SETFD\nfcntl F_SETFL\nbind\nlisten 5\n", Log());
	EXPECT_EQ(3, foreign_flags(descriptor));
	EXPECT_EQ(0, foreign_flags(Request("127.0.0.1").Open()));
}

TEST_F(Darwin, V6onlyIsSaidOutLoudEitherWay)
{
	Request("::").Set(BINDCHAIN_V6ONLY, 0).Open();
	Request("::1", 81).Set(BINDCHAIN_V6ONLY, 1).Open();
	EXPECT_EQ("socket\nsetsockopt IPPROTO_IPV6 IPV6_V6ONLY 0\nbind\nlisten 5\n"
	          "socket\nsetsockopt IPPROTO_IPV6 IPV6_V6ONLY 1\nbind\nlisten 5\n", Log());
}

TEST_F(Darwin, ShareIsSoReuseportAndReadsBackAsItsBit)
{
	int descriptor = Request("127.0.0.1").Set(BINDCHAIN_SHARE).Open();

	EXPECT_EQ("socket\nsetsockopt SOL_SOCKET SO_REUSEPORT 1\nbind\nlisten 5\n", Log());
	EXPECT_EQ(1, foreign_option(descriptor, BINDCHAIN_SHARE));
	EXPECT_EQ(FOREIGN_UNKNOWN, foreign_option(descriptor, BINDCHAIN_BALANCE));
}

class DarwinRefusal : public testing::TestWithParam<bindchain_option> {
	void SetUp() override { foreign_kernel_reset(); }
};

TEST_P(DarwinRefusal, ComesBeforeAnyCall)
{
	const std::string refusal = Request("127.0.0.1").Set(GetParam()).Fail();

	EXPECT_THAT(refusal, StartsWith("unsupported "));
	EXPECT_STREQ("", foreign_kernel_log());
}

TEST_P(DarwinRefusal, IsNoneWhereNothingIsWanted)
{
	Request("127.0.0.1").Set(GetParam(), 0).Open();
	EXPECT_STREQ("socket\nbind\nlisten 5\n", foreign_kernel_log());
}

INSTANTIATE_TEST_SUITE_P(OfEach, DarwinRefusal,
    testing::Values(BINDCHAIN_BALANCE, BINDCHAIN_BIND_ANY, BINDCHAIN_WAIT_FOR,
        BINDCHAIN_PASS_CREDENTIALS, BINDCHAIN_PASS_SECURITY));

// Before listen(2) it is EINVAL, and so is any number but 0 and 1.
TEST_F(Darwin, FastOpenIsASwitchOfAListeningSocket)
{
	int descriptor = Request("127.0.0.1").Set(BINDCHAIN_FAST_OPEN, 50).Open();

	EXPECT_EQ("socket\nbind\nlisten 5\nsetsockopt IPPROTO_TCP TCP_FASTOPEN 1\n", Log());
	EXPECT_EQ(1, foreign_option(descriptor, BINDCHAIN_FAST_OPEN));
}

TEST_F(Darwin, FastOpenThatIsSwitchedOffFailsAndNamesTheSwitch)
{
	const Request request = Request("127.0.0.1").Set(BINDCHAIN_FAST_OPEN);

	foreign_kernel_set("net.inet.tcp.fastopen", 2);
	const std::string failure = request.Fail();
	EXPECT_THAT(failure,
	    StartsWith("setsockopt TCP_FASTOPEN ENOTSUP\nfast open is disabled"));
	EXPECT_THAT(request.Foresee(), StartsWith("\nfast open is disabled"));
}

// Since macOS 10.14.
TEST_F(Darwin, ALowPortIsFreeOnTheWildcardAlone)
{
	foreign_kernel_user(501);
	Request("0.0.0.0", 80).Open();
	foreign_kernel_reset();
	foreign_kernel_user(501);
	const std::string failure = Request("127.0.0.1", 80).Fail();
	EXPECT_THAT(failure, StartsWith("bind - EACCES\na port below 1024 on a specific address"));
	EXPECT_THAT(Request("127.0.0.1", 80).Foresee(),
	    StartsWith("\na port below 1024 on a specific address needs root;"));
	EXPECT_EQ("\n-", Request("0.0.0.0", 80).Foresee());
}

// security/mac_socket.c asks at these calls, whatever the family.
TEST_F(Darwin, ARefusalThatNoRuleExplainsNamesTheSandbox)
{
	for (const std::string error : { "EACCES", "EPERM" })
		for (const char *call : { "socket", "bind", "listen" })
			for (const char *host : { "127.0.0.1", "::" }) {
				foreign_kernel_fail(call, 1, error.c_str());
				EXPECT_THAT(Request(host, 80).Fail(), testing::EndsWith(error
				    + "\nthe sandbox or a security extension refuses this: log(1)"
				      " shows what was denied")) << call << " " << host;
			}
}

// in_pcbbind and in6_pcbsetport, each with an error of its own.
TEST_F(Darwin, AnExhaustedRangeOfPortsIsNamed)
{
	foreign_kernel_fail("bind", 1, "EADDRNOTAVAIL");
	EXPECT_THAT(Request("0.0.0.0", 0).Fail(), HasSubstr("portrange.first (49152)"));
	foreign_kernel_fail("bind", 1, "EAGAIN");
	EXPECT_THAT(Request("::", 0).Fail(), HasSubstr("portrange.first (49152)"));
	foreign_kernel_fail("bind", 1, "EAGAIN");
	EXPECT_EQ("bind - EAGAIN", Request("0.0.0.0", 0).Fail());
	foreign_kernel_forget("net.inet.ip.portrange.first");
	foreign_kernel_fail("bind", 1, "EAGAIN");
	EXPECT_EQ("bind - EAGAIN", Request("::", 0).Fail());
}

TEST_F(Darwin, SharingIsSaidNotToBalance)
{
	EXPECT_THAT(Request("127.0.0.1").Set(BINDCHAIN_SHARE).Foresee(),
	    StartsWith("\n-\nmacOS does not balance"));
}

TEST_F(Darwin, EverySocketWaitsForNothing)
{
	EXPECT_EQ(BINDCHAIN_WAIT_FOR_NOTHING, foreign_waits_for(Request("127.0.0.1").Open()));
}

TEST_F(Darwin, ThereIsNoNetlink)
{
	for (bindchain_kind kind : { BINDCHAIN_NETLINK, BINDCHAIN_NETLINK_RAW })
		EXPECT_THAT(Request("route").Kind(kind).Fail(),
		    HasSubstr("macOS has no netlink sockets"));
	EXPECT_FALSE(foreign_has_netlink("route"));
	EXPECT_EQ("", Log());
}

// ip(4), ip6(4)
TEST_F(Darwin, ASocketOfOneInterfaceHasItsIndex)
{
	int ipv4 = Request("0.0.0.0").Set(BINDCHAIN_DEVICE, 2).Open();
	int ipv6 = Request("::1").Set(BINDCHAIN_DEVICE, 2).Open();

	EXPECT_EQ("socket\nsetsockopt IPPROTO_IP IP_BOUND_IF 2\nbind\nlisten 5\n"
	          "socket\nsetsockopt IPPROTO_IPV6 IPV6_BOUND_IF 2\nbind\nlisten 5\n", Log());
	EXPECT_EQ(2, foreign_option(ipv4, BINDCHAIN_DEVICE));
	EXPECT_EQ(2, foreign_option(ipv6, BINDCHAIN_DEVICE));
}

// ---- overflow ----

// tcp_dropdropablreq and its caller; sonewconn_internal counts half-open ones.
TEST_F(Darwin, AClientBeyondAFullQueueIsDropped)
{
	const std::string dropped = "dropped dropped\nkern.ipc.soqlencomp=";
	const Request request("127.0.0.1");

	EXPECT_EQ(dropped + "0\nin the queue", request.Overflow());
	foreign_kernel_set("kern.ipc.soqlencomp", 1);
	EXPECT_EQ(dropped + "1\napart", request.Overflow());
	foreign_kernel_forget("kern.ipc.soqlencomp");
	EXPECT_EQ(dropped + "unknown\nperhaps apart\nin doubt", request.Overflow());
}

// ---- values ----

// Bits: 1 for servers, 2 for clients.
TEST_F(Darwin, FastOpenIsOffForAllAtZero)
{
	const std::string usual = ValueOf("net.inet.tcp.fastopen").meaning;

	foreign_kernel_set("net.inet.tcp.fastopen", 0);
	EXPECT_THAT(ValueOf("net.inet.tcp.fastopen").meaning, HasSubstr("ENOTSUP"));
	EXPECT_THAT(usual, Not(HasSubstr("ENOTSUP")));
}

// ---- launchd ----

// launch.h
TEST_F(Darwin, SocketsOfLaunchdAreOfOneNameAndGivenOnce)
{
	foreign_kernel_launchd("Listeners", 2);
	EXPECT_EQ("ENOENT", LaunchdSockets("Others"));
	EXPECT_EQ("3 4", LaunchdSockets("Listeners"));
	EXPECT_EQ("EALREADY", LaunchdSockets("Listeners"));
}

TEST_F(Darwin, SocketsOfLaunchdNeedMemory)
{
	foreign_kernel_launchd("Listeners", 2);
	foreign_kernel_fail("malloc", 1, "ENOMEM");
	EXPECT_EQ("ENOMEM", LaunchdSockets("Listeners"));
}

} // namespace
