/* SPDX-License-Identifier: ISC */
/*
 * The golden tables of tests/conformance/cases: what nosh 1.40 and s6-networking 2.8.0.1 do
 * with a command line, held against the personalities; and what needs more than a row.
 * Where we differ on purpose the row says so; the manual pages' COMPATIBILITY sections give
 * the reasons.
 */
#include <cerrno>

#include <netdb.h>
#include <sys/stat.h>

#include "expectations.h"
#include "golden.h"
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

INSTANTIATE_TEST_SUITE_P(TcpSocketListen, Refuses,
    testing::ValuesIn(golden_refusals("nosh-listen", { nosh })), refusal_name);
INSTANTIATE_TEST_SUITE_P(SocketBinder, Refuses,
    testing::ValuesIn(golden_refusals("s6-listen", { s6 })), refusal_name);

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
	EXPECT_EQ(result.error_line(0),
	    tool_name + before + next + ": " + error_text(GetParam().error));
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

/* What stands in the place of a number. */
nlohmann::json
number(const nlohmann::json &word)
{
	if (word == "{maximum}")
		return read_setting(expectations().backlog_limit);
	if (word == "{limit of 0}")
		return expectations().queue_limit_of_0;
	if (word == "{V6ONLY of ::1}")
		return int { expectations().specific_ipv6_is_v6only };
	return word;
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
		nlohmann::json value = number(field.value());
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
	const int passed = row.descriptor;

	if (needs_ipv6(row.arguments) && !has_ipv6())
		SKIP_TEST("this system has no IPv6");
	if (row.arguments[0] == "--bind-to-any" && !may_bind_any())
		SKIP_TEST_EVEN_IN_CI("only root binds any address here, or nobody");
	ProbeReport report = probe_behind(tool(row.tool, row.arguments));

	EXPECT_EQ(report.descriptors(),
	    passed == 3 ? std::vector<int>({ 0, 1, 2, 3 }) : std::vector<int>({ 0, 1, 2 }));
	ASSERT_EQ(report.sockets(), std::vector<int> { passed });
	expect_fields(report.descriptor(passed), row.expected);
}

std::string
acceptance_name(const testing::TestParamInfo<Acceptance> &info)
{
	return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(TcpSocketListen, Accepts,
    testing::ValuesIn(golden_acceptances("nosh-listen", { nosh })), acceptance_name);
INSTANTIATE_TEST_SUITE_P(UdpSocketListen, Accepts,
    testing::ValuesIn(golden_acceptances("nosh-listen", { "udp-socket-listen" })),
    acceptance_name);
INSTANTIATE_TEST_SUITE_P(SocketBinder, Accepts,
    testing::ValuesIn(golden_acceptances("s6-listen", { s6 })), acceptance_name);

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
