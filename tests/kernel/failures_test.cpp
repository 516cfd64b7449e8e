/* SPDX-License-Identifier: ISC */
/* Failures that every kernel produces, each in its way, and what is said of them. */
#include <cerrno>

#include <gmock/gmock.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expectations.h"
#include "probe_listener.h"
#include "setting.h"
#include "skip.h"
#include "tools.h"

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

const char tool_name[] = "tcp-socket-listen";
const char absent[] = "192.0.2.4"; /* RFC 5737 */

class Failure : public OnLoopback {};

TEST_F(Failure, AnAbsentAddressComesWithTheNearestAndBindAny)
{
	std::vector<std::string> hints = hints_of(tool_name, { absent, "0" }, EADDRNOTAVAIL);

	ASSERT_EQ(hints.size(), may_bind_any() ? 2U : 1U);
	EXPECT_THAT(hints[0], StartsWith("no interface has this address"));
	if (!may_bind_any())
		return;
	EXPECT_THAT(hints[1], StartsWith(expectations().bind_any_name));
	EXPECT_THAT(hints[1], HasSubstr("--bind-to-any"));
	Result bound = run_tool(tool_name, { "--bind-to-any", absent, "0" });
	EXPECT_EQ(bound.status, 0) << bound;
}

TEST_F(Failure, AMappedAddressOnASocketForIPv6Alone)
{
	EXPECT_THAT(hints_of(tool_name, { "::ffff:127.0.0.1", "0" },
	    expectations().mapped_on_v6only), Contains(HasSubstr("omit ::ffff:")));
}

TEST_F(Failure, AMulticastAddress)
{
	EXPECT_THAT(hints_of(tool_name, { "ff02::1", "0" }, expectations().multicast_on_tcp),
	    ElementsAre(HasSubstr("multicast")));
}

/* The rule is the system's, and where it can be changed its setting is named. */
TEST_F(Failure, ALowPortWithoutPrivilege)
{
	const char *setting = expectations().low_port_setting;
	std::optional<uid_t> user;

	if (setting && read_setting(setting) < IPPORT_RESERVED - 1)
		SKIP_TEST_EVEN_IN_CI(std::string("low ports are not kept here: ") + setting);
	if (geteuid() == 0) {
		if (!can_change_user())
			SKIP_TEST("needs root, to become a user without privilege");
		user = nobody;
	}
	for (const char *name : { tool_name, "s6-tcpserver-socketbinder" })
		EXPECT_THAT(hints_of(name, { "127.0.0.1", "1022" }, EACCES, user),
		    ElementsAre(HasSubstr(setting ? setting : "a port below 1024 ")));
}

TEST_F(Failure, ListenOnADatagramSocket)
{
	EXPECT_THAT(hints_of("s6-tcpserver-socketbinder", { "-m", "127.0.0.1", "0" }, EOPNOTSUPP),
	    ElementsAre(HasSubstr("-b 0 omits listen(2)")));
}

/* Where standard error is closed, nothing goes to what takes its number. */
TEST_F(Failure, SaysNothingWhereStandardErrorIsClosed)
{
	Command command = tool(tool_name, { absent, "0", probe_path() });
	command.closed = { 2 };
	Result result = run(command);

	EXPECT_EQ(result.status, 1);
	EXPECT_EQ(result.output, "");
	EXPECT_EQ(result.error, "");
}

/* ---- mistyped ---- */

struct Mistyped {
	const char *host, *service;
	const char *hint;
};

std::ostream &
operator<<(std::ostream &stream, const Mistyped &row)
{
	return stream << row.host << " " << row.service;
}

class Mistake : public testing::TestWithParam<Mistyped> {};

/* C libraries differ in what they take for nothing, and not all tell an unknown service
 * from an unknown host: what this one says decides whether it can be a mistake. */
bool
is_told(const Mistyped &row, bool of_service)
{
	addrinfo hints = {}, *results = nullptr;

	hints.ai_socktype = SOCK_STREAM;
	hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST;
	int said = getaddrinfo(row.host, row.service, &hints, &results);
	if (said == 0)
		freeaddrinfo(results);
	return said != 0 && (said == EAI_SERVICE || !of_service);
}

#define IPV4_HINT ": expected four numbers from 0 to 255, separated by dots"
#define IPV6_HINT ": expected eight groups of hexadecimal digits, separated by colons, or fewer" \
	" groups and one ::"
const char port_hint[] = "invalid port number 80x: expected only digits";

const Mistyped mistakes[] = {
	{ "300.1.2.3", "80", "invalid IPv4 address 300.1.2.3" IPV4_HINT },
	{ "127.0.0.1.", "80", "invalid IPv4 address 127.0.0.1." IPV4_HINT },
	{ "2001:db8::1::2", "80", "invalid IPv6 address 2001:db8::1::2" IPV6_HINT },
	{ "2001:db8", "80x", port_hint },
	{ "::1", "80x", port_hint },
	{ "[::1]", "80", "omit the brackets around the address" },
	{ "127.0.0.1:80", "80", "the host contains a port number after a colon: 127.0.0.1:80" },
	{ "local host", "80", "the host contains a space: local host" },
	{ "local\thost", "80", "the host contains a tab: local\\011host" },
	{ "localhost\n", "80", "the host contains a line break: localhost\\012" },
	{ "", "80", "the host is empty; use 0.0.0.0 or :: to bind all addresses" },
};

/* With --numeric-host no name service is asked, so that the test asks none. */
TEST_P(Mistake, IsRecognised)
{
	const Mistyped &row = GetParam();

	if (!is_told(row, row.hint == port_hint))
		SKIP_TEST_EVEN_IN_CI("the C library here does not tell this mistake");
	Result result = run_tool(tool_name, { "--numeric-host", row.host, row.service });
	const std::string expected = std::string(tool_name) + ": info: " + row.hint;

	EXPECT_EQ(result.status, 1);
	EXPECT_EQ(result.error_line(result.error_lines() - 1), expected) << result;
}

INSTANTIATE_TEST_SUITE_P(Hosts, Mistake, testing::ValuesIn(mistakes));

TEST(Mistakes, AnHonestNameIsNotSuspected)
{
	Result result = run_tool(tool_name, { "--numeric-host", "www.example", "80" });

	EXPECT_EQ(result.status, 1);
	EXPECT_EQ(result.error_lines(), 1U) << result;
}

} // namespace
