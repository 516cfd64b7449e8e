/* SPDX-License-Identifier: ISC */
/*
 * Failures that Linux produces in a network of the test's own, and what is said of
 * them.  The causes are put there by the test, so the expected lines follow from what
 * it did.
 */
#include <cerrno>

#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "network.h"
#include "probe_listener.h"
#include "refused_call.h"
#include "skip.h"
#include "system_calls.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using Lines = std::vector<std::string>;

const char tool_name[] = "tcp-socket-listen";

class Failure : public InNamespace {};

const char low_port_rule[] = "port 1023 needs CAP_NET_BIND_SERVICE"
                             " (net.ipv4.ip_unprivileged_port_start is 1024): start as root, run"
                             " setcap cap_net_bind_service=+ep on the executable, or lower the"
                             " setting";

const char refusal[] = "refused by a security module, a seccomp filter or a cgroup's BPF program:"
                       " see the kernel log, Seccomp in /proc/self/status, and bpftool cgroup"
                       " tree";

/* The lines behind the first two, of COMMAND with a filter. */
Lines
lines_of_refused(Command command, long number, int error)
{
	Lines lines;

	command.before_execution = [=](Command &) { refuse_call(number, error); };
	Result result = run(command);
	EXPECT_NE(result.status, 126) << "no seccomp filters";
	EXPECT_THAT(result.error, HasSubstr(error_text(error)));
	for (size_t i = 2; i < result.error_lines(); i++)
		lines.push_back(result.error_line(i).substr(result.error_line(i).find(": info: ") + 8));
	return lines;
}

} // namespace

TEST_F(Failure, WhatNoRuleRefusesIsRefusedByAModuleOrAFilter)
{
	const Command plain = tool(tool_name, { "127.0.0.1", "8000", "/bin/true" });
	const Command low = tool(tool_name, { "127.0.0.1", "80", "/bin/true" });

	NetworkNamespace::set("net.ipv4.ip_unprivileged_port_start", "1024");
	for (long call : { SYS_socket, SYS_bind, SYS_listen })
		for (int error : { EACCES, EPERM })
			EXPECT_THAT(lines_of_refused(plain, call, error), ElementsAre(refusal))
			    << call << " " << error;
	EXPECT_THAT(lines_of_refused(low, SYS_bind, EACCES), ElementsAre(refusal));
	EXPECT_THAT(lines_of_refused(low, SYS_bind, EPERM), ElementsAre(refusal));
}

TEST_F(Failure, APathThatMayBeMadeIsRefusedByAModuleOrAFilter)
{
	TemporaryDirectory directory;
	const Command command = tool("local-stream-socket-listen", { directory / "s", "/bin/true" });

	for (int error : { EACCES, EPERM })
		EXPECT_THAT(lines_of_refused(command, SYS_bind, error), ElementsAre(refusal));
}

TEST_F(Failure, APathThatMayNotBeMadeIsRefusedByItsDirectory)
{
	TemporaryDirectory directory;
	Command command = tool("local-stream-socket-listen", { directory / "s", "/bin/true" });

	if (!can_change_user())
		SKIP_TEST("only root can become another user");
	ASSERT_EQ(chmod(directory.path().c_str(), 0755), 0);
	command.user = nobody;
	Result result = run(command);
	EXPECT_THAT(result.error, HasSubstr(error_text(EACCES)));
	EXPECT_THAT(result.error, testing::Not(HasSubstr("refused by")));
}

/* The capability is there, but in a user namespace that the network is not of. */
TEST_F(Failure, ALowPortOfANetworkThatAnotherUserNamespaceOwns)
{
	Command command({ "/usr/bin/unshare", "--user", "--map-root-user", tool_path(tool_name),
	    "127.0.0.1", "80", "/bin/true" });

	NetworkNamespace::set("net.ipv4.ip_unprivileged_port_start", "1024");
	if (run(Command({ "/usr/bin/unshare", "--user", "--map-root-user", "/bin/true" })).status != 0)
		SKIP_TEST("no user namespaces");
	command.environment = tool(tool_name, {}).environment;
	Result result = run(command);
	EXPECT_THAT(result.error, HasSubstr("port 80 needs CAP_NET_BIND_SERVICE"
	    " (net.ipv4.ip_unprivileged_port_start is 1024) in the user namespace that owns this"
	    " network namespace\n"));
	EXPECT_THAT(result.error, testing::Not(HasSubstr("refused by")));
}

/* ---- two exclusive sockets at once ---- */

/* The other one is opened when this one has found nobody, and is about to bind. */
void
expect_one_of_two(const std::string &option)
{
	std::unique_ptr<ProbeListener> other;
	int binds = 0;
	SystemCalls seen = trace_system_calls(tool("bindchain", { "listen", option, "/bin/true" }),
	    [&](const SystemCall &call) {
		    /* The first is the probe's. */
		    if (call.name == "bind" && ++binds == 2)
			    other = std::make_unique<ProbeListener>("bindchain",
			        std::vector<std::string> { "listen", option });
	    });

	if (!seen.why_not.empty())
		SKIP_TEST(seen.why_not);
	EXPECT_GE(binds, 2);
	EXPECT_EQ(seen.status, 111) << seen.error;
	EXPECT_THAT(seen.error, HasSubstr(error_text(EADDRINUSE)));
}

TEST_F(Failure, OfTwoExclusiveSocketsAtOnceOneFails)
{
	const std::string port = std::to_string(port_of(bind_to("127.0.0.1", 0, true).get()));

	expect_one_of_two("--udp=127.0.0.1:" + port + ",exclusive,reuse-address");
	expect_one_of_two("--udp=127.0.0.1:" + port + ",exclusive");
	expect_one_of_two("--tcp=127.0.0.1:" + port + ",exclusive,reuse-address");
}

/* ---- duplicate address detection ---- */

/* Two ends of a cable, a0 and b0.  Detection is left to the kernel. */
class Detection : public Failure {
protected:
	void SetUp() override
	{
		Failure::SetUp();
		if (!network)
			return;
		ip("link add a0 type veth peer name b0");
		NetworkNamespace::set("net.ipv6.conf.a0.router_solicitation_delay", "0");
	}

	static void ip(const std::string &arguments)
	{
		ASSERT_EQ(system(("ip " + arguments).c_str()), 0) << arguments;
	}

	static std::string explained()
	{
		return run(tool("bindchain", { "explain", "--json", tool_name, "2001:db8::1", "8000",
		    "/bin/true" })).output;
	}
};

/* Without a carrier it does not even begin. */
TEST_F(Detection, AnAddressIsTentativeUntilItHasEnded)
{
	const std::string line = "interface a0 has this address, but duplicate address detection"
	                         " has not finished; bind fails until then";

	ip("link set a0 up");
	ip("addr add 2001:db8::1/64 dev a0");
	EXPECT_THAT(hints_of(tool_name, { "2001:db8::1", "8000" }, EADDRNOTAVAIL),
	    ElementsAre(line));
	EXPECT_THAT(explained(), HasSubstr(line));
	ip("addr add 2001:db8::2/64 dev a0 nodad");
	EXPECT_EQ(run(tool(tool_name, { "2001:db8::2", "8000", "/bin/true" })).status, 0);
}

TEST_F(Detection, AnAddressThatAnotherHostHasCannotBeBound)
{
	const std::string line = "interface a0 has this address, but duplicate address detection"
	                         " found it on another host; bind fails";

	ip("link set b0 up");
	ip("link set a0 up");
	ip("addr add 2001:db8::1/64 dev b0 nodad");
	ip("addr add 2001:db8::1/64 dev a0");
	ASSERT_EQ(system("until ip addr show dev a0 | grep -q dadfailed; do sleep 0.1; done"), 0);
	ip("addr del 2001:db8::1/64 dev b0");
	EXPECT_THAT(hints_of(tool_name, { "2001:db8::1", "8000" }, EADDRNOTAVAIL),
	    ElementsAre(line));
	EXPECT_THAT(explained(), HasSubstr(line));
}

TEST_F(Failure, AnAbsentAddressComesWithTheNearestAndBindAny)
{
	network->add_interface("d0");
	network->set_up("d0");
	network->add_address("d0", "198.51.100.7/24");
	network->add_address("d0", "192.0.2.200/24");
	network->add_address("d0", "192.0.2.5/24");

	/* 192.0.2.4 differs from .5 in the last bit, from .200 in the 25th, from
	 * 198.51.100.7 in the 6th, and from 127.0.0.1 in the first. */
	EXPECT_THAT(hints_of(tool_name, { "192.0.2.4", "8000" }, EADDRNOTAVAIL), ElementsAre(
	    "no interface has this address; nearest addresses: 192.0.2.5 (d0),"
	    " 192.0.2.200 (d0), 198.51.100.7 (d0)",
	    StartsWith("IP_FREEBIND")));
	Result bound = run(tool(tool_name, { "--bind-to-any", "192.0.2.4", "8000", "/bin/true" }));
	EXPECT_EQ(bound.status, 0) << bound;
}

/* Binding does not ask whether the interface is up. */
TEST_F(Failure, AnInterfaceThatIsDownIsAmongTheNearest)
{
	network->add_interface("d0");
	network->set_up("d0");
	network->add_address("d0", "192.0.2.5/24");
	network->set_down("d0");

	ASSERT_EQ(run(tool(tool_name, { "192.0.2.5", "8000", "/bin/true" })).status, 0);
	EXPECT_THAT(hints_of(tool_name, { "192.0.2.4", "8000" }, EADDRNOTAVAIL), ElementsAre(
	    "no interface has this address; nearest addresses: 192.0.2.5 (d0), 127.0.0.1 (lo)",
	    HasSubstr("IP_FREEBIND")));
}

TEST_F(Failure, ALinkLocalAddressWithoutZoneComesWithTheZones)
{
	network->add_interface("d0");
	network->set_up("d0");
	network->add_address("d0", "fe80::77/64");
	network->add_interface("d1");
	network->set_up("d1");
	network->add_address("d1", "fe80::88/64");

	/* Who has the address is the zone that is meant. */
	EXPECT_THAT(hints_of(tool_name, { "fe80::77", "8000" }, EINVAL), ElementsAre(
	    "a link-local address needs its zone: fe80::77%INTERFACE; interfaces: d0"));
	Result bound = run(tool(tool_name, { "fe80::77%d0", "8000", "/bin/true" }));
	EXPECT_EQ(bound.status, 0) << bound;
}

TEST_F(Failure, AZoneThatIsNoInterfaceComesWithTheZones)
{
	network->add_interface("d0");
	network->set_up("d0");
	network->add_address("d0", "fe80::77/64");

	std::string unknown = std::to_string(if_nametoindex("d0") + 1000);
	Lines lines = hints_of(tool_name, { "fe80::77%" + unknown, "8000" }, ENODEV);
	ASSERT_EQ(lines.size(), 1U);
	EXPECT_THAT(lines[0], StartsWith(unknown + " is not an interface"));
	EXPECT_THAT(lines[0], HasSubstr("d0"));
}

/* getaddrinfo(3) of glibc: scope ids by name are for link-local addresses. */
TEST_F(Failure, AZoneOfAnotherAddressIsNotNeeded)
{
	Result result = run_tool(tool_name, { "--numeric-host", "::1%lo", "8000", "/bin/true" });

	EXPECT_EQ(result.status, 1) << result;
	EXPECT_EQ(result.error_line(result.error_lines() - 1), std::string(tool_name)
	    + ": info: only link-local addresses have a zone; omit %lo");
}

TEST_F(Failure, IPv6SwitchedOff)
{
	NetworkNamespace::set("net.ipv6.conf.lo.disable_ipv6", "1");

	Lines lines = hints_of(tool_name, { "::1", "8000" }, EADDRNOTAVAIL);
	EXPECT_THAT(lines, testing::Contains("IPv6 addresses are disabled:"
	                                     " net.ipv6.conf.lo.disable_ipv6 is 1"));
	EXPECT_THAT(lines, testing::Contains("no interface has this address, nor any of"
	                                     " its family"));
}

TEST_F(Failure, ALowPortWithoutPrivilege)
{
	if (!can_change_user())
		SKIP_TEST("only root can become another user");
	NetworkNamespace::set("net.ipv4.ip_unprivileged_port_start", "1024");
	EXPECT_THAT(hints_of(tool_name, { "127.0.0.1", "1023" }, EACCES, nobody),
	    ElementsAre(low_port_rule));
	EXPECT_THAT(hints_of("s6-tcpserver-socketbinder", { "127.0.0.1", "1023" }, EACCES, nobody),
	    ElementsAre(low_port_rule));
}

/* The rule is the namespace's, not a constant. */
TEST_F(Failure, ALowPortIsLowWhereTheSettingSaysSo)
{
	if (!can_change_user())
		SKIP_TEST("only root can become another user");
	NetworkNamespace::set("net.ipv4.ip_unprivileged_port_start", "3000");
	EXPECT_THAT(hints_of(tool_name, { "127.0.0.1", "2999" }, EACCES, nobody),
	    ElementsAre(HasSubstr("net.ipv4.ip_unprivileged_port_start is 3000")));
}

TEST_F(Failure, AnExhaustedRangeIsNamedWithTheReservedPorts)
{
	NetworkNamespace::set("net.ipv4.ip_local_port_range", "40000 40002");
	NetworkNamespace::set("net.ipv4.ip_local_reserved_ports", "40001");
	Descriptor one = bind_to("127.0.0.1", 40000), other = bind_to("127.0.0.1", 40002);

	EXPECT_THAT(hints_of(tool_name, { "127.0.0.1", "0" }, EADDRINUSE), ElementsAre(
	    "no free ephemeral port in net.ipv4.ip_local_port_range (40000-40002) without"
	    " net.ipv4.ip_local_reserved_ports (40001)"));
}

TEST_F(Failure, AnAddressInUseThatWasAskedForIsNoExhaustedRange)
{
	NetworkNamespace::set("net.ipv4.ip_local_port_range", "40000 40001");
	Descriptor one = bind_to("127.0.0.1", 40000), other = bind_to("127.0.0.1", 40001);

	for (const std::string &line : hints_of(tool_name, { "127.0.0.1", "40000" }, EADDRINUSE))
		EXPECT_THAT(line, testing::Not(HasSubstr("range")));
}

/* The other socket begins to listen between our bind and our listen. */
TEST_F(Failure, AConflictThatOnlyListenTells)
{
	int port;
	Descriptor other = reserve_port("127.0.0.1", &port);
	SystemCalls seen = trace_system_calls(
	    tool(tool_name, { "127.0.0.1", std::to_string(port), "/bin/true" }),
	    [&](const SystemCall &call) {
		    if (call.name == "listen") {
			    EXPECT_EQ(listen(other.get(), 1), 0);
		    }
	    });
	if (!seen.why_not.empty())
		SKIP_TEST(seen.why_not);

	EXPECT_EQ(seen.status, 1);
	EXPECT_THAT(seen.error, HasSubstr(
	    "\ntcp-socket-listen: info: bind succeeded because both sockets set SO_REUSEADDR; Linux"
	    " reports only at listen that another socket listens on the port\n"));
}

/* ---- setuidgid in a user namespace: user_namespaces(7) ---- */

namespace {

bool
write_text(const std::string &path, const std::string &text)
{
	Descriptor descriptor(open(path.c_str(), O_WRONLY | O_CLOEXEC));

	return write(descriptor.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/* Makes this process root of a namespace that has its user and group alone.  From outside, as
 * root can, the maps leave setgroups(2) allowed. */
bool
enter_user_namespace(bool setgroups_allowed)
{
	const std::string user = "0 " + std::to_string(geteuid()) + " 1";
	const std::string group = "0 " + std::to_string(getegid()) + " 1";
	const std::string us = "/proc/" + std::to_string(getpid()) + "/";
	int begin[2], status = 0;

	if (!setgroups_allowed)
		return unshare(CLONE_NEWUSER) == 0 && write_text(us + "uid_map", user)
		    && write_text(us + "setgroups", "deny") && write_text(us + "gid_map", group);
	if (setgroups(0, nullptr) != 0 || pipe(begin) != 0)
		return false;
	pid_t writer = fork();
	if (writer == 0) {
		char byte;
		_exit(read(begin[0], &byte, 1) == 1 && write_text(us + "uid_map", user)
		    && write_text(us + "gid_map", group) ? 0 : 1);
	}
	bool entered = writer > 0 && unshare(CLONE_NEWUSER) == 0 && write(begin[1], "", 1) == 1
	    && waitpid(writer, &status, 0) == writer && status == 0;
	close(begin[0]);
	close(begin[1]);
	return entered;
}

/* The lines of `setuidgid ACCOUNT` as root of such a namespace. */
Lines
refused_in_user_namespace(const std::string &account, bool setgroups_allowed, bool *entered)
{
	const int no_namespace = 99;
	Command command = tool("setuidgid", { account, "true" });
	Lines lines;

	command.before_execution = [&](Command &) {
		if (!enter_user_namespace(setgroups_allowed))
			_exit(no_namespace);
	};
	Result result = run(command);
	*entered = result.status != no_namespace;
	for (size_t i = 0; i < result.error_lines(); i++)
		lines.push_back(result.error_line(i));
	return lines;
}

} // namespace

TEST(SetuidgidInAUserNamespace, NamesWhatItDenies)
{
	bool entered = false;
	Lines lines = refused_in_user_namespace("1:1", false, &entered);

	if (!entered)
		SKIP_TEST_WITHOUT_NAMESPACE("user namespaces cannot be created here");
	EXPECT_THAT(lines, ElementsAre("setuidgid: FATAL: 1: " + error_text(EPERM),
	    "setuidgid: info: setgroups: " + error_text(EPERM),
	    "setuidgid: info: this user namespace does not allow it: /proc/self/setgroups is deny"));
}

TEST(SetuidgidInAUserNamespace, NamesWhatHasNoNumberThere)
{
	bool entered = false;

	if (geteuid() != 0)
		SKIP_TEST("only root may leave setgroups(2) allowed");
	Lines lines = refused_in_user_namespace("1:1", true, &entered);
	if (!entered)
		SKIP_TEST_WITHOUT_NAMESPACE("user namespaces cannot be created here");
	EXPECT_THAT(lines, ElementsAre("setuidgid: FATAL: 1: " + error_text(EINVAL),
	    "setuidgid: info: setgroups: " + error_text(EINVAL),
	    "setuidgid: info: the group has no number in this user namespace:"
	    " /proc/self/gid_map"));
	EXPECT_THAT(refused_in_user_namespace("1:0", true, &entered),
	    ElementsAre("setuidgid: FATAL: 1: " + error_text(EINVAL),
	        "setuidgid: info: setuid: " + error_text(EINVAL),
	        "setuidgid: info: the user has no number in this user namespace:"
	        " /proc/self/uid_map"));
	EXPECT_THAT(refused_in_user_namespace("0:0", true, &entered), ElementsAre())
	    << "nothing changes";
}
