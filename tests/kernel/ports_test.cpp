/* SPDX-License-Identifier: ISC */
/* Ports: low ones, none left, and a hundred who want the same. */
#include <cerrno>
#include <chrono>
#include <memory>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "expectations.h"
#include "probe_listener.h"
#include "network.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

const char nosh[] = "tcp-socket-listen";
const char s6[] = "s6-tcpserver-socketbinder";

class Ports : public InNamespace {};

/* ---- low ports ---- */

class LowPorts : public InNamespace {
protected:
	void SetUp() override
	{
		InNamespace::SetUp();
		if (network && !can_change_user())
			SKIP_TEST("needs root, to become a user without privilege");
	}

	static void expect_denied(const std::string &port)
	{
		Result result = run_tool(nosh, { "127.0.0.1", port }, nobody);
		EXPECT_EQ(result.status, 1) << result;
		EXPECT_EQ(result.error_line(0), std::string(nosh) + ": FATAL: "
		        + error_text(EACCES));
		EXPECT_NE(result.error_line(1).find("bind TCP 127.0.0.1:" + port), std::string::npos)
		    << result;
	}

	static void expect_allowed(const std::string &port, std::optional<uid_t> user)
	{
		Result result = run_tool(nosh, { "127.0.0.1", port }, user);
		EXPECT_EQ(result.status, 0) << result;
	}
};

TEST_F(LowPorts, AreRootsUntilTheFirstUnprivilegedOne)
{
	NetworkNamespace::set("net.ipv4.ip_unprivileged_port_start", "1024");
	expect_denied("1");
	expect_denied("1023");
	expect_allowed("1024", nobody);
	expect_allowed("1023", std::nullopt);
}

TEST_F(LowPorts, BeginWhereTheAdministratorSays)
{
	NetworkNamespace::set("net.ipv4.ip_unprivileged_port_start", "80");
	expect_denied("79");
	expect_allowed("80", nobody);
	NetworkNamespace::set("net.ipv4.ip_unprivileged_port_start", "0");
	expect_allowed("1", nobody);
	NetworkNamespace::set("net.ipv4.ip_unprivileged_port_start", "3000");
	expect_denied("2999");
	expect_allowed("3000", nobody);
}

TEST_F(LowPorts, AreTheSameForTheSocketBinderAndForIpv6)
{
	NetworkNamespace::set("net.ipv4.ip_unprivileged_port_start", "1024");
	Result result = run_tool(s6, { "::1", "80" }, nobody);

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), std::string(s6)
	        + ": fatal: unable to bind to ::1 port 80 : " + error_text(EACCES));
}

TEST_F(LowPorts, WildcardIsNoExceptionUnlessTheSystemSaysSo)
{
	NetworkNamespace::set("net.ipv4.ip_unprivileged_port_start", "1024");
	Result result = run_tool(nosh, { "0.0.0.0", "80" }, nobody);

	EXPECT_EQ(result.status == 0, expectations().wildcard_may_be_low) << result;
}

/* ---- the range of ports that the kernel chooses from ---- */

TEST_F(Ports, ChosenOnesAreOfTheRange)
{
	NetworkNamespace::set("net.ipv4.ip_local_port_range", "50000 50003");
	for (const char *host : { "127.0.0.1", "::1" }) {
		ProbeListener listener(nosh, { host, "0" });
		EXPECT_GE(listener.port(), 50000);
		EXPECT_LE(listener.port(), 50003);
	}
}

TEST_F(Ports, ExhaustedRangeFailsInBind)
{
	NetworkNamespace::set("net.ipv4.ip_local_port_range", "50000 50001");
	for (const char *host : { "127.0.0.1", "::1" }) {
		ProbeListener first(nosh, { host, "0" }), second(nosh, { host, "0" });
		int expected = std::string(host) == "::1" ? expectations().exhausted_ipv6
		                                           : expectations().exhausted_ipv4;
		EXPECT_NE(first.port(), second.port());
		Result result = run_tool(nosh, { host, "0" });
		EXPECT_EQ(result.status, 1) << result;
		EXPECT_EQ(result.error_line(0), std::string(nosh) + ": FATAL: "
		        + error_text(expected));
		EXPECT_NE(result.error_line(1).find("bind TCP"), std::string::npos) << result;
	}
}

/* ---- a hundred at once ---- */

/* COMMAND behind a shell that waits at a gate, descriptor 9, until its last
 * writing end is closed. */
Command
behind_gate(const Command &command, int gate)
{
	Command waiting({ "/bin/sh", "-c", "read nothing <&9; exec 9<&-; exec \"$0\" \"$@\"" });

	waiting.argv.push_back(command.file);
	waiting.argv.insert(waiting.argv.end(), command.argv.begin() + 1, command.argv.end());
	waiting.environment = command.environment;
	waiting.descriptors[9] = gate;
	waiting.deadline = std::chrono::seconds(60);
	return waiting;
}

/* Starts COMMAND a hundred times, holds all until the last is there, and lets
 * them go.  Returns how many reported a socket; the others must have exited with
 * STATUS. */
int
winners_of_a_hundred(const Command &command, int status)
{
	constexpr int starts = 100;
	std::vector<std::unique_ptr<Process>> processes;
	int gate[2], winners = 0;

	if (pipe(gate) != 0 || fcntl(gate[0], F_SETFD, FD_CLOEXEC) != 0
	    || fcntl(gate[1], F_SETFD, FD_CLOEXEC) != 0)
		throw std::system_error(errno, std::generic_category(), "pipe");
	for (int i = 0; i < starts; i++)
		processes.push_back(std::make_unique<Process>(behind_gate(command, gate[0])));
	close(gate[0]);
	close(gate[1]);
	for (const auto &process : processes) {
		try {
			process->read_line();
			winners++;
		} catch (const std::exception &) {
			Result result = process->finish();
			EXPECT_EQ(result.status, status) << result;
		}
	}
	return winners;
}

Command
contender(const std::string &tool_name, std::vector<std::string> arguments)
{
	arguments.insert(arguments.end(), { probe_path(), "--wait" });
	return tool(tool_name, arguments);
}

TEST_F(Ports, OneOfAHundredStartsHasThePort)
{
	EXPECT_EQ(winners_of_a_hundred(contender(nosh, { "--no-reuse-address", "127.0.0.1",
	    "8080" }), 1), 1);
	EXPECT_EQ(winners_of_a_hundred(contender(s6, { "-D", "::1", "8080" }), 111), 1);
}

/*
 * With SO_REUSEADDR all may bind, and listen(2) decides.  On Linux a socket
 * enters LISTEN before it looks for others (inet_csk_listen_start), so two that
 * do so at the same moment both withdraw: never more than one, but perhaps none.
 */
TEST_F(Ports, NeverMoreThanOneOfAHundredStartsHasThePort)
{
	EXPECT_LE(winners_of_a_hundred(contender(nosh, { "127.0.0.1", "8080" }), 1), 1);
}

TEST_F(Ports, OneOfAHundredStartsHasThePath)
{
	TemporaryDirectory directory;

	EXPECT_EQ(winners_of_a_hundred(contender("local-stream-socket-listen",
	    { directory / "socket" }), 1), 1);
}

} // namespace
