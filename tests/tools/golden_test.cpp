/* SPDX-License-Identifier: ISC */
/*
 * The golden table: what nosh 1.40 and s6-networking 2.8.0.1 do with a command
 * line, held against the personalities.  Where we differ on purpose the row
 * says so; the manual pages' COMPATIBILITY sections give the reasons.
 */
#include <cerrno>

#include <netdb.h>
#include <sys/stat.h>

#include "expectations.h"
#include "network.h"
#include "network_namespace.h"
#include "probe_report.h"
#include "refusal.h"
#include "setting.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

const char nosh[] = "tcp-socket-listen";
const char s6[] = "s6-tcpserver-socketbinder";

/* ---- what is refused ---- */

class Refuses : public testing::TestWithParam<Refusal> {};

TEST_P(Refuses, WithTheReferencesStatusAndFirstLine)
{
	expect_refusal(GetParam());
}

const Refusal nosh_refusals[] = {
	{ "NoOperands", nosh, {}, 1, "FATAL: Missing listen host name." },
	{ "OneOperand", nosh, { "127.0.0.1" }, 1, "FATAL: Missing listen port number." },
	{ "TwoOperands", nosh, { "127.0.0.1", "0" }, 1, "FATAL: Missing next program." },
	{ "NothingBehindDoubleDash", nosh, { "--" }, 1, "FATAL: Missing listen host name." },
	{ "UnknownLongOption", nosh, { "--bogus", "127.0.0.1", "0", "true" }, 1,
	    "FATAL: --bogus: unrecognized option" },
	{ "UnknownShortOptions", nosh, { "-zz", "127.0.0.1", "0", "true" }, 1,
	    "FATAL: -zz: unrecognized option(s)" },
	{ "UnknownShortOptionInACluster", nosh, { "-Hz", "127.0.0.1", "0", "true" }, 1,
	    "FATAL: -Hz: unrecognized option(s)" },
	{ "AbbreviatedLongOption", nosh, { "--back", "5", "127.0.0.1", "0", "true" }, 1,
	    "FATAL: --back: unrecognized option" },
	{ "ArgumentBehindEquals", nosh, { "--backlog=5", "127.0.0.1", "0", "true" }, 1,
	    "FATAL: --backlog=5: unrecognized option" },
	{ "LongBacklogAsLastWord", nosh, { "--backlog" }, 1,
	    "FATAL: backlog: missing option argument" },
	{ "ShortBacklogAsLastWord", nosh, { "-b" }, 1,
	    "FATAL: backlog: missing option argument" },
	{ "BacklogOfLetters", nosh, { "--backlog", "abc", "127.0.0.1", "0", "true" }, 1,
	    "FATAL: abc: not a number" },
	{ "BacklogWithJunk", nosh, { "-b5x", "127.0.0.1", "0", "true" }, 1,
	    "FATAL: 5x: not a number" },
	{ "BacklogWithADigitOfNoOctal", nosh, { "-b", "08", "127.0.0.1", "0", "true" }, 1,
	    "FATAL: 08: not a number" },
	{ "EmptyBacklog", nosh, { "-b", "", "127.0.0.1", "0", "true" }, 1,
	    "FATAL: : not a number" },
	/* We differ: nosh wraps it to 0. */
	{ "BacklogAboveUnsignedInt", nosh, { "-b", "4294967296", "127.0.0.1", "0", "true" }, 1,
	    "FATAL: 4294967296: not a number", 0, 0, Line::beginning },
	/* We differ in the next three, and take digits or a name, nothing else. */
	{ "EmptyPort", nosh, { "127.0.0.1", "", "true" }, 1, "FATAL: 127.0.0.1 : ", 0,
	    EAI_SERVICE, Line::whole, Info::certain },
	{ "PortWithSign", nosh, { "127.0.0.1", "+80", "true" }, 1, "FATAL: 127.0.0.1 +80: ", 0,
	    EAI_SERVICE, Line::whole, Info::certain },
	{ "PortBehindSpace", nosh, { "127.0.0.1", " 80", "true" }, 1, "FATAL: 127.0.0.1  80: ",
	    0, EAI_SERVICE, Line::whole, Info::certain },
	{ "PortWithJunk", nosh, { "127.0.0.1", "80x", "true" }, 1, "FATAL: 127.0.0.1 80x: ", 0,
	    EAI_SERVICE },
	{ "PortBeforeSpace", nosh, { "127.0.0.1", "80 ", "true" }, 1, "FATAL: 127.0.0.1 80 : ",
	    0, EAI_SERVICE },
	{ "NegativePort", nosh, { "127.0.0.1", "-1", "true" }, 1, "FATAL: 127.0.0.1 -1: ", 0,
	    EAI_SERVICE, Line::whole, Info::certain },
	/* We differ: nosh binds 0 and 4464. */
	{ "Port65536", nosh, { "127.0.0.1", "65536", "true" }, 1, "FATAL: 127.0.0.1 65536: ", 0,
	    EAI_SERVICE, Line::whole, Info::certain },
	{ "Port70000", nosh, { "127.0.0.1", "70000", "true" }, 1, "FATAL: 127.0.0.1 70000: ", 0,
	    EAI_SERVICE, Line::whole, Info::certain },
	{ "PortOfManyDigits", nosh, { "127.0.0.1", "99999999999999999999", "true" }, 1,
	    "FATAL: 127.0.0.1 99999999999999999999: ", 0, EAI_SERVICE, Line::whole, Info::certain },
	{ "UnknownService", nosh, { "127.0.0.1", "no-such-service", "true" }, 1,
	    "FATAL: 127.0.0.1 no-such-service: ", 0, EAI_SERVICE },
	{ "ServiceNameThoughNumericWanted", nosh,
	    { "--numeric-service", "127.0.0.1", "http", "true" }, 1, "FATAL: 127.0.0.1 http: ",
	    0, EAI_NONAME },
	{ "HostNameThoughNumericWanted", nosh, { "-H", "localhost", "0", "true" }, 1,
	    "FATAL: localhost 0: ", 0, EAI_NONAME },
	{ "LongHostNameThoughNumericWanted", nosh,
	    { "--numeric-host", "localhost", "0", "true" }, 1, "FATAL: localhost 0: ", 0,
	    EAI_NONAME },
	/* 192.0.2.0/24 is for documentation, RFC 5737: it is nobody's. */
	{ "AddressNotLocal", nosh, { "192.0.2.1", "0", "true" }, 1, "FATAL: ", EADDRNOTAVAIL, 0,
	    Line::whole, Info::certain },
	{ "MappedAddressNotCombined", nosh, { "::ffff:127.0.0.1", "0", "true" }, 1, "FATAL: ",
	    expectations().mapped_on_v6only, 0, Line::whole, Info::certain },
	{ "NextProgramMissing", nosh, { "127.0.0.1", "0", "/nonexistent/program" }, 1,
	    "FATAL: /nonexistent/program: ", ENOENT },
	{ "NextProgramNotOnPath", nosh, { "127.0.0.1", "0", "no-such-program-anywhere" }, 1,
	    "FATAL: no-such-program-anywhere: ", ENOENT },
	{ "NextProgramADirectory", nosh, { "127.0.0.1", "0", "/usr" }, 1, "FATAL: /usr: ",
	    EACCES },
	{ "NextProgramOfEmptyName", nosh, { "127.0.0.1", "0", "" }, 1, "FATAL: : ", ENOENT },
};

const Refusal s6_refusals[] = {
	{ "NoOperands", s6, {}, 100, "usage: ", 0, 0, Line::beginning },
	{ "OneOperand", s6, { "127.0.0.1" }, 100, "usage: ", 0, 0, Line::beginning },
	{ "TwoOperands", s6, { "127.0.0.1", "0" }, 100, "usage: ", 0, 0, Line::beginning },
	{ "UnknownLongOption", s6, { "--bogus", "127.0.0.1", "0", "true" }, 100,
	    "fatal: unrecognized boolean option: --bogus" },
	{ "UnknownShortOption", s6, { "-zz", "127.0.0.1", "0", "true" }, 100,
	    "fatal: unrecognized short option: z" },
	{ "Help", s6, { "--help" }, 100, "fatal: unrecognized boolean option: --help" },
	{ "AbbreviatedLongOption", s6, { "--reuse", "127.0.0.1", "0", "true" }, 100,
	    "fatal: unrecognized boolean option: --reuse" },
	{ "LongBacklogWithItsArgumentApart", s6, { "--backlog", "5", "127.0.0.1", "0", "true" },
	    100, "fatal: unrecognized boolean option: --backlog" },
	{ "LongBacklogAsLastWord", s6, { "--backlog" }, 100,
	    "fatal: unrecognized boolean option: --backlog" },
	{ "BacklogOfLetters", s6, { "-b", "abc", "127.0.0.1", "0", "true" }, 100,
	    "fatal: backlog must be an unsigned integer" },
	{ "NegativeBacklog", s6, { "-b", "-1", "127.0.0.1", "0", "true" }, 100,
	    "fatal: backlog must be an unsigned integer" },
	{ "BacklogWithSign", s6, { "-b+1", "127.0.0.1", "0", "true" }, 100,
	    "fatal: backlog must be an unsigned integer" },
	{ "HexadecimalBacklog", s6, { "-b0x10", "127.0.0.1", "0", "true" }, 100,
	    "fatal: backlog must be an unsigned integer" },
	{ "BacklogAboveUnsignedInt", s6, { "--backlog=4294967296", "127.0.0.1", "0", "true" },
	    100, "fatal: backlog must be an unsigned integer" },
	{ "EmptyBacklog", s6, { "--backlog=", "127.0.0.1", "0", "true" }, 100,
	    "fatal: backlog must be an unsigned integer" },
	{ "EmptyPort", s6, { "127.0.0.1", "", "true" }, 100, "usage: ", 0, 0, Line::beginning },
	{ "PortWithSign", s6, { "127.0.0.1", "+80", "true" }, 100, "usage: ", 0, 0,
	    Line::beginning },
	{ "PortBehindSpace", s6, { "127.0.0.1", " 80", "true" }, 100, "usage: ", 0, 0,
	    Line::beginning },
	{ "PortWithJunk", s6, { "127.0.0.1", "80x", "true" }, 100, "usage: ", 0, 0,
	    Line::beginning },
	{ "PortBeforeSpace", s6, { "127.0.0.1", "80 ", "true" }, 100, "usage: ", 0, 0,
	    Line::beginning },
	{ "HexadecimalPort", s6, { "127.0.0.1", "0x50", "true" }, 100, "usage: ", 0, 0,
	    Line::beginning },
	{ "Port65536", s6, { "127.0.0.1", "65536", "true" }, 100, "usage: ", 0, 0,
	    Line::beginning },
	{ "ServiceName", s6, { "127.0.0.1", "http", "true" }, 100, "usage: ", 0, 0,
	    Line::beginning },
	{ "HostName", s6, { "localhost", "0", "true" }, 100, "usage: ", 0, 0, Line::beginning },
	/* We differ: s6 overlooks the junk. */
	{ "AddressWithJunk", s6, { "127.0.0.1junk", "0", "true" }, 100, "usage: ", 0, 0,
	    Line::beginning },
	{ "AddressOfTwoNumbers", s6, { "127.1", "0", "true" }, 100, "usage: ", 0, 0,
	    Line::beginning },
	{ "BracketedAddress", s6, { "[::1]", "0", "true" }, 100, "usage: ", 0, 0,
	    Line::beginning },
	{ "AddressNotLocal", s6, { "192.0.2.1", "0", "true" }, 111,
	    "fatal: unable to bind to 192.0.2.1 port 0 : ", EADDRNOTAVAIL, 0, Line::whole, Info::certain },
	/* It is an IPv6 socket with V6ONLY, which takes no such address. */
	{ "MappedAddress", s6, { "::ffff:127.0.0.1", "0", "true" }, 111,
	    "fatal: unable to bind to ::ffff:127.0.0.1 port 0 : ",
	    expectations().mapped_on_v6only, 0, Line::whole, Info::certain },
	/* As its manual warns. */
	{ "UdpWithABacklog", s6, { "-m", "127.0.0.1", "0", "true" }, 111,
	    "fatal: unable to listen to 127.0.0.1 port 0 : ", EOPNOTSUPP, 0, Line::whole, Info::certain },
	{ "NextProgramMissing", s6, { "127.0.0.1", "0", "/nonexistent/program" }, 127,
	    "fatal: unable to exec /nonexistent/program: ", ENOENT },
	{ "NextProgramNotOnPath", s6, { "127.0.0.1", "0", "no-such-program-anywhere" }, 127,
	    "fatal: unable to exec no-such-program-anywhere: ", ENOENT },
	{ "NextProgramADirectory", s6, { "127.0.0.1", "0", "/usr" }, 126,
	    "fatal: unable to exec /usr: ", EACCES },
	{ "NextProgramOfEmptyName", s6, { "127.0.0.1", "0", "" }, 127,
	    "fatal: unable to exec : ", ENOENT },
};

INSTANTIATE_TEST_SUITE_P(TcpSocketListen, Refuses, testing::ValuesIn(nosh_refusals), refusal_name);
INSTANTIATE_TEST_SUITE_P(SocketBinder, Refuses, testing::ValuesIn(s6_refusals), refusal_name);

/* ---- what is refused of files ---- */

struct BadFile {
	const char *name;
	const char *content;
	unsigned mode;
	int error;
	int s6_status;
};

std::ostream &
operator<<(std::ostream &stream, const BadFile &row)
{
	return stream << row.name;
}

class RefusesFile : public testing::TestWithParam<BadFile> {
protected:
	void refuses(const char *tool_name, int status, const std::string &before);

	TemporaryDirectory directory;
};

void
RefusesFile::refuses(const char *tool_name, int status, const std::string &before)
{
	std::string next = directory.file("next", GetParam().content, GetParam().mode);
	Result result = run(tool(tool_name, { "127.0.0.1", "0", next, "argument" }));

	EXPECT_EQ(result.status, status) << result;
	EXPECT_EQ(result.error, tool_name + before + next + ": " + error_text(GetParam().error)
	    + "\n");
	EXPECT_EQ(result.output, "");
}

TEST_P(RefusesFile, TcpSocketListenExits1)
{
	refuses(nosh, 1, ": FATAL: ");
}

TEST_P(RefusesFile, SocketBinderExitsAsAShellWould)
{
	refuses(s6, GetParam().s6_status, ": fatal: unable to exec ");
}

std::string
bad_file_name(const testing::TestParamInfo<BadFile> &info)
{
	return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(NextProgram, RefusesFile, testing::Values(
    BadFile { "ScriptWithoutInterpreter", "echo a shell would run this\n", 0755, ENOEXEC, 126 },
    BadFile { "EmptyFile", "", 0755, ENOEXEC, 126 },
    BadFile { "InterpreterMissing", "#!/nonexistent/interpreter\n", 0755, ENOENT, 127 },
    BadFile { "NotExecutable", "#!/bin/sh\n", 0644, EACCES, 126 }),
    bad_file_name);

/* ---- what is accepted ---- */

const int maximum = -1; /* for a queue limit: the system's setting */

struct Acceptance {
	const char *name;
	const char *tool;
	std::vector<std::string> arguments; /* in front of the probe */
	nlohmann::json expected;            /* of the socket; fields as in probe.c */
};

std::ostream &
operator<<(std::ostream &stream, const Acceptance &row)
{
	return stream << row.tool << " " << row.name;
}

/* No address of this system: what a bind-any binds. */
bool
is_absent(const std::string &address)
{
	return address == "192.0.2.1" || address == "2001:db8::1";
}

/* For it no address stands in, not even in a jail. */
bool
is_dual_stack(const nlohmann::json &expected)
{
	return expected.at("address") == "::" && expected.value("v6only", 1) == 0;
}

void
expect_fields(const nlohmann::json &socket, const nlohmann::json &expected)
{
	for (const auto &field : expected.items()) {
		nlohmann::json value = field.value();
		if (field.key() == "queue_limit" && value == maximum)
			value = read_setting(expectations().backlog_limit);
		if (field.key() == "address" && !is_absent(value) && !is_dual_stack(expected))
			value = bound_address(value);
		if (field.key() == "bind_any" && !expectations().has_bind_any)
			continue;
		EXPECT_EQ(socket.at(field.key()), value) << field.key();
	}
}

class Accepts : public testing::TestWithParam<Acceptance> {};

TEST_P(Accepts, AndHandsOverTheSocket)
{
	const Acceptance &row = GetParam();
	bool is_nosh = row.tool == std::string(nosh);

	if (needs_ipv6(row.arguments) && !has_ipv6())
		SKIP_TEST("this system has no IPv6");
	if (row.arguments[0] == "--bind-to-any" && !may_bind_any())
		SKIP_TEST_EVEN_IN_CI("only root binds any address here, or nobody");
	ProbeReport report = probe_behind(tool(row.tool, row.arguments));

	EXPECT_EQ(report.descriptors(),
	    is_nosh ? std::vector<int>({ 0, 1, 2, 3 }) : std::vector<int>({ 0, 1, 2 }));
	ASSERT_EQ(report.sockets(), std::vector<int> { is_nosh ? 3 : 0 });
	expect_fields(report.descriptor(is_nosh ? 3 : 0), row.expected);
}

const Acceptance nosh_acceptances[] = {
	{ "Plain", nosh, { "127.0.0.1", "0" },
	    { { "family", "inet" }, { "type", "stream" }, { "address", "127.0.0.1" },
	        { "listening", 1 }, { "nonblocking", false }, { "close_on_exec", false },
	        { "reuse_address", 1 }, { "reuse_port", 0 }, { "bind_any", 0 },
	        { "keep_alive", 0 }, { "error", 0 },
	        { "queue_limit", 5 }, { "queue_length", 0 } } },
	{ "BacklogApart", nosh, { "--backlog", "7", "127.0.0.1", "0" }, { { "queue_limit", 7 } } },
	{ "ShortBacklogApart", nosh, { "-b", "7", "127.0.0.1", "0" }, { { "queue_limit", 7 } } },
	{ "ShortBacklogAttached", nosh, { "-b7", "127.0.0.1", "0" }, { { "queue_limit", 7 } } },
	{ "LastBacklogWins", nosh, { "-b7", "-b9", "127.0.0.1", "0" }, { { "queue_limit", 9 } } },
	{ "Cluster", nosh, { "-Hb7", "127.0.0.1", "0" }, { { "queue_limit", 7 } } },
	{ "OctalBacklog", nosh, { "-b", "010", "127.0.0.1", "0" }, { { "queue_limit", 8 } } },
	{ "HexadecimalBacklog", nosh, { "-b", "0x10", "127.0.0.1", "0" },
	    { { "queue_limit", 16 } } },
	{ "BacklogWithPlus", nosh, { "-b", "+7", "127.0.0.1", "0" }, { { "queue_limit", 7 } } },
	{ "NegativeBacklog", nosh, { "-b", "-1", "127.0.0.1", "0" },
	    { { "queue_limit", maximum } } },
	{ "BacklogAboveInt", nosh, { "-b", "2147483648", "127.0.0.1", "0" },
	    { { "queue_limit", maximum } } },
	{ "LargestBacklog", nosh, { "-b", "4294967295", "127.0.0.1", "0" },
	    { { "queue_limit", maximum } } },
	{ "BacklogAboveTheLimit", nosh, { "-b", "100000", "127.0.0.1", "0" },
	    { { "queue_limit", maximum } } },
	{ "BacklogZeroListens", nosh, { "-b", "0", "127.0.0.1", "0" },
	    { { "listening", 1 }, { "queue_limit", expectations().queue_limit_of_0 } } },
	{ "LoneDashSwallowed", nosh, { "-", "127.0.0.1", "0" }, { { "queue_limit", 5 } } },
	{ "DoubleDash", nosh, { "-b7", "--", "127.0.0.1", "0" }, { { "queue_limit", 7 } } },
	{ "NoReuseAddress", nosh, { "--no-reuse-address", "127.0.0.1", "0" },
	    { { "reuse_address", 0 } } },
	{ "ReusePort", nosh, { "--reuse-port", "127.0.0.1", "0" },
	    { { "reuse_port", 1 }, { "reuse_address", 1 } } },
	{ "BindToAny", nosh, { "--bind-to-any", "192.0.2.1", "0" },
	    { { "address", "192.0.2.1" }, { "bind_any", 1 } } },
	{ "BindToAnyIpv6", nosh, { "--bind-to-any", "2001:db8::1", "0" },
	    { { "address", "2001:db8::1" }, { "bind_any", 1 } } },
	{ "NumericService", nosh, { "--numeric-service", "127.0.0.1", "0" },
	    { { "listening", 1 } } },
	/* inet_aton(3)'s other forms, which getaddrinfo(3) takes. */
	{ "AddressOfTwoNumbers", nosh, { "127.1", "0" }, { { "address", "127.0.0.1" } } },
	{ "HexadecimalAddress", nosh, { "0x7f000001", "0" }, { { "address", "127.0.0.1" } } },
	{ "PortWithLeadingZeros", nosh, { "127.0.0.1", "00" }, { { "address", "127.0.0.1" } } },
	{ "Ipv6Wildcard", nosh, { "::", "0" },
	    { { "family", "inet6" }, { "address", "::" }, { "v6only", 1 } } },
	{ "Ipv6WildcardCombined", nosh, { "--combine4and6", "::", "0" },
	    { { "address", "::" }, { "v6only", 0 } } },
	{ "WildcardAsItsCallersWriteIt", nosh, { "--backlog", "2", "--combine4and6", "::0", "0" },
	    { { "address", "::" }, { "v6only", 0 }, { "queue_limit", 2 } } },
	{ "Ipv6LoopbackCombined", nosh, { "--combine4and6", "::1", "0" },
	    { { "address", "::1" }, { "v6only", int { expectations().specific_ipv6_is_v6only } } } },
	{ "Ipv4CombinedChangesNothing", nosh, { "--combine4and6", "127.0.0.1", "0" },
	    { { "family", "inet" }, { "address", "127.0.0.1" } } },
	{ "CheckInterfacesOfALoopbackAddress", nosh, { "--check-interfaces", "127.0.0.1", "0" },
	    { { "address", "127.0.0.1" } } },
};

const Acceptance s6_acceptances[] = {
	{ "Plain", s6, { "127.0.0.1", "0" },
	    { { "family", "inet" }, { "type", "stream" }, { "address", "127.0.0.1" },
	        { "listening", 1 }, { "nonblocking", true }, { "close_on_exec", false },
	        { "reuse_address", 1 }, { "reuse_port", 0 }, { "bind_any", 0 },
	        { "keep_alive", 0 }, { "error", 0 },
	        { "queue_limit", maximum }, { "queue_length", 0 } } },
	{ "LongBacklog", s6, { "--backlog=7", "127.0.0.1", "0" }, { { "queue_limit", 7 } } },
	{ "ShortBacklogApart", s6, { "-b", "7", "127.0.0.1", "0" }, { { "queue_limit", 7 } } },
	{ "ShortBacklogAttached", s6, { "-b7", "127.0.0.1", "0" }, { { "queue_limit", 7 } } },
	{ "Cluster", s6, { "-DBb7", "127.0.0.1", "0" },
	    { { "queue_limit", 7 }, { "reuse_address", 0 }, { "nonblocking", false } } },
	{ "BacklogIsNeverOctal", s6, { "-b", "010", "127.0.0.1", "0" }, { { "queue_limit", 10 } } },
	{ "BacklogAboveTheLimit", s6, { "-b", "100000", "127.0.0.1", "0" },
	    { { "queue_limit", maximum } } },
	{ "LargestBacklog", s6, { "-b", "4294967295", "127.0.0.1", "0" },
	    { { "queue_limit", maximum } } },
	{ "BacklogZeroDoesNotListen", s6, { "-b", "0", "127.0.0.1", "0" }, { { "listening", 0 } } },
	{ "BacklogBeforeDoubleDashHasNoValue", s6, { "-b", "--", "127.0.0.1", "0" },
	    { { "queue_limit", maximum } } },
	{ "DoubleDash", s6, { "-B", "--", "127.0.0.1", "0" }, { { "nonblocking", false } } },
	{ "Blocking", s6, { "-B", "127.0.0.1", "0" }, { { "nonblocking", false } } },
	{ "LongBlocking", s6, { "--block", "127.0.0.1", "0" }, { { "nonblocking", false } } },
	{ "NoReuseAddress", s6, { "-D", "127.0.0.1", "0" }, { { "reuse_address", 0 } } },
	{ "LongNoReuseAddress", s6, { "--no-reuse-address", "127.0.0.1", "0" },
	    { { "reuse_address", 0 } } },
	{ "LastOfAPairWins", s6, { "-D", "-d", "127.0.0.1", "0" }, { { "reuse_address", 1 } } },
	{ "LastOfAPairWinsInAnyForm", s6, { "--reuse-address", "-D", "127.0.0.1", "0" },
	    { { "reuse_address", 0 } } },
	{ "Tcp", s6, { "-m", "--tcp", "127.0.0.1", "0" }, { { "type", "stream" } } },
	{ "UdpWithoutListen", s6, { "-m", "-b0", "127.0.0.1", "0" },
	    { { "type", "dgram" }, { "listening", 0 }, { "nonblocking", true },
	        { "reuse_address", 1 }, { "address", "127.0.0.1" } } },
	{ "LongUdpWithoutListen", s6, { "--udp", "--backlog=0", "127.0.0.1", "0" },
	    { { "type", "dgram" }, { "listening", 0 } } },
	{ "Ipv6Wildcard", s6, { "::", "0" },
	    { { "family", "inet6" }, { "address", "::" }, { "v6only", 1 } } },
	{ "Ipv6Loopback", s6, { "::1", "0" }, { { "address", "::1" }, { "v6only", 1 } } },
};

std::string
acceptance_name(const testing::TestParamInfo<Acceptance> &info)
{
	return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(TcpSocketListen, Accepts, testing::ValuesIn(nosh_acceptances),
    acceptance_name);
INSTANTIATE_TEST_SUITE_P(SocketBinder, Accepts, testing::ValuesIn(s6_acceptances),
    acceptance_name);

/* ---- rows that need more than a command line ---- */

TEST(TcpSocketListen, PortInUseExits1AndTheSecondLineNamesIt)
{
	Descriptor holder = listen_on("127.0.0.1");
	std::string port = std::to_string(port_of(holder.get()));
	Result result = run(tool(nosh, { "127.0.0.1", port, "true" }));

	EXPECT_EQ(result.status, 1) << result;
	EXPECT_EQ(result.error_line(0), std::string(nosh) + ": FATAL: " + error_text(EADDRINUSE));
	EXPECT_EQ(result.error_line(1).rfind(std::string(nosh) + ": info: ", 0), 0u) << result;
	EXPECT_NE(result.error_line(1).find("127.0.0.1:" + port), std::string::npos) << result;
	EXPECT_NE(result.error_line(1).find("bind"), std::string::npos) << result;
}

TEST(SocketBinder, PortInUseNamesTheAddressAndExits111)
{
	Descriptor holder = listen_on("127.0.0.1");
	std::string port = std::to_string(port_of(holder.get()));
	Result result = run(tool(s6, { "127.0.0.1", port, "true" }));

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), std::string(s6) + ": fatal: unable to bind to 127.0.0.1 port "
	    + port + " : " + error_text(EADDRINUSE));
}

/* Bound with SO_REUSEADDR and not listening: the tool's bind succeeds next to it
 * and then its listen does too, but only with the option on. */
TEST(TcpSocketListen, BindsTheVeryPortThatWasAskedFor)
{
	int port;
	Descriptor reserved = reserve_port("127.0.0.1", &port);
	ProbeReport report = probe_behind(tool(nosh, { "127.0.0.1", std::to_string(port) }));

	EXPECT_EQ(report.descriptor(3).at("port"), port);
}

TEST(SocketBinder, BindsTheVeryPortThatWasAskedFor)
{
	int port;
	Descriptor reserved = reserve_port("127.0.0.1", &port);
	ProbeReport report = probe_behind(tool(s6, { "127.0.0.1", std::to_string(port) }));

	EXPECT_EQ(report.descriptor(0).at("port"), port);
}

TEST(TcpSocketListen, TakesTheFirstResultForLocalhost)
{
	ProbeReport report = probe_behind(tool(nosh, { "localhost", "0" }));

	EXPECT_EQ(report.descriptor(3).at("address"), bound_address(first_address("localhost")));
}

TEST(TcpSocketListen, TakesAServiceFromTheServicesFile)
{
	std::string why_not;
	auto network = NetworkNamespace::enter(&why_not);
	if (!network)
		SKIP_TEST_WITHOUT_NAMESPACE(why_not);
	if (!getservbyname("http", "tcp"))
		SKIP_TEST("http is not in the services file");
	network->set_up("lo");
	ProbeReport report = probe_behind(tool(nosh, { "127.0.0.1", "http" }));

	EXPECT_EQ(report.descriptor(3).at("port"), 80);
}

/* We differ: s6 drops the zone. */
TEST(SocketBinder, HonoursTheZoneOfAnAddress)
{
	std::string why_not;
	auto network = NetworkNamespace::enter(&why_not);
	if (!network)
		SKIP_TEST_WITHOUT_NAMESPACE(why_not);
	network->set_up("lo");
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");
	network->add_address("lo", "fe80::1/64");
	ProbeReport report = probe_behind(tool(s6, { "fe80::1%lo", "0" }));

	EXPECT_EQ(report.descriptor(0).at("address"), "fe80::1");
	EXPECT_EQ(report.descriptor(0).at("zone"), 1); /* lo is the first interface */
}

/* We differ: nosh, as AI_ADDRCONFIG has it, lets it pass. */
TEST(TcpSocketListen, CheckInterfacesRefusesAWildcardWhereThereIsOnlyLoopback)
{
	std::string why_not;
	auto network = NetworkNamespace::enter(&why_not);
	if (!network)
		SKIP_TEST_WITHOUT_NAMESPACE(why_not);
	network->set_up("lo");
	Result result = run(tool(nosh, { "--check-interfaces", "0.0.0.0", "0", "true" }));

	EXPECT_EQ(result.status, 1);
	EXPECT_EQ(result.error_line(0).rfind(std::string(nosh) + ": FATAL: 0.0.0.0 0: ", 0), 0u)
	    << result;
	EXPECT_NE(result.error_line(0).find("IPv4"), std::string::npos) << result;
}

TEST(TcpSocketListen, ChainedWithBothCompatibilityOptionsCountsUp)
{
	ProbeReport report = probe_behind(tool(nosh, { "--systemd-compatibility",
	    "--upstart-compatibility", "127.0.0.1", "0", nosh, "--systemd-compatibility",
	    "--upstart-compatibility", "127.0.0.1", "0" }));

	EXPECT_EQ(report.sockets(), (std::vector<int> { 3, 4 }));
	EXPECT_EQ(report.variable("LISTEN_FDS"), "2");
	EXPECT_EQ(report.variable("LISTEN_PID"), std::to_string(report.pid()));
	EXPECT_EQ(report.variable("UPSTART_EVENTS"), "socket");
	EXPECT_EQ(report.variable("UPSTART_FDS"), "4");
}

TEST(TcpSocketListen, SaysNothingInTheEnvironmentUnasked)
{
	Command command = tool(nosh, { "127.0.0.1", "0" });
	ProbeReport report = probe_behind(command);

	EXPECT_EQ(report.environment(), command.environment);
}

TEST(SocketBinder, LeavesTheEnvironmentAsItIs)
{
	Command command = tool(s6, { "127.0.0.1", "0" });
	command.set("LISTEN_FDS", "1").set("LISTEN_PID", "1").set("LISTEN_FDNAMES", "theirs");
	ProbeReport report = probe_behind(command);

	EXPECT_EQ(report.environment(), command.environment);
}

TEST(TcpSocketListen, HelpGoesToStandardOutputAndSucceeds)
{
	for (const char *option : { "-?", "--help", "--usage" }) {
		Result result = run(tool(nosh, { option }));
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(result.output.rfind("usage: tcp-socket-listen ", 0), 0u) << result;
		EXPECT_EQ(result.error, "") << option;
	}
}

} // namespace
