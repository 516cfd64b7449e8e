/* SPDX-License-Identifier: ISC */
/* What the tools do and say on macOS, by its manual pages and xnu's sources; nothing here
 * was run. */
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench.h"
#include "situation.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const char root[] = "macos-15", user[] = "macos-11";
const Words nothing;

/* Since macOS 10.14. */
TEST(MacOsPort, ThatIsLowIsFreeOnTheWildcardAlone)
{
	const std::string rule = "a port below 1024 on a specific address needs root";

	EXPECT_THAT(Situation(user).fail("--tcp=127.0.0.1:80"), ElementsAre("bind EACCES", rule
	    + ": start as root, or bind the wildcard, which needs no privilege since macOS 10.14"));
	EXPECT_THAT(Situation(user).foresee("--tcp=127.0.0.1:80"),
	    ElementsAre(rule + "; on a wildcard it does not"));
	EXPECT_EQ(Situation(user).foresee("--tcp=0.0.0.0:80"), nothing);
}

/* in_pcbbind and in6_pcbsetport, each with an error of its own. */
TEST(MacOsPort, NamesTheRangeWhereNoneIsLeft)
{
	const std::string range = "no free ephemeral port from net.inet.ip.portrange.first (49152)"
	                          " to net.inet.ip.portrange.last (65535)";
	const std::string hidden = without_sysctl("net.inet.ip.portrange.first");
	const std::string no_address = "bind 1 fail EADDRNOTAVAIL", again = "bind 1 fail EAGAIN";

	EXPECT_THAT(Situation(root, "", no_address).fail("--tcp=0.0.0.0:0"),
	    ElementsAre("bind EADDRNOTAVAIL", range));
	EXPECT_THAT(Situation(root, "", again).fail("--tcp=[::]:0"),
	    ElementsAre("bind EAGAIN", range));
	EXPECT_THAT(Situation(root, "", again).fail("--tcp=0.0.0.0:0"), ElementsAre("bind EAGAIN"));
	EXPECT_THAT(Situation(root, hidden, again).fail("--tcp=[::]:0"), ElementsAre("bind EAGAIN"));
}

/* security/mac_socket.c asks at these calls, whatever the family. */
TEST(MacOsPolicy, IsNamedWhereNoRuleExplainsARefusal)
{
	for (const std::string error : { "EACCES", "EPERM" })
		for (const std::string call : { "socket", "bind", "listen" })
			for (const char *socket : { "--tcp=127.0.0.1:8080", "--tcp=[::]:80" })
				EXPECT_THAT(Situation(root, "", call + " 1 fail " + error).fail(socket),
				    ElementsAre(call + " " + error,
				        "the sandbox or a security extension refuses this: log(1) shows"
				        " what was denied")) << socket;
}

TEST(MacOsFastOpen, ThatIsDisabledNamesTheSysctl)
{
	const Situation situation(root, "limit fast-open-server 0 -- the tests' own\n"
	    + sysctl_line("net.inet.tcp.fastopen", 2));
	const std::string reason = "fast open is disabled for listeners: bit 1 of"
	                           " net.inet.tcp.fastopen is clear";
	const std::string socket = "--tcp=127.0.0.1:8080,fast-open=1";

	/* ENOTSUP, which is one number with the other on Linux. */
	EXPECT_THAT(situation.fail(socket), ElementsAre("setsockopt EOPNOTSUPP", reason));
	EXPECT_THAT(situation.foresee(socket), ElementsAre(reason));
}

/* kern/uipc_socket2.c, sbreserve: before macOS 15 it fails, since then it truncates. */
TEST(MacOsReceiveBuffer, ThatIsTooLargeNamesTheLimit)
{
	const std::string largest = "--udp=127.0.0.1:8080,receive-buffer=7456540";
	const std::string larger = "--udp=127.0.0.1:8080,receive-buffer=7456541";
	const std::string beyond = "--unix-dgram=/nonexistent/s,receive-buffer=8388609";
	const std::string warning = "warning: before macOS 15 a receive buffer of more than 7456540"
	                            " bytes, 8/9 of kern.ipc.maxsockbuf (8388608), fails; since then"
	                            " it is truncated to the setting";
	const std::string limit = "the maximum receive buffer is 7456540 bytes, 8/9 of"
	                          " kern.ipc.maxsockbuf (8388608)";

	EXPECT_THAT(Situation(user).options(largest), ElementsAre("SO_RCVBUF 7456540"));
	EXPECT_EQ(Situation(user).foresee(largest), nothing);
	EXPECT_THAT(Situation(user).fail(larger), ElementsAre("setsockopt ENOBUFS", limit));
	EXPECT_THAT(Situation(user).fail(beyond), ElementsAre("setsockopt ENOBUFS", limit));
	EXPECT_THAT(Situation(root).foresee(larger), ElementsAre(warning));
	EXPECT_THAT(Situation(user, without_sysctl("kern.ipc.maxsockbuf")).fail(larger),
	    ElementsAre("setsockopt ENOBUFS"));
}

TEST(MacOsReceiveBuffer, ThatIsTruncatedIsWarnedOfAndFailsARequirement)
{
	const std::string socket = "--udp=127.0.0.1:8080,receive-buffer=8388609";
	Bench bench(root);
	Result result = bench.run("bindchain", { "listen", socket, "/bin/true" });

	EXPECT_SOUND(bench);
	EXPECT_EQ(result.status, 0);
	EXPECT_EQ(result.error, "bindchain listen: warning: receive-buffer: 8388609 truncated to"
	    " kern.ipc.maxsockbuf (8388608)\n");
	Bench other(root);
	result = other.run("bindchain", { "listen", socket + ",least-receive-buffer=8388609",
	    "/bin/true" });
	EXPECT_SOUND(other);
	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: require receive buffer of UDP"
	    " 127.0.0.1:8080: at least 8388609, but it is 8388608");
}

/* bsd/sys/socketvar.h: a short, whatever the sysctl. */
TEST(MacOsBacklog, BeyondAShortIsNotSaidToBeTheSysctls)
{
	const std::string raised = "limit backlog 100000 -- the tests' own\n";

	EXPECT_THAT(Situation(root, raised).foresee("--tcp=127.0.0.1:8080,backlog=40000"),
	    ElementsAre("warning: the backlog of 40000 will be truncated to the largest queue limit"
	                " of this system (32767)"));
	EXPECT_THAT(Situation(root).foresee("--tcp=127.0.0.1:8080,backlog=40000"),
	    ElementsAre("warning: the backlog of 40000 will be truncated to kern.ipc.somaxconn"
	                " (128)"));
}

TEST(MacOsShare, IsSaidNotToBalance)
{
	EXPECT_THAT(Situation(root).foresee("--tcp=127.0.0.1:8080,share"),
	    ElementsAre(HasSubstr("warning: macOS does not balance")));
}

/* ip(4), ip6(4) */
TEST(MacOsDevice, IsSetByItsIndex)
{
	EXPECT_THAT(Situation(root).options("--tcp=0.0.0.0:8080,device=en0"),
	    ElementsAre("SO_REUSEADDR 1", "IP_BOUND_IF 2"));
	EXPECT_THAT(Situation(root).options("--tcp=[::1]:8080,device=en0"),
	    ElementsAre("SO_REUSEADDR 1", "IPV6_V6ONLY 1", "IPV6_BOUND_IF 2"));
}

/* The alternative to an option that is not supported is none where it is not wanted. */
TEST(MacOsOptions, ThatAreMissingMayBeRefused)
{
	const Situation situation(root);

	for (const char *option : { "balance", "bind-any" }) {
		const std::string socket = std::string("--tcp=127.0.0.1:8080,") + option;
		EXPECT_EQ(situation.explain(socket, 100).at("unsupported"), option);
		EXPECT_THAT(situation.options(socket + "=no"), ElementsAre("SO_REUSEADDR 1"));
	}
	EXPECT_THAT(situation.options("--tcp=127.0.0.1:8080,wait-for=nothing"),
	    ElementsAre("SO_REUSEADDR 1"));
}

/* launch.h */
TEST(MacOsLaunchd, GivesItsSocketsOnce)
{
	Bench bench(root, "socket tcp 127.0.0.1 8080 listening 9 launchd Web\n"
	                  "launch_activate_socket 1 fail EALREADY");

	EXPECT_EQ(bench.run("bindchain", { "adapt", "--from=launchd:Web", "/bin/true" }).status, 111);
	EXPECT_SOUND(bench);
}

} // namespace
