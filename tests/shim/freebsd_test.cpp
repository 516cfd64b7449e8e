/* SPDX-License-Identifier: ISC */
/* What the tools do and say on FreeBSD, by its manual pages, its sources and what was seen
 * when releases were run. */
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench.h"
#include "profile.h"
#include "situation.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const char root[] = "freebsd-14", user[] = "freebsd-14-unprivileged";
const Words nothing;

/* ---- reserved ports ---- */

const char reserved[] = "ports from net.inet.ip.portrange.reservedlow to reservedhigh need root"
                        " privilege";

TEST(FreeBsdPort, ThatIsReservedNamesTheRange)
{
	EXPECT_THAT(Situation(user).fail("--tcp=0.0.0.0:80"), ElementsAre("bind EACCES",
	    std::string(reserved) + ": start as root, lower net.inet.ip.portrange.reservedhigh, or"
	                            " use mac_portacl(4)"));
	EXPECT_THAT(Situation(user).foresee("--tcp=0.0.0.0:80"), ElementsAre(reserved));
}

TEST(FreeBsdPort, AboveTheRangeIsFree)
{
	const Situation situation(user, "limit reserved-high 79 -- ip(4)");

	EXPECT_EQ(situation.foresee("--tcp=0.0.0.0:80"), nothing);
	EXPECT_THAT(situation.foresee("--tcp=0.0.0.0:79"), ElementsAre(reserved));
}

/* A port that nothing makes reserved was refused by something else. */
TEST(FreeBsdPort, WithoutARangeIsNotSaidToBeReserved)
{
	for (const char *name : { "reservedlow", "reservedhigh" })
		EXPECT_THAT(Situation(user, without_sysctl(std::string("net.inet.ip.portrange.") + name))
		                .fail("--tcp=0.0.0.0:80"), Not(testing::Contains(HasSubstr("reserved"))));
}

/* ---- policies: mac(4) ---- */

const char policy[] = "a security policy refuses this: see mac(4), sysctl security.mac, and"
                      " kldstat(8) for the policies that are loaded";

/* security/mac_portacl: rules_check; seen on 13.1 to refuse at bind(2). */
TEST(FreeBsdPolicy, OfPortsIsNamedWithTheRuleThatWouldAllowIt)
{
	const std::string lines = "limit reserved-high 0 -- as mac_portacl(4) advises\n"
	                          "sysctl security.mac.portacl.port_high 1023 -- mac_portacl(4)\n";
	const Situation without(user, lines, "bind 1 fail EPERM");
	const Situation disabled(user, lines + sysctl_line("security.mac.portacl.enabled", 0),
	    "bind 1 fail EPERM");
	const Situation enabled(user, lines + sysctl_line("security.mac.portacl.enabled", 1),
	    "bind 1 fail EPERM");
	const std::string rule = "mac_portacl(4) has no rule for this port: add uid:1001:";

	EXPECT_THAT(without.fail("--tcp=0.0.0.0:80"), ElementsAre("bind EPERM", policy));
	EXPECT_THAT(disabled.fail("--tcp=0.0.0.0:80"), ElementsAre("bind EPERM", policy));
	EXPECT_THAT(enabled.fail("--tcp=0.0.0.0:80"),
	    ElementsAre("bind EPERM", rule + "tcp:80 to security.mac.portacl.rules"));
	EXPECT_THAT(enabled.fail("--udp=[::1]:53"),
	    ElementsAre("bind EPERM", rule + "udp:53 to security.mac.portacl.rules"));
	EXPECT_THAT(enabled.fail("--tcp=0.0.0.0:1024"), ElementsAre("bind EPERM", policy));
}

/* mac(9) asks each policy at these calls, whatever the family. */
TEST(FreeBsdPolicy, IsNamedWhereNoRuleExplainsARefusal)
{
	for (const std::string error : { "EACCES", "EPERM" })
		for (const std::string call : { "socket", "bind", "listen" })
			for (const char *socket : { "--tcp=127.0.0.1:8080", "--tcp=[::]:8080" })
				EXPECT_THAT(Situation(root, "", call + " 1 fail " + error).fail(socket),
				    ElementsAre(call + " " + error, policy)) << socket;
}

/* kern/kern_priv.c, suser_enabled */
TEST(FreeBsdPolicy, RootWithoutPrivilegesIsNotToldToBeRoot)
{
	const std::string powerless = "root has no privileges: security.bsd.suser_enabled is 0";
	const std::string line = sysctl_line("security.bsd.suser_enabled", 0);

	EXPECT_THAT(Situation(root, line, "bind 1 fail EACCES").fail("--tcp=127.0.0.1:80"),
	    ElementsAre("bind EACCES", powerless));
	EXPECT_THAT(Situation(root, line, "setsockopt 2 fail EPERM")
	                .fail("--tcp=203.0.113.1:8080,bind-any"),
	    ElementsAre("setsockopt EPERM", powerless));
	EXPECT_THAT(Situation(root, line).foresee("--tcp=127.0.0.1:80"), ElementsAre(powerless));
	EXPECT_THAT(Situation(root, line).foresee("--tcp=203.0.113.1:8080,bind-any"),
	    ElementsAre(powerless));
}

TEST(FreeBsdPolicy, RootThatMayNotBindAReservedPortIsNotToldToBeRoot)
{
	EXPECT_THAT(Situation(root, "", "bind 1 fail EACCES").fail("--tcp=127.0.0.1:80"),
	    ElementsAre("bind EACCES", std::string(reserved) + ", denied by a security policy:"
	                                                       " mac(4)"));
}

/* ---- addresses and families ---- */

/* in_pcb_lport_dest; seen on 13.1 of ::1. */
TEST(FreeBsdPort, NamesTheRangeWhereNoneIsLeft)
{
	const std::string script = "bind 1 fail EADDRNOTAVAIL";

	for (const char *host : { "[::]", "[::1]", "127.0.0.1", "192.0.2.10" }) {
		const std::string socket = std::string("--tcp=") + host + ":0";
		EXPECT_THAT(Situation(root, "", script).fail(socket), ElementsAre("bind EADDRNOTAVAIL",
		    "no free ephemeral port from net.inet.ip.portrange.first (10000) to"
		    " net.inet.ip.portrange.last (65535)"));
		EXPECT_THAT(Situation(root, without_sysctl("net.inet.ip.portrange.last"), script)
		                .fail(socket), ElementsAre("bind EADDRNOTAVAIL"));
	}
	/* Here it is the address. */
	EXPECT_THAT(Situation(root).fail("--tcp=203.0.113.1:0"),
	    Not(testing::Contains(HasSubstr("portrange"))));
}

/* kern/uipc_socket.c, socreate: the other error is a jail's. */
TEST(FreeBsdFamily, ThatIsMissingIsTheKernels)
{
	EXPECT_THAT(Situation(root, "", "socket 1 fail EAFNOSUPPORT").fail("--tcp=[::1]:8080"),
	    ElementsAre("socket EAFNOSUPPORT", "this kernel has no IPv6"));
	EXPECT_THAT(Situation(root, "", "socket 1 fail EPROTONOSUPPORT").fail("--tcp=127.0.0.1:8080"),
	    ElementsAre("socket EPROTONOSUPPORT"));
}

TEST(FreeBsdAddress, ThatNoInterfaceHasNeedsRootToBeBound)
{
	const std::string needs = "IP_BINDANY and IPV6_BINDANY need root privilege";
	const std::string socket = "--tcp=203.0.113.1:8080,bind-any";

	EXPECT_THAT(Situation(user).fail(socket), ElementsAre("setsockopt EPERM", needs));
	EXPECT_THAT(Situation(user).foresee(socket), testing::Contains(needs));
	EXPECT_THAT(Situation(root).fail("--tcp=203.0.113.1:8080"),
	    ElementsAre("bind EADDRNOTAVAIL", StartsWith("no interface has this address"),
	        StartsWith("IP_BINDANY allows")));
}

/* Even to clear it is privileged; seen on 13.0. */
TEST(FreeBsdAddress, OfAnInterfaceTouchesNoPrivilegedOption)
{
	EXPECT_THAT(Situation(user).options("--tcp=127.0.0.1:8080,bind-any=no"),
	    ElementsAre("SO_REUSEADDR 1"));
}

/* ---- buffers ---- */

/* kern/uipc_sockbuf.c: sb_max_adj; seen on 13.1 to be exactly 8/9 of 2 MiB. */
TEST(FreeBsdReceiveBuffer, ThatIsTooLargeNamesTheLimit)
{
	const Situation situation("freebsd-13.1");
	const std::string limit = "the maximum receive buffer is 1864135 bytes, 8/9 of"
	                          " kern.ipc.maxsockbuf (2097152)";
	const std::string largest = "--udp=127.0.0.1:8080,receive-buffer=1864135";
	const std::string larger = "--udp=127.0.0.1:8080,receive-buffer=1864136";

	EXPECT_THAT(situation.options(largest), ElementsAre("SO_RCVBUF 1864135"));
	EXPECT_EQ(situation.foresee(largest), nothing);
	EXPECT_THAT(situation.fail(larger), ElementsAre("setsockopt ENOBUFS", limit));
	EXPECT_THAT(situation.foresee(larger), ElementsAre(limit));
	EXPECT_THAT(situation.fail("--unix=/nonexistent/s,receive-buffer=1864136"),
	    ElementsAre("setsockopt ENOBUFS", limit));
}

/* FreeBSD reports the number that was set. */
TEST(FreeBsdReceiveBuffer, ThatIsRequiredIsComparedAsItIs)
{
	const std::string socket = "--udp=127.0.0.1:8080,receive-buffer=65536,";

	EXPECT_THAT(Situation(root).options(socket + "least-receive-buffer=65536"),
	    ElementsAre("SO_RCVBUF 65536"));
	EXPECT_THAT(Situation(root).foresee(socket + "least-receive-buffer=65537"),
	    ElementsAre("a receive buffer of at least 65537 bytes is required, but it will be 65536"));
}

/* limits(1): sbsize */
TEST(FreeBsdReceiveBuffer, ThatIsRefusedWithinTheLimitIsTheUsersLimit)
{
	const std::string socket = "--udp=127.0.0.1:8080,receive-buffer=5000";
	const std::string script = "setsockopt 1 fail ENOBUFS";

	EXPECT_THAT(Situation(root, "", script).fail(socket), ElementsAre("setsockopt ENOBUFS",
	    "the user's socket buffers have reached the resource limit sbsize: limits(1)"));
	EXPECT_THAT(Situation(root, without_sysctl("kern.ipc.maxsockbuf"), script).fail(socket),
	    ElementsAre("setsockopt ENOBUFS",
	        "the buffer exceeds 8/9 of kern.ipc.maxsockbuf, or the user's limit sbsize"));
}

/* netinet/cc/cc.c, cc_list_available: a list in 13, a table since. */
TEST(FreeBsdCongestion, OthersAreListedWhateverTheForm)
{
	const std::string line = "available congestion control: newreno cubic"
	    " (net.inet.tcp.cc.available); others are kernel modules: mod_cc(4)";

	for (const char *list : { "newreno,\\scubic",
	         "\\nCCmod\\sD\\sPCB\\nnewreno\\s*\\s1\\ncubic\\s0\\n" })
		EXPECT_THAT(Situation("freebsd-15", "sysctl net.inet.tcp.cc.available "
		        + std::string(list) + " -- netinet/cc/cc.c\n")
		        .fail("--tcp=127.0.0.1:8080,congestion=htcp"),
		    ElementsAre("setsockopt ESRCH", line));
}

/* setfib(2) */
TEST(FreeBsdFib, ThatThereIsNotNamesTheSetting)
{
	EXPECT_THAT(Situation(root, "", "setsockopt 2 fail EINVAL")
	                .fail("--tcp=127.0.0.1:8080,fib=1"),
	    ElementsAre("setsockopt EINVAL", "the number must be less than net.fibs (1)"));
}

/* ---- balance ---- */

/* Such a socket is left out of every group; seen on 13.0. */
TEST(FreeBsdBalance, IsNotOfADualStackWildcard)
{
	const Situation situation(root);

	EXPECT_EQ(situation.explain("--tcp=[::]:8080,dual,balance", 100).at("unsupported"),
	    "balance");
	for (const char *socket : { "--tcp=[::]:8080,balance", "--tcp=[::1]:8080,balance" })
		EXPECT_TRUE(situation.explain(socket, 0).at("unsupported").is_null()) << socket;
}

TEST(FreeBsdBalance, OfAWildcardTakesFromOthers)
{
	EXPECT_THAT(Situation(root).foresee("--tcp=0.0.0.0:8080,balance"), ElementsAre("warning: a"
	    " balanced wildcard takes the connections of unbalanced listeners on specific addresses"
	    " and this port"));
	EXPECT_EQ(Situation(root).foresee("--tcp=127.0.0.1:8080,balance"), nothing);
}

/* ---- accept filters: accf_data(9), accf_http(9), accf_tls(9), accf_dns(9) ---- */

struct Filter {
	const char *wait_for, *module, *name;
};

const Filter filters[] = { { "data", "accf_data", "dataready" },
	{ "http", "accf_http", "httpready" }, { "tls", "accf_tls", "tlsready" },
	{ "dns", "accf_dns", "dnsready" } };

std::string
waiting_for(const Filter &filter)
{
	return std::string("--tcp=127.0.0.1:8080,wait-for=") + filter.wait_for;
}

TEST(FreeBsdAcceptFilter, IsInstalledAndReadBackByItsName)
{
	for (const Filter &filter : filters) {
		const Situation situation("freebsd-14",
		    std::string("filter ") + filter.name + " -- of " + filter.module + "\n");
		EXPECT_THAT(situation.options(waiting_for(filter)), ElementsAre("SO_REUSEADDR 1",
		    std::string("SO_ACCEPTFILTER 256 bytes \"") + filter.name + "\""));
		EXPECT_EQ(situation.inspect(waiting_for(filter)).at("options").at("wait-for"),
		    filter.wait_for);
		EXPECT_EQ(situation.foresee(waiting_for(filter)), nothing);
		EXPECT_EQ(situation.limit(filter.module).current, "loaded");
	}
	EXPECT_EQ(Situation("freebsd-14").inspect("--tcp=127.0.0.1:8080").at("options").at("wait-for"),
	    "nothing");
}

TEST(FreeBsdAcceptFilter, ThatIsMissingIsNamedByItsModule)
{
	for (const Filter &filter : filters) {
		const Situation situation("freebsd-15", "no-filters -- kldunload(8)\n");
		const std::string load = "the kernel module of the accept filter is not loaded: kldload "
		    + std::string(filter.module);
		EXPECT_THAT(situation.fail(waiting_for(filter)), ElementsAre("setsockopt ENOENT", load));
		EXPECT_THAT(situation.foresee(waiting_for(filter)), ElementsAre(load));
		EXPECT_EQ(situation.limit(filter.module).current, "not loaded");
	}
}

/* accf_tls(9), HISTORY; 13.1 was seen to lack it. */
TEST(FreeBsdAcceptFilter, ThatTheReleaseLacksIsNotToBeLoaded)
{
	const std::string since = "FreeBSD has the accept filter accf_tls since 15.0; instead,"
	                          " wait for data of any kind";
	const Filter &tls = filters[2];

	for (int version : { 1301000, 1303001, 1400097, 1402505 }) {
		const Situation situation("freebsd-13", release(version));
		EXPECT_THAT(situation.fail(waiting_for(tls)), ElementsAre("setsockopt ENOENT", since));
		EXPECT_THAT(situation.foresee(waiting_for(tls)), ElementsAre(since));
		EXPECT_EQ(situation.limit("accf_tls").current, "not in this release");
	}
	const Situation unknown("freebsd-13", without_sysctl("kern.osreldate"));
	EXPECT_THAT(unknown.fail(waiting_for(tls)),
	    ElementsAre("setsockopt ENOENT", HasSubstr("kldload accf_tls")));
	EXPECT_EQ(unknown.limit("accf_tls").current, "not loaded");
	/* Somebody's own may be there. */
	const Situation own("freebsd-13.1", "filter tlsready -- from ports, say\n");
	EXPECT_EQ(own.foresee(waiting_for(tls)), nothing);
	EXPECT_EQ(own.limit("accf_tls").current, "loaded");
}

/* ---- fast open ---- */

TEST(FreeBsdFastOpen, ThatIsDisabledNamesTheSysctl)
{
	const std::string reason = "fast open is disabled: net.inet.tcp.fastopen.server_enable is 0";
	const std::string socket = "--tcp=127.0.0.1:8080,fast-open=1";

	EXPECT_THAT(Situation(root).fail(socket), ElementsAre("setsockopt EPERM", reason));
	EXPECT_THAT(Situation(root).foresee(socket), ElementsAre(reason));
}

/* ---- netlink ---- */

/* What is said, or "opened". */
std::string
open_netlink(const std::string &lines)
{
	Bench bench("freebsd-13");

	read_profile_text(lines, "lines of the test", bench.fake());
	Result result = bench.run("netlink-datagram-socket-listen", { "route", "0", "/bin/true" });
	EXPECT_SOUND(bench);
	return result.status == 0 ? "opened" : result.error;
}

/* The Porter's Handbook, 18.1 and 18.2: it came to stable/13 while that was 1301511,
 * and to main while that was 1400072.  These two have it or not: they are asked. */
TEST(FreeBsdNetlink, IsOfTheRunningKernel)
{
	const std::string module = "netlink NETLINK_ROUTE -- netlink(4)\n";

	for (int version : { 1300139, 1301000, 1301510, 1400000, 1400071 })
		EXPECT_THAT(open_netlink(module + release(version)),
		    HasSubstr("FreeBSD has netlink sockets since 13.2")) << version;
	for (int version : { 1301511, 1302000, 1302001, 1400072, 1400073, 1400097, 1500000 })
		EXPECT_EQ(open_netlink(module + release(version)), "opened") << version;
	EXPECT_EQ(open_netlink(module + without_sysctl("kern.osreldate")), "opened");
}

/* netlink/netlink_module.c: before 14.0 no generic kernel has it built in. */
TEST(FreeBsdNetlink, ThatIsNotLoadedIsNamedByItsModule)
{
	EXPECT_THAT(open_netlink(release(1302001)),
	    HasSubstr("the netlink kernel module is not loaded: kldload netlink"));
}

} // namespace
