/* SPDX-License-Identifier: ISC */
/* bindchain adapt: sockets given in one convention, given on in another. */
#include <cerrno>
#include <map>

#include <fcntl.h>
#include <unistd.h>

#include "network.h"
#include "probe_report.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

/* The sockets that COUNT listeners open under LISTEN_FDS, behind which adapt stands. */
Words
systemd_then_adapt(int count, const Words &adapt)
{
	Words words = { "bindchain", "listen" };
	for (int i = 0; i < count; i++)
		words.push_back("--tcp=127.0.0.1:0,name=n" + std::to_string(i));
	words.insert(words.end(), { "bindchain", "adapt" });
	words.insert(words.end(), adapt.begin(), adapt.end());
	return words;
}

Command
command_of(const Words &words)
{
	return tool(words[0], Words(words.begin() + 1, words.end()));
}

TEST(Adapt, FromSystemdToStandardInput)
{
	ProbeReport found = probe_behind(command_of(systemd_then_adapt(1, { "--as=stdin" })));

	EXPECT_EQ(found.sockets(), std::vector<int> { 0 });
	for (const char *name : { "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES" })
		EXPECT_FALSE(found.variable(name)) << name;
}

TEST(Adapt, FromSystemdToSystemdKeepsOrderAndNames)
{
	ProbeReport found = probe_behind(command_of(systemd_then_adapt(3, {})));

	EXPECT_EQ(found.sockets(), (std::vector<int> { 3, 4, 5 }));
	EXPECT_EQ(found.variable("LISTEN_FDS"), "3");
	EXPECT_EQ(found.variable("LISTEN_FDNAMES"), "n0:n1:n2");
}

/* Targets overlap sources, upwards and downwards. */
TEST(Adapt, NoOrderOfMovesLosesASocket)
{
	for (int first : { 4, 2, 3, 20 }) {
		Words adapt = { "--as=fd:" + std::to_string(first), "--replace-fds" };
		Command command = command_of(systemd_then_adapt(3, adapt));
		if (first == 2)
			command.closed = { 2 };
		ProbeReport found = probe_behind(command);
		EXPECT_EQ(found.sockets(), (std::vector<int> { first, first + 1, first + 2 }));
	}
}

TEST(Adapt, FromStandardInputToSystemd)
{
	ProbeReport found = probe_behind(tool("s6-tcpserver-socketbinder",
	    { "127.0.0.1", "0", "bindchain", "adapt", "--from=stdin" }));

	EXPECT_EQ(found.sockets(), std::vector<int> { 3 });
	EXPECT_EQ(found.variable("LISTEN_FDS"), "1");
	EXPECT_EQ(found.variable("LISTEN_PID"), std::to_string(found.pid()));
	/* What is closed would be taken by the first file the program opens. */
	EXPECT_EQ(found.descriptors(), (std::vector<int> { 0, 1, 2, 3 }));
}

TEST(Adapt, FromUpstartRemovesItsVariables)
{
	ProbeReport found = probe_behind(tool("tcp-socket-listen", { "--upstart-compatibility",
	    "127.0.0.1", "0", "bindchain", "adapt", "--from=upstart", "--as=stdin" }));

	EXPECT_EQ(found.sockets(), std::vector<int> { 0 });
	EXPECT_FALSE(found.variable("UPSTART_FDS"));
	EXPECT_FALSE(found.variable("UPSTART_EVENTS"));
}

TEST(Adapt, SocketsForAnotherProcessAreTakenOnlyOnDemand)
{
	Words wrapped = { "--tcp=127.0.0.1:0,name=web", "sh", "-c", "bindchain adapt \"$@\"; exit $?",
	    "sh" };
	Command command = tool("bindchain", { "listen" });
	command.argv.insert(command.argv.end(), wrapped.begin(), wrapped.end());
	Command refused = command, adopted = command;
	refused.argv.push_back("true");
	Result result = run(refused);
	EXPECT_EQ(result.status, 100) << result;
	EXPECT_EQ(result.error_line(0), "bindchain adapt: fatal: LISTEN_FDS is for another process"
	    " (LISTEN_PID=" + std::to_string(result.pid) + "); --any-pid ignores LISTEN_PID");

	adopted.argv.push_back("--any-pid");
	ProbeReport found = probe_behind(adopted);
	EXPECT_EQ(found.sockets(), std::vector<int> { 3 });
	EXPECT_EQ(found.variable("LISTEN_PID"), std::to_string(found.pid()));
	EXPECT_EQ(found.variable("LISTEN_FDNAMES"), "web");
}

TEST(Adapt, BacklogListensAgainAndReportsBothLimits)
{
	Result result = run(tool("tcp-socket-listen", { "--systemd-compatibility", "127.0.0.1", "0",
	    "bindchain", "adapt", "--backlog=9", "bindchain", "inspect", "--json" }));
	ASSERT_EQ(result.status, 0) << result;
	nlohmann::json socket = nlohmann::json::parse(result.output).at("sockets").at(0);

	EXPECT_EQ(socket.at("queue_limit"), 9);
	EXPECT_EQ(result.error_line(0), "bindchain adapt: info: descriptor 3, " + loopback() + ":"
	    + std::to_string(socket.at("port").get<int>()) + ": queue limit 5 before, 9 after");
}

TEST(Adapt, RefusesABacklogThatIsNoNumber)
{
	Result result = run(tool("tcp-socket-listen", { "--systemd-compatibility", "127.0.0.1", "0",
	    "bindchain", "adapt", "--backlog=9x", "true" }));

	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error_line(0),
	    "bindchain adapt: fatal: --backlog=9x: not a backlog (0 to 2147483647 or max)");
}

TEST(Adapt, RefusesAListOfClosedDescriptors)
{
	Command command = tool("bindchain", { "adapt", "--any-pid", "true" });
	command.set("LISTEN_FDS", "2");
	Result result = run(command);

	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error_line(0),
	    "bindchain adapt: fatal: LISTEN_FDS=2: descriptor 3 is not open");
}

/* listen(2): EOPNOTSUPP for a socket of a type that accepts no connections. */
TEST(Adapt, BacklogIsForSocketsWithAnAcceptQueue)
{
	Words mixed = { "listen", "--tcp=127.0.0.1:0,backlog=5", "--udp=127.0.0.1:0", "bindchain",
		"adapt", "--backlog=9", "true" };
	Result result = run(tool("bindchain", mixed));
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_NE(result.error_line(0).find("queue limit 5 before, 9 after"), std::string::npos);
	EXPECT_NE(result.error_line(1).find(": no accept queue, because it is a datagram socket"),
	    std::string::npos) << result;

	mixed.erase(mixed.begin() + 1);
	result = run(tool("bindchain", mixed));
	EXPECT_EQ(result.status, 100) << result;
	EXPECT_EQ(result.error,
	    "bindchain adapt: fatal: --backlog=9: datagram sockets have no accept queue\n");
}

/* The queue belongs to everybody who has the socket. */
TEST(Adapt, ChangesNoQueueBeforeItIsRefused)
{
	Descriptor listener = listen_on("127.0.0.1"), file(open("/dev/null", O_RDONLY));
	Command command = tool("bindchain", { "adapt", "--from=stdin", "--backlog=9", "--as=fd:7",
	    "true" });

	command.descriptors[0] = listener.get();
	command.descriptors[7] = file.get();
	EXPECT_EQ(run(command).error,
	    "bindchain adapt: fatal: descriptor 7 is already open; --replace-fds closes it\n");
}

/* systemd.socket(5): Backlog= is 4294967295 unless set. */
TEST(Adapt, SystemdsDefaultBacklogIsTheMaximum)
{
	auto queue_limit = [](const std::string &backlog) {
		Result result = run(tool("bindchain", { "listen", "--tcp=127.0.0.1:0,backlog=5",
		    "bindchain", "adapt", "--backlog=" + backlog, "bindchain", "inspect", "--json" }));
		EXPECT_EQ(result.status, 0) << result;
		return nlohmann::json::parse(result.output).at("sockets").at(0).at("queue_limit");
	};

	EXPECT_GT(queue_limit("4294967295").get<int>(), 5);
	EXPECT_EQ(queue_limit("4294967295"), queue_limit("max"));
	EXPECT_EQ(run(tool("bindchain", { "listen", "--tcp=127.0.0.1:0", "bindchain", "adapt",
	    "--backlog=4294967296", "/bin/true" })).status, 100);
}

struct Mistake {
	const char *name;
	Words arguments;
	int status;
	std::string message;
};

class AdaptRefuses : public testing::TestWithParam<Mistake> {};

TEST_P(AdaptRefuses, WithTheWordAtFault)
{
	Words arguments = GetParam().arguments;
	arguments.insert(arguments.begin(), "adapt");
	Result result = run(tool("bindchain", arguments));

	EXPECT_EQ(result.status, GetParam().status) << result;
	EXPECT_EQ(result.error_line(0), "bindchain adapt: fatal: " + GetParam().message);
}

const Mistake mistakes[] = {
	{ "NoSockets", { "true" }, 100, "no inherited sockets: LISTEN_FDS is not set" },
	{ "NoNext", {}, 100, "no next program" },
	{ "FromWhat", { "--from=inetd", "true" }, 100,
	    "--from=inetd: not systemd, stdin, upstart, launchd:NAME, pid:N, nginx,"
	    " php-fpm, server-starter, mojolicious, unicorn, gunicorn, puma or einhorn" },
	{ "NoProcess", { "--from=pid:0", "true" }, 100,
	    "--from=pid:N: N is a process ID, 1 to 2147483647" },
	{ "NoProcessEither", { "--from=pid:1x", "true" }, 100,
	    "--from=pid:N: N is a process ID, 1 to 2147483647" },
	{ "NoNginx", { "--from=nginx", "true" }, 100, "no inherited sockets: NGINX is not set" },
	{ "NoPuma", { "--from=puma", "true" }, 100,
	    "no inherited sockets: PUMA_INHERIT_0 is not set" },
	{ "NoUpstart", { "--from=upstart", "true" }, 100,
	    "no inherited sockets: UPSTART_FDS is not set" },
	{ "StandardInputIsNoSocket", { "--from=stdin", "true" }, 100,
	    "standard input is not a socket" },
};

std::string
mistake_name(const testing::TestParamInfo<Mistake> &tested)
{
	return tested.param.name;
}
INSTANTIATE_TEST_SUITE_P(Mistakes, AdaptRefuses, testing::ValuesIn(mistakes), mistake_name);

/* From a variable, which names what is not there, or names it badly. */
TEST(Adapt, RefusesVariablesOfOtherConventions)
{
	const struct {
		const char *from, *name, *value, *reason;
	} rows[] = {
		{ "nginx", "NGINX", "9;", "descriptor 9 is not open" },
		{ "nginx", "NGINX", "0;0;", "a descriptor appears twice" },
		{ "nginx", "NGINX", "0", "malformed" },
		{ "nginx", "NGINX", "", "malformed" },
		{ "nginx", "NGINX", "-1;", "malformed" },
		{ "nginx", "NGINX", "4294967299;", "malformed" },
		{ "unicorn", "UNICORN_FD", "0,x", "malformed" },
		{ "unicorn", "UNICORN_FD", " 0", "malformed" },
		{ "php-fpm", "FPM_SOCKETS", "127.0.0.1:80", "malformed" },
		{ "php-fpm", "FPM_SOCKETS", "127.0.0.1:80=99999999999999999999", "malformed" },
		{ "mojolicious", "MOJO_REUSE", "0", "malformed" },
		{ "puma", "PUMA_INHERIT_0", "0", "malformed" },
		{ "einhorn", "EINHORN_FD_0", "", "malformed" },
	};

	for (const auto &row : rows) {
		Command command = tool("bindchain", { "adapt", std::string("--from=") + row.from,
		    "true" });
		Result result = run(command.set(row.name, row.value));
		EXPECT_EQ(result.status, 100) << row.value << ' ' << result;
		EXPECT_EQ(result.error, std::string("bindchain adapt: fatal: ") + row.name + "="
		    + row.value + ": " + row.reason + "\n");
	}
	EXPECT_EQ(run(tool("bindchain", { "adapt", "--from=nginx", "true" }).set("NGINX", "0;"))
	    .error, "bindchain adapt: fatal: descriptor 0 is not a socket\n");
}

TEST(Adapt, RefusesAClosedDescriptorOfEachConvention)
{
	Command closed = tool("bindchain", { "adapt", "--from=stdin", "true" });

	closed.closed = { 0 };
	EXPECT_EQ(run(closed).error, "bindchain adapt: fatal: standard input is not open\n");
	for (const auto &[value, sentence] : { std::pair("77", ": descriptor 77 is not open\n"),
	         std::pair("x", ": not a descriptor (0 to 2147483647)\n"),
	         std::pair("99999999999", ": not a descriptor (0 to 2147483647)\n") }) {
		Result result = run(tool("bindchain", { "adapt", "--from=upstart", "true" })
		    .set("UPSTART_FDS", value));
		EXPECT_EQ(result.status, 100);
		EXPECT_EQ(result.error, std::string("bindchain adapt: fatal: UPSTART_FDS=") + value
		    + sentence);
	}
}

/* Nothing is taken as far as it goes: what is after a gap, or beyond a count, would be lost. */
TEST(Adapt, RefusesVariablesThatDoNotAgree)
{
	const struct {
		const char *from;
		std::map<std::string, std::string> variables;
		const char *at_fault; /* a variable; nullptr: they agree */
	} rows[] = {
		{ "einhorn", { { "EINHORN_FD_0", "3" }, { "EINHORN_FD_COUNT", "1" } }, nullptr },
		{ "einhorn", { { "EINHORN_FD_0", "3" } }, nullptr },
		{ "einhorn", { { "EINHORN_FDS", "3" } }, nullptr },
		/* Of baseplate's library: not an index. */
		{ "einhorn", { { "EINHORN_FD_0", "3" }, { "EINHORN_FD_FAMILY_0", "AF_UNIX" } }, nullptr },
		{ "einhorn", { { "EINHORN_FD_0", "3" }, { "EINHORN_FD_COUNT", "2" } },
		    "EINHORN_FD_COUNT" },
		{ "einhorn", { { "EINHORN_FD_0", "3" }, { "EINHORN_FD_COUNT", "x" } },
		    "EINHORN_FD_COUNT" },
		{ "einhorn", { { "EINHORN_FD_0", "3" }, { "EINHORN_FD_1", "4" },
		    { "EINHORN_FD_COUNT", "1" } }, "EINHORN_FD_COUNT" },
		{ "einhorn", { { "EINHORN_FDS", "3" }, { "EINHORN_FD_COUNT", "2" } },
		    "EINHORN_FD_COUNT" },
		{ "einhorn", { { "EINHORN_FD_COUNT", "1" } }, "EINHORN_FD_COUNT" },
		{ "einhorn", { { "EINHORN_FDS", "3 4" }, { "EINHORN_FD_0", "4" },
		    { "EINHORN_FD_1", "3" } }, "EINHORN_FD_1" },
		{ "einhorn", { { "EINHORN_FDS", "3" }, { "EINHORN_FD_2", "4" } }, "EINHORN_FD_2" },
		{ "puma", { { "PUMA_INHERIT_0", "3:tcp://a" }, { "PUMA_INHERIT_2", "4:tcp://b" } },
		    "PUMA_INHERIT_2" },
		{ "puma", { { "PUMA_INHERIT_0", "3:tcp://a" }, { "PUMA_INHERIT_01", "4:tcp://b" } },
		    "PUMA_INHERIT_01" },
		{ "puma", { { "PUMA_INHERIT_1", "3:tcp://a" } }, "PUMA_INHERIT_1" },
	};
	Descriptor first = listen_on("127.0.0.1"), second = listen_on("127.0.0.1");

	for (const auto &row : rows) {
		Command command = tool("bindchain", { "adapt", std::string("--from=") + row.from,
		    "true" });
		command.descriptors[3] = first.get();
		command.descriptors[4] = second.get();
		for (const auto &[name, value] : row.variables)
			command.set(name, value);
		if (!row.at_fault)
			command.argv.insert(command.argv.begin() + 2, "--replace-fds");
		Result result = run(command);
		EXPECT_EQ(result.status, row.at_fault ? 100 : 0) << result;
		EXPECT_EQ(result.error, !row.at_fault ? "" : std::string("bindchain adapt: fatal: ")
		    + row.at_fault + "=" + row.variables.at(row.at_fault)
		    + ": does not agree with the other variables\n");
	}
}

/* As bindchain listen refuses it. */
TEST(Adapt, RefusesAnAddressThatAVariableCannotTell)
{
	TemporaryDirectory directory;
	Command command = tool("bindchain", { "adapt", "--any-pid", "--as=php-fpm", "true" });
	Descriptor socket = bind_path(directory / "a,b", SOCK_STREAM, 1);

	command.descriptors[3] = socket.get();
	Result result = run(command.set("LISTEN_FDS", "1"));
	EXPECT_EQ(result.status, 100) << result;
	EXPECT_EQ(result.error, "bindchain adapt: fatal: FPM_SOCKETS: cannot represent a path with"
	    " \",\": " + (directory / "a,b") + "\n");
}

/* What one writes another reads: two sockets, a path among them, each time. */
TEST(Adapt, EachConventionIsReadAsItIsWritten)
{
	TemporaryDirectory directory;
	Words words = { "listen", "--tcp=127.0.0.1:0", "--unix=" + directory.path() + "/s=1:2" };
	std::string from = "systemd";

	for (const char *as : { "nginx", "php-fpm", "server-starter", "mojolicious", "unicorn",
	         "gunicorn", "puma", "einhorn", "systemd" }) {
		words.insert(words.end(), { "bindchain", "adapt", "--from=" + from,
		    std::string("--as=") + as });
		from = as;
	}
	ProbeReport found = probe_behind(tool("bindchain", words));

	EXPECT_EQ(found.sockets(), (std::vector<int> { 3, 4 }));
	EXPECT_EQ(found.variable("LISTEN_FDS"), "2");
	for (const char *name : { "NGINX", "FPM_SOCKETS", "SERVER_STARTER_PORT", "MOJO_REUSE",
	         "UNICORN_FD", "GUNICORN_FD", "GUNICORN_PID", "PUMA_INHERIT_0", "PUMA_INHERIT_1",
	         "EINHORN_FD_0", "EINHORN_FD_1", "EINHORN_FDS", "EINHORN_FD_COUNT" })
		EXPECT_FALSE(found.variable(name)) << name;
}

TEST(Adapt, ADescriptorInTheWayIsNamedUnlessItMayGo)
{
	Descriptor file(open("/dev/null", O_RDONLY));
	Command command = tool("s6-tcpserver-socketbinder", { "127.0.0.1", "0", "bindchain", "adapt",
	    "--from=stdin", "true" });
	command.descriptors[3] = file.get();
	Result result = run(command);
	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error_line(0), "bindchain adapt: fatal: descriptor 3 is already open;"
	    " --replace-fds closes it");

	command = tool("s6-tcpserver-socketbinder", { "127.0.0.1", "0", "bindchain", "adapt",
	    "--from=stdin", "--replace-fds" });
	command.descriptors[3] = file.get();
	EXPECT_EQ(probe_behind(command).sockets(), std::vector<int> { 3 });
}

TEST(Adapt, LaunchdIsMacOSs)
{
	Result result = run(tool("bindchain", { "adapt", "--from=launchd:web", "true" }));
	/* As no job of launchd's on macOS, and as there is none elsewhere. */
	EXPECT_NE(result.status, 0);
	EXPECT_NE(result.error_line(0).find("launch"), std::string::npos) << result;
}

} // namespace
