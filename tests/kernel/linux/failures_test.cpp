/* SPDX-License-Identifier: ISC */
/*
 * Failures that Linux really produces, in a network of the test's own, and what
 * is said of them.  The causes are put there by the test, so the expected lines
 * follow from what it did.
 */
#include <algorithm>
#include <cerrno>
#include <optional>

#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "network.h"
#include "network_namespace.h"
#include "skip.h"
#include "system_calls.h"
#include "tools.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Lines = std::vector<std::string>;

const char tool_name[] = "tcp-socket-listen";
const uid_t nobody = 65534;

/* What stands behind "PROG: info: " in the lines behind the second, which names
 * call, address and errno. */
Lines
hints_of(const Result &result, const std::string &program)
{
	const std::string prefix = program + ": info: ";
	Lines lines;

	for (size_t i = 2; i < result.error_lines(); i++) {
		std::string line = result.error_line(i);
		EXPECT_EQ(line.substr(0, prefix.size()), prefix) << result;
		lines.push_back(line.substr(std::min(prefix.size(), line.size())));
	}
	return lines;
}

class Failure : public testing::Test {
protected:
	void SetUp() override
	{
		std::string why_not;
		network_ = NetworkNamespace::enter(&why_not);
		if (!network_)
			SKIP_TEST(why_not);
		network_->set_up("lo");
	}

	/* Runs the tool, which fails, and returns the hints. */
	Lines hints(const std::vector<std::string> &arguments, int error,
	    const std::string &name = tool_name, std::optional<uid_t> user = {})
	{
		std::vector<std::string> words = arguments;
		words.push_back("/bin/true");
		Command command = tool(name, words);
		command.user = user;
		Result result = run(command);
		EXPECT_NE(result.status, 0) << result;
		EXPECT_THAT(result.error_line(0), HasSubstr(error_text(error)));
		EXPECT_THAT(result.error_line(1), HasSubstr(error_text(error)));
		return hints_of(result, name);
	}

	std::unique_ptr<NetworkNamespace> network_;
};

const char low_port_rule[] = "a port below 1024 (net.ipv4.ip_unprivileged_port_start) needs"
                             " CAP_NET_BIND_SERVICE: start as root, or give it to the executable"
                             " with setcap cap_net_bind_service=+ep, or lower the setting";

} // namespace

TEST_F(Failure, AnAbsentAddressComesWithTheNearestAndBindAny)
{
	network_->add_interface("d0");
	network_->set_up("d0");
	network_->add_address("d0", "198.51.100.7/24");
	network_->add_address("d0", "192.0.2.200/24");
	network_->add_address("d0", "192.0.2.5/24");

	/* 192.0.2.4 differs from .5 in the last bit, from .200 in the 25th, from
	 * 198.51.100.7 in the 6th, and from 127.0.0.1 in the first. */
	EXPECT_THAT(hints({ "192.0.2.4", "8000" }, EADDRNOTAVAIL), ElementsAre(
	    "no interface has this address; the nearest here: 192.0.2.5 (d0),"
	    " 192.0.2.200 (d0), 198.51.100.7 (d0)",
	    "an address that is not there yet can be bound with IP_FREEBIND, which is"
	    " tcp-socket-listen --bind-to-any"));
	Result bound = run(tool(tool_name, { "--bind-to-any", "192.0.2.4", "8000", "/bin/true" }));
	EXPECT_EQ(bound.status, 0) << bound;
}

/* Binding does not ask whether the interface is up. */
TEST_F(Failure, AnInterfaceThatIsDownIsAmongTheNearest)
{
	network_->add_interface("d0");
	network_->set_up("d0");
	network_->add_address("d0", "192.0.2.5/24");
	network_->set_down("d0");

	ASSERT_EQ(run(tool(tool_name, { "192.0.2.5", "8000", "/bin/true" })).status, 0);
	EXPECT_THAT(hints({ "192.0.2.4", "8000" }, EADDRNOTAVAIL), ElementsAre(
	    "no interface has this address; the nearest here: 192.0.2.5 (d0), 127.0.0.1 (lo)",
	    HasSubstr("IP_FREEBIND")));
}

TEST_F(Failure, ALinkLocalAddressWithoutZoneComesWithTheZones)
{
	network_->add_interface("d0");
	network_->set_up("d0");
	network_->add_address("d0", "fe80::77/64");
	network_->add_interface("d1");
	network_->set_up("d1");
	network_->add_address("d1", "fe80::88/64");

	/* Who has the address is the zone that is meant. */
	EXPECT_THAT(hints({ "fe80::77", "8000" }, EINVAL), ElementsAre(
	    "a link-local address needs its zone, fe80::77%INTERFACE; interfaces that have one:"
	    " d0"));
	Result bound = run(tool(tool_name, { "fe80::77%d0", "8000", "/bin/true" }));
	EXPECT_EQ(bound.status, 0) << bound;
}

TEST_F(Failure, AZoneThatIsNoInterfaceComesWithTheZones)
{
	network_->add_interface("d0");
	network_->set_up("d0");
	network_->add_address("d0", "fe80::77/64");

	std::string unknown = std::to_string(if_nametoindex("d0") + 1000);
	Lines lines = hints({ "fe80::77%" + unknown, "8000" }, ENODEV);
	ASSERT_EQ(lines.size(), 1U);
	EXPECT_THAT(lines[0], testing::StartsWith(unknown + " is no interface here; those with a"
	                                                    " link-local address: "));
	EXPECT_THAT(lines[0], HasSubstr("d0"));
}

TEST_F(Failure, AMappedAddressOnASocketForIPv6Alone)
{
	EXPECT_THAT(hints({ "::ffff:127.0.0.1", "8000" }, EINVAL), ElementsAre(
	    "a socket for IPv6 alone cannot have an IPv4-mapped address; without ::ffff: it is an"
	    " IPv4 one"));
}

TEST_F(Failure, AMulticastAddress)
{
	EXPECT_THAT(hints({ "ff02::1", "8000" }, EINVAL), ElementsAre(
	    "this is a multicast address, which connections cannot have"));
}

TEST_F(Failure, IPv6SwitchedOff)
{
	NetworkNamespace::set("net.ipv6.conf.lo.disable_ipv6", "1");

	Lines lines = hints({ "::1", "8000" }, EADDRNOTAVAIL);
	EXPECT_THAT(lines, testing::Contains("IPv6 addresses are switched off:"
	                                     " net.ipv6.conf.lo.disable_ipv6 is 1"));
	EXPECT_THAT(lines, testing::Contains("no interface has this address; there is"
	                                     " none of its family"));
}

TEST_F(Failure, ALowPortWithoutPrivilege)
{
	NetworkNamespace::set("net.ipv4.ip_unprivileged_port_start", "1024");
	EXPECT_THAT(hints({ "127.0.0.1", "1023" }, EACCES, tool_name, nobody),
	    ElementsAre(low_port_rule));
	EXPECT_THAT(hints({ "127.0.0.1", "1023" }, EACCES, "s6-tcpserver-socketbinder", nobody),
	    ElementsAre(low_port_rule));
}

/* The rule is the namespace's, not a constant. */
TEST_F(Failure, ALowPortIsLowWhereTheSettingSaysSo)
{
	NetworkNamespace::set("net.ipv4.ip_unprivileged_port_start", "3000");
	EXPECT_THAT(hints({ "127.0.0.1", "2999" }, EACCES, tool_name, nobody),
	    ElementsAre(HasSubstr("a port below 3000 ")));
}

TEST_F(Failure, AnExhaustedRangeIsNamedWithTheReservedPorts)
{
	NetworkNamespace::set("net.ipv4.ip_local_port_range", "40000 40002");
	NetworkNamespace::set("net.ipv4.ip_local_reserved_ports", "40001");
	Descriptor one = bind_to("127.0.0.1", 40000), other = bind_to("127.0.0.1", 40002);

	EXPECT_THAT(hints({ "127.0.0.1", "0" }, EADDRINUSE), ElementsAre(
	    "no port is free for this in the range for automatic choice, 40000-40002"
	    " (net.ipv4.ip_local_port_range) without 40001"
	    " (net.ipv4.ip_local_reserved_ports)"));
}

TEST_F(Failure, AnAddressInUseThatWasAskedForIsNoExhaustedRange)
{
	NetworkNamespace::set("net.ipv4.ip_local_port_range", "40000 40001");
	Descriptor one = bind_to("127.0.0.1", 40000), other = bind_to("127.0.0.1", 40001);

	for (const std::string &line : hints({ "127.0.0.1", "40000" }, EADDRINUSE))
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
	    "\ntcp-socket-listen: info: bind went well because both sockets set SO_REUSEADDR; Linux"
	    " tells only at listen that another one listens there already\n"));
}

TEST_F(Failure, ListenOnADatagramSocket)
{
	EXPECT_THAT(hints({ "-m", "127.0.0.1", "8000" }, EOPNOTSUPP, "s6-tcpserver-socketbinder"),
	    ElementsAre("a datagram socket has no connections to listen for; -b 0 leaves listen"
	                " out"));
}

/* Where standard error is closed, nothing goes to what takes its number. */
TEST_F(Failure, SaysNothingWhereStandardErrorIsClosed)
{
	Command command = tool(tool_name, { "192.0.2.4", "8000", "/bin/true" });
	command.closed = { 2 };
	Result result = run(command);

	EXPECT_EQ(result.status, 1);
	EXPECT_EQ(result.output, "");
	EXPECT_EQ(result.error, "");
}

namespace {

struct Mistyped {
	const char *host, *service;
	const char *hint; /* NULL: nothing is said */
};

std::ostream &
operator<<(std::ostream &stream, const Mistyped &row)
{
	return stream << row.host << " " << row.service;
}

class Mistake : public testing::TestWithParam<Mistyped> {};

const char ipv4_hint[] = "it looks like an IPv4 address mistyped: that is four numbers from 0 to"
                         " 255 with dots between them";
const char ipv6_hint[] = "it looks like an IPv6 address mistyped: that is eight groups of"
                         " hexadecimal digits with colons between them, or fewer and one ::";

const Mistyped mistakes[] = {
	{ "300.1.2.3", "80", ipv4_hint },
	{ "127.0.0.1.", "80", ipv4_hint },
	{ "2001:db8::1::2", "80", ipv6_hint },
	{ "2001:db8", "80x", "it looks like a port number mistyped: that is digits alone" },
	{ "::1", "80x", "it looks like a port number mistyped: that is digits alone" },
	{ "[::1]", "80", "an address stands without brackets here" },
	{ "127.0.0.1:80", "80",
	    "the host has a port behind a colon; the port is an argument of its own" },
	{ "local host", "80", "there is a space in the host" },
	{ "", "80", "the host is empty; for all addresses it is 0.0.0.0 or ::" },
};

} // namespace

/* With --numeric-host no name service is asked, so that the test asks none. */
TEST_P(Mistake, IsRecognised)
{
	const Mistyped &row = GetParam();
	Result result = run(tool(tool_name,
	    { "--numeric-host", row.host, row.service, "/bin/true" }));
	const std::string expected = std::string(tool_name) + ": info: " + row.hint;

	EXPECT_EQ(result.status, 1);
	EXPECT_EQ(result.error_line(result.error_lines() - 1), expected) << result;
}

INSTANTIATE_TEST_SUITE_P(Hosts, Mistake, testing::ValuesIn(mistakes));

TEST(Mistakes, AnHonestNameIsNotSuspected)
{
	Result result = run(tool(tool_name,
	    { "--numeric-host", "www.example", "80", "/bin/true" }));

	EXPECT_EQ(result.status, 1);
	EXPECT_EQ(result.error_lines(), 1U) << result;
}
