/* SPDX-License-Identifier: ISC */
/*
 * The accept side: the golden tables of tests/conformance/cases, which have what nosh 1.40,
 * s6 2.15 and s6-networking 2.8 do, held against the personalities; and more of what handlers,
 * logs and signals are like.
 */
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expectations.h"
#include "full_pipe.h"
#include "golden.h"
#include "network.h"
#include "probe_report.h"
#include "refusal.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

const char nosh[] = "tcp-socket-accept";
const char nosh_local[] = "local-stream-socket-accept";
const char tcpserverd[] = "s6-tcpserverd";
const char ipcserverd[] = "s6-ipcserverd";

/* ---- what is refused ---- */

class AcceptRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(AcceptRefuses, WithTheReferencesStatusAndFirstLine)
{
	expect_refusal(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Nosh, AcceptRefuses, testing::ValuesIn(golden_refusals("nosh-accept",
    { nosh, nosh_local, "local-seqpacket-socket-accept" })), tool_and_name<Refusal>);
INSTANTIATE_TEST_SUITE_P(S6, AcceptRefuses, testing::ValuesIn(golden_refusals("s6-accept",
    { tcpserverd, ipcserverd, "s6-tcpserver", "s6-ipcserver" })), tool_and_name<Refusal>);

/* ---- sockets that cannot be served ---- */

Command
server(const char *name, Words arguments, int listener)
{
	Command command = tool(name, arguments);

	command.descriptors[std::string(name).rfind("s6-", 0) == 0 ? 0 : 3] = listener;
	return command;
}

TEST(Accept, RefusesASocketThatDoesNotListen)
{
	Descriptor bound = bind_to("127.0.0.1");

	EXPECT_EQ(run(server(nosh, { "true" }, bound.get())).error,
	    "tcp-socket-accept: FATAL: descriptor 3: not a listening socket\n");
	Result result = run(server(tcpserverd, { "true" }, bound.get()));
	EXPECT_EQ(result.status, 111);
	EXPECT_EQ(result.error_line(0), "s6-tcpserverd: fatal: trouble with socket");
}

TEST(Accept, RefusesADatagramSocket)
{
	Descriptor bound = bind_to("127.0.0.1", 0, true);

	EXPECT_EQ(run(server(nosh, { "true" }, bound.get())).error,
	    "tcp-socket-accept: FATAL: descriptor 3: not a TCP socket\n");
	Result result = run(server(tcpserverd, { "true" }, bound.get()));
	EXPECT_EQ(result.status, 111);
	EXPECT_EQ(result.error_line(0), "s6-tcpserverd: fatal: trouble with socket");
}

TEST(Accept, RefusesAnotherFamily)
{
	TemporaryDirectory directory;
	Descriptor local = bind_path(directory / "socket", SOCK_STREAM, 5);
	Descriptor tcp = listen_on("127.0.0.1");

	EXPECT_EQ(run(server(nosh, { "true" }, local.get())).error,
	    "tcp-socket-accept: FATAL: descriptor 3: not a TCP socket\n");
	EXPECT_EQ(run(server(nosh_local, { "true" }, tcp.get())).error,
	    "local-stream-socket-accept: FATAL: descriptor 3:"
	    " not a Unix socket for connections\n");
	Result result = run(server(tcpserverd, { "true" }, local.get()));
	EXPECT_EQ(result.status, 111);
	EXPECT_EQ(result.error, "s6-tcpserverd: fatal: unable to get local socket information: "
	    + error_text(EAFNOSUPPORT) + "\n");
	EXPECT_EQ(run(server(ipcserverd, { "true" }, tcp.get())).status, 111);
}

TEST(Accept, ListOfClosedDescriptorsNamesTheFirst)
{
	Descriptor listener = listen_on("127.0.0.1");
	Command command = server(nosh, { "true" }, listener.get());
	command.set("LISTEN_FDS", "2");

	EXPECT_EQ(run(command).error,
	    "tcp-socket-accept: FATAL: descriptor 4: " + error_text(EBADF) + "\n");
}

/* ---- handlers ---- */

/* What the handler of one connection wrote. */
std::string
answer(int listener)
{
	return read_all(connect_to("127.0.0.1", port_of(listener)).get());
}

/* Connected; blocking. */
Descriptor
connect_local(const std::string &path)
{
	Descriptor connection;

	EXPECT_EQ(connect_path(path, &connection), 0);
	EXPECT_EQ(fcntl(connection.get(), F_SETFL, 0), 0);
	return connection;
}

std::string
answer_of(const std::string &path)
{
	return read_all(connect_local(path).get());
}

Result
end(Process &process)
{
	process.kill(SIGTERM);
	return process.finish();
}

/* Of 0 and 1, the connection; and nothing else. */
void
expect_connection(const ProbeReport &found)
{
	EXPECT_EQ(found.sockets(), (std::vector<int> { 0, 1 }));
	EXPECT_EQ(found.descriptors(), (std::vector<int> { 0, 1, 2 }));
	EXPECT_EQ(found.descriptor(0)["nonblocking"], false);
}

TEST(Accept, NoshTellsOfTheConnection)
{
	Descriptor listener = listen_on("0.0.0.0");
	Command command = server(nosh, { "-l", "here", probe_path() }, listener.get());
	for (const char *stale : { "TCPREMOTEHOST=x", "TCPLOCALINFO=x", "TCPREMOTEINFO=x",
	         "LISTEN_FDNAMES=x", "TCPCONNNUM=9" })
		command.environment.push_back(stale);
	Process process(command);
	ProbeReport found(answer(listener.get()));

	expect_connection(found);
	EXPECT_EQ(found.variable("PROTO"), "TCP");
	EXPECT_EQ(found.variable("TCPLOCALIP"), "127.0.0.1");
	EXPECT_EQ(found.variable("TCPLOCALPORT"), std::to_string(port_of(listener.get())));
	EXPECT_EQ(found.variable("TCPREMOTEIP"), "127.0.0.1");
	EXPECT_EQ(found.variable("TCPLOCALHOST"), "here");
	EXPECT_EQ(found.variable("TCPCONNNUM"), "9");
	for (const char *name : { "TCPREMOTEHOST", "TCPLOCALINFO", "TCPREMOTEINFO",
	         "LISTEN_FDNAMES" })
		EXPECT_FALSE(found.variable(name)) << name;
	EXPECT_EQ(end(process).signal, SIGTERM);
}

TEST(Accept, NoshServesEachSocketOfTheList)
{
	Descriptor first = listen_on("127.0.0.1"), second = listen_on("127.0.0.1");
	Command command = server(nosh, { probe_path() }, first.get());
	command.descriptors[4] = second.get();
	command.set("LISTEN_FDS", "2");
	command.before_execution = set_listen_pid;
	Process process(command);

	for (int listener : { first.get(), second.get() }) {
		ProbeReport found(answer(listener));
		expect_connection(found);
		EXPECT_EQ(found.variable("TCPLOCALPORT"), std::to_string(port_of(listener)));
		EXPECT_FALSE(found.variable("LISTEN_FDS"));
	}
}

TEST(Accept, NoshTellsOfAUnixSocketsPeer)
{
	TemporaryDirectory directory;
	std::string path = directory / "socket";
	Descriptor listener = bind_path(path, SOCK_STREAM, 5);
	Process process(server(nosh_local, { probe_path() }, listener.get()));
	ProbeReport found(answer_of(path));

	expect_connection(found);
	EXPECT_EQ(found.variable("PROTO"), "UNIX");
	EXPECT_EQ(found.variable("UNIXLOCALPATH"), path);
	EXPECT_FALSE(found.variable("UNIXREMOTEPATH"));
	EXPECT_EQ(found.variable("UNIXREMOTEPID"), std::to_string(getpid()));
	EXPECT_EQ(found.variable("UNIXREMOTEEUID"), std::to_string(geteuid()));
	EXPECT_EQ(found.variable("UNIXREMOTEEGID"), std::to_string(getegid()));
}

TEST(Accept, TcpserverdTellsOfTheConnection)
{
	Descriptor listener = listen_on("0.0.0.0");
	Command command = server(tcpserverd, { probe_path() }, listener.get());
	command.environment.push_back("TCPREMOTEHOST=x");
	command.environment.push_back("TCPLOCALHOST=kept");
	Process process(command);
	ProbeReport found(answer(listener.get()));

	expect_connection(found);
	EXPECT_EQ(found.variable("PROTO"), "TCP");
	EXPECT_EQ(found.variable("TCPLOCALIP"), "0.0.0.0");
	EXPECT_EQ(found.variable("TCPLOCALPORT"), std::to_string(port_of(listener.get())));
	EXPECT_EQ(found.variable("TCPREMOTEIP"), "127.0.0.1");
	EXPECT_EQ(found.variable("TCPCONNNUM"), "0");
	EXPECT_EQ(found.variable("TCPLOCALHOST"), "kept");
	/* We differ: s6 passes it on. */
	EXPECT_FALSE(found.variable("TCPREMOTEHOST"));
	EXPECT_EQ(end(process).status, 0);
	EXPECT_TRUE(fcntl(listener.get(), F_GETFL) & O_NONBLOCK);
}

TEST(Accept, IpcserverdTellsOfTheConnection)
{
	TemporaryDirectory directory;
	std::string path = directory / "socket";
	Descriptor listener = bind_path(path, SOCK_STREAM, 5);
	Process process(server(ipcserverd, { "-1", probe_path() }, listener.get()));

	EXPECT_EQ(process.read_line(), "");
	ProbeReport found(answer_of(path));
	expect_connection(found);
	EXPECT_EQ(found.variable("PROTO"), "IPC");
	EXPECT_EQ(found.variable("IPCREMOTEEUID"), std::to_string(geteuid()));
	EXPECT_EQ(found.variable("IPCREMOTEEGID"), std::to_string(getegid()));
	EXPECT_EQ(found.variable("IPCCONNNUM"), "0");
	EXPECT_EQ(found.variable("IPCREMOTEPATH"), "");
	EXPECT_FALSE(fcntl(listener.get(), F_GETFL) & O_NONBLOCK);
}

TEST(Accept, IpcserverdAsksForNoIdsWithP)
{
	TemporaryDirectory directory;
	std::string path = directory / "socket";
	Descriptor listener = bind_path(path, SOCK_STREAM, 5);
	Process process(server(ipcserverd, { "-pP", "-v2", "-C1", probe_path() }, listener.get()));
	ProbeReport found(answer_of(path));

	EXPECT_FALSE(found.variable("IPCREMOTEEUID"));
	EXPECT_EQ(found.variable("IPCCONNNUM"), "");
	EXPECT_EQ(end(process).error_line(2).rfind("s6-ipcserverd: info: allow ?:? pid ", 0), 0u);
}

/* ---- signals of handlers ---- */

const char signals_of_handler[] = "kill -PIPE $$; echo survived";

TEST(Accept, HandlersHaveTheDefaultActionForSigpipe)
{
	for (const char *name : { nosh, tcpserverd }) {
		Descriptor listener = listen_on("127.0.0.1");
		Command command = server(name, { "/bin/sh", "-c", signals_of_handler }, listener.get());
		command.before_execution = [](Command &) { signal(SIGPIPE, SIG_IGN); };
		Process process(command);
		EXPECT_EQ(answer(listener.get()), "") << name;
	}
}

/* SIGCHLD ignored at the start would hide the ends, on which the limit depends. */
TEST(Accept, LimitOfOneServesOneAfterTheOther)
{
	for (const char *name : { nosh, tcpserverd }) {
		Descriptor listener = listen_on("127.0.0.1");
		Command command = server(name, { "-c1", "/bin/echo", "served" }, listener.get());
		command.before_execution = [](Command &) { signal(SIGCHLD, SIG_IGN); };
		Process process(command);
		for (int i = 0; i < 5; i++)
			EXPECT_EQ(answer(listener.get()), "served\n") << name;
	}
}

/* ---- the log ---- */

TEST(Accept, NoshLogsConnectionsAndEnds)
{
	Descriptor listener = listen_on("127.0.0.1");
	Process process(server(nosh, { "-v", "-c1", "/bin/sh", "-c", "echo $$; exit 3" },
	    listener.get()));
	std::string pid = answer(listener.get()), port = std::to_string(port_of(listener.get()));
	pid.pop_back();
	answer(listener.get()); /* accepted after the first has ended */
	Result result = end(process);

	EXPECT_EQ(result.error_line(0), "tcp-socket-accept: " + pid + " started 1/1");
	EXPECT_EQ(result.error_line(1).rfind("tcp-socket-accept: " + pid + " 127.0.0.1 " + port
	              + " 127.0.0.1 ", 0), 0u) << result;
	EXPECT_EQ(result.error_line(2),
	    "tcp-socket-accept: " + pid + " ended status 1 code 3 0/1");
}

TEST(Accept, NoshSaysThatAHandlerCannotBeExecutedAndGoesOn)
{
	Descriptor listener = listen_on("127.0.0.1");
	Process process(server(nosh, { "/nonexistent/handler" }, listener.get()));

	for (int i = 0; i < 2; i++)
		EXPECT_EQ(answer(listener.get()), "");
	EXPECT_EQ(end(process).error_line(1), "tcp-socket-accept: FATAL: /nonexistent/handler: "
	    + error_text(ENOENT));
}

TEST(Accept, TcpserverdLogsEverythingAtTwo)
{
	Descriptor listener = listen_on("127.0.0.1");
	Process process(server(tcpserverd, { "-v2", "-1", "-c1", "/bin/sh", "-c",
	    "echo $TCPREMOTEPORT $$; kill -9 $$" }, listener.get()));
	std::string local = process.read_line(), told = answer(listener.get()), port, pid;
	const std::string begin = "s6-tcpserverd: info: ";
	port = told.substr(0, told.find(' '));
	pid = told.substr(port.size() + 1, told.size() - port.size() - 2);
	answer(listener.get());
	Result result = end(process);

	EXPECT_EQ(local, std::to_string(port_of(listener.get())));
	EXPECT_EQ(result.error_line(0), begin + "starting - bound to ip 127.0.0.1 port " + local);
	EXPECT_EQ(result.error_line(1), begin + "status: 0/1");
	EXPECT_EQ(result.error_line(2), begin + "accept 127.0.0.1_" + port + " pid " + pid
	    + " count 1/1");
	EXPECT_EQ(result.error_line(3), begin + "status: 1/1");
	EXPECT_EQ(result.error_line(4), begin + "end pid " + pid + " signal 9 count 0/1");
	EXPECT_EQ(result.error_line(5), begin + "status: 0/1");
	EXPECT_EQ(result.error_line(result.error_lines() - 1), begin + "exiting");
	EXPECT_EQ(result.status, 0);
}

TEST(Accept, TcpserverdRefusesASourceAtItsLimit)
{
	Descriptor listener = listen_on("127.0.0.1");
	Process process(server(tcpserverd, { "-C1", "/bin/cat" }, listener.get()));
	Descriptor first = connect_to("127.0.0.1", port_of(listener.get()));
	ASSERT_EQ(write(first.get(), "x", 1), 1);
	char byte;
	ASSERT_EQ(read(first.get(), &byte, 1), 1); /* its handler runs */

	EXPECT_EQ(answer(listener.get()), "");
	std::string line = end(process).error_line(0);
	EXPECT_EQ(line.rfind("s6-tcpserverd: info: reject 127.0.0.1_", 0), 0u) << line;
	EXPECT_EQ(line.substr(line.size() - 10), " count 1/1");
}

TEST(Accept, TcpserverdSignalsItsHandlers)
{
	struct {
		int signal;
		const char *line;
	} const rows[] = {
		{ SIGQUIT, "received SIGQUIT, sending SIGTERM and SIGCONT to all connections"
		           " and quitting" },
		{ SIGABRT, "received SIGABRT, sending SIGKILL to all connections and quitting" },
	};

	for (const auto &row : rows) {
		Descriptor listener = listen_on("127.0.0.1");
		Process process(server(tcpserverd, { "-v2", "/bin/cat" }, listener.get()));
		Descriptor client = connect_to("127.0.0.1", port_of(listener.get()));
		char byte;
		ASSERT_EQ(write(client.get(), "x", 1), 1);
		ASSERT_EQ(read(client.get(), &byte, 1), 1);
		process.kill(row.signal);
		EXPECT_EQ(read_all(client.get()), ""); /* the handler has ended */
		Result result = process.finish();
		EXPECT_EQ(result.status, 0);
		EXPECT_EQ(result.error_line(4), std::string("s6-tcpserverd: info: ") + row.line);
	}
}

TEST(Accept, HangupEndsTheHandlersOfIpcserverdAndNotTheServer)
{
	TemporaryDirectory directory;
	std::string path = directory / "socket";
	Descriptor listener = bind_path(path, SOCK_STREAM, 5);
	Process process(server(ipcserverd, { "-v2", "/bin/cat" }, listener.get()));
	Descriptor client = connect_local(path);
	char byte;
	ASSERT_EQ(write(client.get(), "x", 1), 1);
	ASSERT_EQ(read(client.get(), &byte, 1), 1);
	process.kill(SIGHUP);
	EXPECT_EQ(read_all(client.get()), "");
	Result result = end(process);

	EXPECT_EQ(result.error_line(4), "s6-ipcserverd: info: received SIGHUP,"
	                                " sending SIGTERM+SIGCONT to all connections");
	EXPECT_EQ(result.status, 0);
}

/* ---- bindchain accept ---- */

Command
native(Words options, int listener, const Words &handler)
{
	options.insert(options.begin(), "accept");
	options.insert(options.end(), handler.begin(), handler.end());
	Command command = tool("bindchain", options);
	command.descriptors[5] = listener;
	command.set("NOTIFY_SOCKET", "/nonexistent");
	return command;
}

/* What is wrong with the command line, in the first line of the message. */
std::string
native_refusal(const Words &options, int status = 100)
{
	Words words = options;
	words.insert(words.begin(), "accept");
	Result result = run(tool("bindchain", words));
	const std::string begin = "bindchain accept: fatal: ";

	EXPECT_EQ(result.status, status) << result;
	EXPECT_EQ(result.error_line(0).rfind(begin, 0), 0u) << result;
	return result.error_line(0).substr(begin.size());
}

TEST(NativeAccept, RefusesBadOptions)
{
	EXPECT_EQ(native_refusal({}), "no handler");
	EXPECT_EQ(native_refusal({ "--limit=0", "true" }),
	    "--limit=0: not a number from 1 to 4194304");
	EXPECT_EQ(native_refusal({ "--source-prefix=129", "true" }),
	    "--source-prefix=129: not a number from 1 to 128");
	for (const char *rate : { "", "5", "5/", "/5", "0/5", "5/0", "5/86401", "x/5",
	         "99999999999999999999999999/5" })
		EXPECT_EQ(native_refusal({ std::string("--rate=") + rate, "true" }), std::string(
		    "--rate=") + rate + ": not N/SECONDS, both from 1 to 86400");
	EXPECT_EQ(native_refusal({ "--at-limit=wait", "true" }),
	    "--at-limit=wait: not queue or close");
	EXPECT_EQ(native_refusal({ "--log=xml", "true" }).rfind("--log=xml: not failures", 0), 0u);
	EXPECT_EQ(native_refusal({ "--handover=inetd", "true" }),
	    "--handover=inetd: not stdin, fd:N or systemd");
	EXPECT_EQ(native_refusal({ "--fd=5", "--fd=5", "true" }), "descriptor 5 is named twice");
	EXPECT_EQ(native_refusal({ "true" }), "no inherited sockets: LISTEN_FDS is not set");
	EXPECT_EQ(native_refusal({ "--fd=7", "true" }), "descriptor 7 is not open");
}

TEST(NativeAccept, RefusesUnknownUsers)
{
	for (const char *user : { "nosuch", ":1", "", "77777", "4294967295:1" }) {
		const std::string name(user, strcspn(user, ":"));
		EXPECT_EQ(native_refusal({ std::string("--user=") + user, "true" }),
		    "--user: " + name + ": no such user");
	}
	for (const char *group : { "nosuch", "", "4294967295" })
		EXPECT_EQ(native_refusal({ std::string("--user=root:") + group, "true" }),
		    std::string("--user: ") + group + ": no such group");
}

TEST(NativeAccept, FindsAMissingHandlerAtTheStart)
{
	EXPECT_NE(native_refusal({ "/nonexistent" }, 127).find(error_text(ENOENT)),
	    std::string::npos);
	EXPECT_NE(native_refusal({ "/etc/passwd" }, 126).find(error_text(EACCES)),
	    std::string::npos);
}

TEST(NativeAccept, RefusesOptionsThatNoConnectionHas)
{
	Descriptor listener = listen_on("127.0.0.1");

	for (const char *option : { "reuse-address", "nonsense", "pass-credentials", "broadcast",
	         "keepalive-count" }) {
		Result result = run(native({ "--fd=5", std::string("--set=") + option },
		    listener.get(), { "true" }));
		EXPECT_EQ(result.status, 100) << result;
	}
}

TEST(NativeAccept, NamesTheOptionWhoseNumberIsWrong)
{
	EXPECT_EQ(native_refusal({ "--set=keepalive-idle=0", "true" }).rfind(
	              "--set=keepalive-idle=0: not a number from 1 to ", 0), 0u);
	EXPECT_EQ(native_refusal({ "--set=hop-limit=256", "true" }),
	    "--set=hop-limit=256: not a number from 1 to 255");
	for (const char *mark : { "", "red", "-1", "-0", "+1", "0x", "0x100000000", "4294967296" })
		EXPECT_EQ(native_refusal({ std::string("--set=mark=") + mark, "true" }), std::string(
		    "--set=mark=") + mark + ": not a number from 0 to 0xffffffff");
}

/* socket(7): needs CAP_NET_ADMIN.  All 32 bits are the kernel's: include/net/sock.h, sk_mark. */
TEST(NativeAccept, ReadsAMarkInEitherBase)
{
	if (std::string(expectations().system) != "Linux" || geteuid() != 0)
		SKIP_TEST("needs root on Linux");
	for (const auto &[mark, value] : { std::pair("0x10", 16u), { "0xffffffff", 0xffffffffu },
	         { "4294967295", 0xffffffffu }, { "17", 17u } }) {
		Descriptor listener = listen_on("127.0.0.1");
		Process process(native({ "--fd=5", std::string("--set=mark=") + mark },
		    listener.get(), { tool_path("bindchain"), "inspect", "--json" }));
		EXPECT_EQ(nlohmann::json::parse(answer(listener.get())).at("sockets").at(0)
		              .at("options").at("mark"), value) << mark;
		EXPECT_EQ(end(process).status, 0);
	}
}

/* An option that setsockopt(2) would refuse on every connection. */
class NativeAcceptTries : public testing::Test {
protected:
	/* The failure of an option, and that explain tells it too. */
	void expect_failure(const std::string &option, const std::string &call, int error,
	    std::optional<uid_t> user = {})
	{
		const std::string failure = "setsockopt " + call + " TCP " + loopback() + ":"
		    + std::to_string(port_of(listener.get())) + ": " + error_text(error);
		Command command = native({ "--fd=5", "--set=" + option }, listener.get(), { "true" });
		command.user = user;
		Result result = run(command);
		EXPECT_EQ(result.status, 111) << result;
		EXPECT_EQ(result.error_line(0), "bindchain accept: fatal: " + failure);
		command.argv.insert(command.argv.begin() + 1, { "explain", "--json" });
		result = run(command);
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(nlohmann::json::parse(result.output).at("serving").at("listeners").at(0)
		              .at("problem"), failure);
	}

	Descriptor listener = listen_on("127.0.0.1");
};

TEST_F(NativeAcceptTries, AnAlgorithmThatTheKernelLacks)
{
	if (std::string(expectations().system) == "macOS")
		SKIP_TEST_EVEN_IN_CI("macOS has no congestion control of single sockets");
	expect_failure("congestion=nope", "TCP_CONGESTION", ENOENT);
}

/* socket(7): both need CAP_NET_ADMIN. */
TEST_F(NativeAcceptTries, OptionsThatNeedPrivilege)
{
	if (std::string(expectations().system) != "Linux" || geteuid() != 0)
		SKIP_TEST("needs root on Linux, to become an ordinary user");
	expect_failure("mark=7", "SO_MARK", EPERM, 77777);
	expect_failure("priority=7", "SO_PRIORITY", EPERM, 77777);
	Result result = run(native({ "--fd=5", "--set=mark=7", "--user=77777:77777" },
	    listener.get(), { "/bin/sh" }));
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(result.error_lines() - 1),
	    "bindchain accept: info: see bindchain-errors(7), OPTION NOT PERMITTED");
}

/* socket(7): SO_RCVBUFFORCE ignores rmem_max, and an ordinary user gets SO_RCVBUF. */
TEST_F(NativeAcceptTries, OnlyOneOfTheTwoCallsOfABuffer)
{
	if (std::string(expectations().system) != "Linux" || geteuid() != 0)
		SKIP_TEST("needs root on Linux, to become an ordinary user");
	for (bool root : { true, false }) {
		Descriptor served = listen_on("127.0.0.1");
		Command command = native({ "--fd=5", "--set=receive-buffer=100000000" }, served.get(),
		    { tool_path("bindchain"), "inspect", "--json" });
		if (!root)
			command.user = 77777;
		Process process(command);
		nlohmann::json found = nlohmann::json::parse(answer(served.get())).at("sockets").at(0)
		                           .at("options").at("receive-buffer");
		EXPECT_EQ(found.get<int>() >= 100000000, root) << found;
		EXPECT_EQ(end(process).status, 0);
	}
}

/* A dual-stack socket has two calls for each. */
TEST(NativeAccept, ARepeatedOptionReplacesTheEarlierOne)
{
	Descriptor listener = listen_on("::");
	Words options = { "--fd=5" };

	for (int i = 1; i <= 30; i++)
		options.push_back("--set=hop-limit=" + std::to_string(i));
	Process process(native(options, listener.get(),
	    { tool_path("bindchain"), "inspect", "--json" }));
	std::string output = read_all(connect_to("::1", port_of(listener.get())).get());
	EXPECT_EQ(nlohmann::json::parse(output).at("sockets").at(0).at("options").at("hop-limit"), 30);
	EXPECT_EQ(end(process).status, 0);
}

/* Each before a connection comes. */
TEST(NativeAccept, RefusesDescriptorsThatCannotBeUsed)
{
	Descriptor listener = listen_on("127.0.0.1"), file(open("/dev/null", O_RDONLY)),
	    other = listen_on("127.0.0.1");
	const struct {
		const char *option, *problem;
	} rows[] = {
		{ "--notify-fd=5", " is the descriptor of a socket; use --notify-fd=3" },
		{ "--notify-fd=77", ": descriptor is not open" },
		{ "--notify-fd=6", ": descriptor is open for reading only" },
		{ "--notify-fd=7", ": descriptor is a listening socket" },
		{ "--notify-fd=x", ": not a descriptor (0 to 2147483647)" },
		{ "--handover=fd:x", ": not a descriptor (0 to 2147483647)" },
		{ "--handover=fd:", ": not a descriptor (0 to 2147483647)" },
		{ "--fd=-1", ": not a descriptor (0 to 2147483647)" },
	};

	for (const auto &row : rows) {
		Command command = native({ "--fd=5", row.option }, listener.get(), { "true" });
		command.descriptors[6] = file.get();
		command.descriptors[7] = other.get();
		Result result = run(command);
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(result.error_line(0),
		    std::string("bindchain accept: fatal: ") + row.option + row.problem);
	}
	Result result = run(native({ "--fd=5", "--handover=fd:99999999" }, listener.get(), { "true" }));
	EXPECT_EQ(result.status, 100) << result;
	EXPECT_EQ(result.error_line(0).rfind("bindchain accept: fatal: descriptor 99999999 is beyond"
	    " the limit of open files (RLIMIT_NOFILE), ", 0), 0u) << result;
}

/* As descriptor 3, the only one of LISTEN_FDS. */
Result
run_list(int descriptor)
{
	Command command = tool("bindchain", { "accept", "true" });

	command.descriptors[3] = descriptor;
	command.set("LISTEN_FDS", "1");
	command.before_execution = set_listen_pid;
	return run(command);
}

/* LISTEN_FDS is right about a socket of another kind. */
TEST(NativeAccept, BlamesTheListForWhatIsNoSocketAlone)
{
	Descriptor file(open("/dev/null", O_RDONLY)), bound = bind_to("127.0.0.1"),
	    datagrams = bind_to("127.0.0.1", 0, true);
	const std::string begin = "bindchain accept: fatal: descriptor 3", section
	    = "bindchain accept: info: see bindchain-errors(7), LISTEN_FDS WRONG\n";

	for (const auto &[descriptor, problem, has_section] : {
	         std::tuple(file.get(), " is not a socket\n", true),
	         { bound.get(), ": not a listening socket\n", false },
	         { datagrams.get(), ": a datagram socket accepts no connections\n", false } }) {
		Result result = run_list(descriptor);
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(result.error, begin + problem + (has_section ? section : ""));
	}
}

/* open(2): calls other than those on the descriptor's flags fail with EBADF. */
TEST(NativeAccept, FailsIfADescriptorCannotBeReadBack)
{
#ifdef O_PATH
	Descriptor path(open("/dev/null", O_PATH));
	const std::string failure = "bindchain accept: fatal: read back descriptor ";

	if (std::string(expectations().system) != "Linux")
		SKIP_TEST_EVEN_IN_CI("needs O_PATH as Linux has it");
	Result result = run_list(path.get());
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error, failure + "3: " + error_text(EBADF) + "\n");
	result = run(native({ "--fd=5" }, path.get(), { "true" }));
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error, failure + "5: " + error_text(EBADF) + "\n");
#else
	SKIP_TEST_EVEN_IN_CI("needs O_PATH as Linux has it");
#endif
}

/* explain tells the variables that handlers then get, and those that they do not. */
TEST(NativeAccept, GivesHandlersTheEnvironmentThatExplainTells)
{
	for (const char *handover : { "stdin", "systemd" }) {
		Descriptor listener = listen_on("127.0.0.1");
		Words options = { "--fd=5", "--notify-systemd", std::string("--handover=") + handover };
		const Words by_number = { "/bin/sh", "-c", "exec \"$0\" >&3", probe_path() };
		const Words handler = std::string(handover) == "stdin" ? Words { probe_path() }
		                                                       : by_number;
		Command explain = native(options, listener.get(), handler);
		explain.argv.insert(explain.argv.begin() + 1, { "explain", "--json" });
		auto changes = nlohmann::json::parse(run(explain).output).at("handover").at("variables");
		EXPECT_FALSE(fcntl(listener.get(), F_GETFL) & O_NONBLOCK) << "explain changes nothing";
		Command command = native(options, listener.get(), handler);
		for (const nlohmann::json &change : changes)
			if (change.at("name") != "NOTIFY_SOCKET" && change.at("name") != "LISTEN_FDS")
				command.set(change.at("name"), "stale");
		Process process(command);
		ProbeReport found(answer(listener.get()));

		ASSERT_GT(changes.size(), 5u);
		for (const nlohmann::json &change : changes) {
			const std::string name = change.at("name");
			EXPECT_EQ(!found.variable(name), change.at("change") == "remove") << name;
			EXPECT_NE(found.variable(name), "stale") << name;
			if (change.at("change") == "set") {
				EXPECT_EQ(found.variable(name), change.at("value").get<std::string>());
			}
		}
		end(process);
	}
}

/* ---- another user ---- */

class NativeAcceptAsUser : public testing::Test {
protected:
	void SetUp() override
	{
		if (geteuid() != 0)
			SKIP_TEST("needs root, to become another user");
		ASSERT_EQ(chmod(directory.path().c_str(), 0755), 0);
	}

	/* A program or file with this mode, of root. */
	std::string file(const char *name, const std::string &content, mode_t mode)
	{
		const std::string path = directory / name;
		std::ofstream(path) << content;
		EXPECT_EQ(chmod(path.c_str(), mode), 0);
		return path;
	}

	TemporaryDirectory directory;
	Descriptor listener = listen_on("127.0.0.1");
};

/* The group is the only one, and no id is kept: credentials(7). */
TEST_F(NativeAcceptAsUser, RunsHandlersAsTheUserWithOneGroup)
{
	Process process(native({ "--fd=5", "--user=77777:88888" }, listener.get(), { "/bin/sh", "-c",
	    "id -u; id -g; id -G" }));

	EXPECT_EQ(answer(listener.get()), "77777\n88888\n88888\n");
	EXPECT_EQ(end(process).status, 0);
}

TEST_F(NativeAcceptAsUser, FindsAHandlerThatTheUserCannotExecuteAtTheStart)
{
	const std::string handler = file("handler", "#!/bin/sh\n", 0700);
	Result result = run(native({ "--fd=5", "--user=77777:88888" }, listener.get(), { handler }));

	EXPECT_EQ(result.status, 126) << result;
	EXPECT_NE(result.error_line(0).find(error_text(EACCES)), std::string::npos) << result;
}

TEST_F(NativeAcceptAsUser, RequiresLimitsThatTheUserCanReadAgain)
{
	const std::string limits = file("limits", "limit=3\n", 0600);
	Result result = run(native({ "--fd=5", "--user=77777:88888", "--limits=" + limits },
	    listener.get(), { "/bin/sh" }));

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain accept: fatal: open " + limits + ": "
	    + error_text(EACCES));
	EXPECT_EQ(result.error_line(1), "bindchain accept: info: --user=77777:88888 must be able to"
	                                " read it after SIGHUP");
}

TEST_F(NativeAcceptAsUser, IsRefusedWithoutPrivilege)
{
	Command command = native({ "--fd=5", "--user=root" }, listener.get(), { "/bin/sh" });
	command.user = 77777;
	Result result = run(command);

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain accept: fatal: --user: root: "
	    + error_text(EPERM));
	/* The same is no change. */
	command = native({ "--fd=5", "--user=77777:77777" }, listener.get(), { "/bin/sh", "-c",
	    "id -u" });
	command.user = 77777;
	Process process(command);
	EXPECT_EQ(answer(listener.get()), "77777\n");
}

/* Of the server and two handlers: getrlimit(2).  What is logged is read from standard output. */
void
limit_to_three_processes(Command &)
{
	const rlimit limit = { 3, 3 };

	if (setrlimit(RLIMIT_NPROC, &limit) != 0 || dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
		_exit(EXIT_FAILURE);
}

TEST_F(NativeAcceptAsUser, LetsClientsWaitUntilTheUserMayHaveAnotherProcess)
{
	const std::string user = std::to_string(100000000 + getpid()); /* without processes */
	Command command = native({ "--fd=5", "--user=" + user + ":" + user }, listener.get(),
	    { "/bin/cat" });
	command.before_execution = limit_to_three_processes;
	Process process(command);
	std::vector<Descriptor> clients;
	char byte;
	for (int i = 0; i < 4; i++) {
		clients.push_back(connect_to("127.0.0.1", port_of(listener.get())));
		ASSERT_EQ(write(clients.back().get(), "x", 1), 1);
	}
	const std::string line = process.read_line(), end_of_line = error_text(EAGAIN)
	    + "; trying again";

	EXPECT_EQ(line.rfind("bindchain accept: warning: start /bin/cat for 127.0.0.1:", 0), 0u);
	EXPECT_EQ(line.substr(line.size() - end_of_line.size()), end_of_line);
	for (size_t i = 0; i < clients.size(); i++) {
		EXPECT_EQ(read(clients[i].get(), &byte, 1), 1) << i;
		clients[i] = Descriptor();
	}
	EXPECT_EQ(end(process).status, 0);
}

/* tcp(7), ip(7), and the same of the BSDs. */
TEST(NativeAccept, SetsOptionsOfConnections)
{
	Descriptor listener = listen_on("127.0.0.1");
	Process process(native({ "--fd=5", "--set=nodelay", "--set=hop-limit=9",
	    "--set=keepalive-count=3", "--set=traffic-class=184" }, listener.get(),
	    { tool_path("bindchain"), "inspect", "--json" }));
	nlohmann::json options = nlohmann::json::parse(answer(listener.get()))
	                             .at("sockets").at(0).at("options");

	EXPECT_EQ(options.at("nodelay"), true);
	EXPECT_EQ(options.at("hop-limit"), 9);
	EXPECT_EQ(options.at("keepalive-count"), 3);
	EXPECT_EQ(options.at("traffic-class"), 184);
	EXPECT_EQ(end(process).status, 0);
}

TEST(NativeAccept, SetsTheCongestionControlOfConnections)
{
	if (std::string(expectations().system) == "macOS")
		SKIP_TEST_EVEN_IN_CI("macOS has no congestion control of single sockets");
	Descriptor listener = listen_on("127.0.0.1");
	const std::string name = expectations().newreno;
	Process process(native({ "--fd=5", "--set=congestion=" + name }, listener.get(),
	    { tool_path("bindchain"), "inspect", "--json" }));

	EXPECT_EQ(nlohmann::json::parse(answer(listener.get())).at("sockets").at(0).at("options")
	              .at("congestion"), name);
	EXPECT_EQ(end(process).status, 0);
	for (const char *option : { "congestion", "congestion=", "congestion=sixteen-bytes-xx" }) {
		Result result = run(native({ "--fd=5", std::string("--set=") + option },
		    listener.get(), { "true" }));
		EXPECT_EQ(result.status, 100) << result;
	}
}

/* TCP and Unix, each with the variables of its kind. */
TEST(NativeAccept, ServesAMixOfSockets)
{
	TemporaryDirectory directory;
	std::string path = directory / "socket";
	Descriptor tcp = listen_on("127.0.0.1"), local = bind_path(path, SOCK_STREAM, 5);
	Command command = native({ "--fd=5", "--fd=6", "--set=keepalive" }, tcp.get(),
	    { probe_path() });
	command.descriptors[6] = local.get();
	Process process(command);

	ProbeReport by_tcp(answer(tcp.get()));
	expect_connection(by_tcp);
	EXPECT_EQ(by_tcp.variable("PROTO"), "TCP");
	EXPECT_EQ(by_tcp.variable("TCPREMOTEIP"), "127.0.0.1");
	EXPECT_FALSE(by_tcp.variable("UNIXREMOTEPID"));
	ProbeReport by_path(answer_of(path));
	expect_connection(by_path);
	EXPECT_EQ(by_path.variable("PROTO"), "UNIX");
	EXPECT_EQ(by_path.variable("UNIXLOCALPATH"), path);
	EXPECT_EQ(by_path.variable("UNIXREMOTEPID"), std::to_string(getpid()));
	EXPECT_FALSE(by_path.variable("TCPREMOTEIP"));
	EXPECT_EQ(end(process).status, 0);
}

/* socket(7): SO_RCVBUF of a Unix socket; unix(7), "Socket options". */
TEST(NativeAccept, WarnsOnceOfAnOptionWithoutEffect)
{
	if (std::string(expectations().system) != "Linux")
		SKIP_TEST_EVEN_IN_CI("Unix sockets of other systems have all these options");
	TemporaryDirectory directory;
	Descriptor first = bind_path(directory / "first", SOCK_STREAM, 5),
	    second = bind_path(directory / "second", SOCK_STREAM, 5);
	Command command = native({ "--fd=5", "--fd=6", "--set=receive-buffer=9000",
	    "--set=send-buffer=9000" }, first.get(), { "/bin/sh", "-c", "exit" });
	const std::string doubt = "receive-buffer: it has no effect on Unix sockets of Linux, where"
	    " the sender's buffer counts";

	command.descriptors[6] = second.get();
	Process process(command);
	answer_of(directory / "first");
	Result result = end(process);
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, "bindchain accept: warning: --set=" + doubt + "\n");
	command.argv.insert(command.argv.begin() + 1, { "explain", "--json" });
	result = run(command);
	EXPECT_EQ(result.error, "");
	EXPECT_EQ(nlohmann::json::parse(result.output).at("serving").at("warnings"),
	    nlohmann::json::array({ doubt }));
	command.argv.erase(command.argv.begin() + 2);
	EXPECT_NE(run(command).output.find("\n\nWarnings\n    receive-buffer: it has no effect on"
	    " Unix"), std::string::npos);
}

TEST(NativeAccept, PassesAConnectionAsSystemdDoes)
{
	Descriptor listener = listen_on("127.0.0.1");
	Process process(native({ "--fd=5", "--handover=systemd" }, listener.get(),
	    { "/bin/sh", "-c", "echo $LISTEN_FDS $((LISTEN_PID - $$)) $LISTEN_FDNAMES >&3" }));

	for (int i = 0; i < 2; i++)
		EXPECT_EQ(answer(listener.get()), "1 0 connection\n");
}

TEST(NativeAccept, PassesAConnectionAsAnyDescriptor)
{
	Descriptor listener = listen_on("127.0.0.1");
	Process process(native({ "--fd=5", "--handover=fd:5" }, listener.get(), { "/bin/sh", "-c",
	    "echo served $LISTEN_FDS >&5" }));

	EXPECT_EQ(answer(listener.get()), "served\n");
}

TEST(NativeAccept, LimitsTheRateOfASource)
{
	Descriptor listener = listen_on("127.0.0.1");
	Process process(native({ "--fd=5", "--rate=2/86400", "--log=lines" }, listener.get(),
	    { "/bin/echo", "served" }));

	EXPECT_EQ(answer(listener.get()), "served\n");
	EXPECT_EQ(answer(listener.get()), "served\n");
	EXPECT_EQ(answer(listener.get()), "");
	EXPECT_NE(end(process).error.find(": rate, "), std::string::npos);
}

Descriptor
listen_on_both_families()
{
	Descriptor listener = open_socket(AF_INET6, SOCK_STREAM);
	sockaddr_in6 any = {};
	int off = 0;

	any.sin6_family = AF_INET6;
	EXPECT_EQ(setsockopt(listener.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off), 0);
	EXPECT_EQ(bind(listener.get(), reinterpret_cast<sockaddr *>(&any), sizeof any), 0);
	EXPECT_EQ(listen(listener.get(), 5), 0);
	return listener;
}

/* On a dual-stack socket an IPv4 client has a mapped address, RFC 4291, 2.5.5.2. */
TEST(NativeAccept, TakesAnIPv4ClientOfBothSocketsForOneSource)
{
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");
	Descriptor dual = listen_on_both_families(), ipv4 = listen_on("127.0.0.1");
	Command command = native({ "--fd=5", "--fd=6", "--rate=1/86400" }, dual.get(),
	    { "/bin/echo", "served" });
	command.descriptors[6] = ipv4.get();
	Process process(command);

	EXPECT_EQ(answer(dual.get()), "served\n");
	EXPECT_EQ(answer(ipv4.get()), "");
	EXPECT_EQ(read_all(connect_to("::1", port_of(dual.get())).get()), "served\n");
	EXPECT_EQ(answer(dual.get()), "");
}

TEST(NativeAccept, ClosesAboveTheLimitIfAsked)
{
	Descriptor listener = listen_on("127.0.0.1");
	Process process(native({ "--fd=5", "--limit=1", "--at-limit=close", "--log=json" },
	    listener.get(), { "/bin/cat" }));
	Descriptor first = connect_to("127.0.0.1", port_of(listener.get()));
	char byte;
	ASSERT_EQ(write(first.get(), "x", 1), 1);
	ASSERT_EQ(read(first.get(), &byte, 1), 1);

	EXPECT_EQ(answer(listener.get()), "");
	process.kill(SIGTERM);
	first = Descriptor(); /* the server waits for its handler */
	Result result = process.finish();
	EXPECT_EQ(result.status, 0);
	auto started = nlohmann::json::parse(result.error_line(0));
	auto refused = nlohmann::json::parse(result.error_line(1));
	EXPECT_EQ(started["event"], "started");
	EXPECT_EQ(started["connections"], 1);
	EXPECT_EQ(refused["event"], "refused");
	EXPECT_EQ(refused["reason"], "limit");
	EXPECT_EQ(nlohmann::json::parse(result.error_line(3))["event"], "ended");
}

/*
 * A handler that ignores SIGTERM outlives the server's deadline, not the other way round.
 * It ignores SIGINT too, since kill() signals the whole group.
 */
TEST(NativeAccept, EndsAtTheDeadlineAndAtTheSecondSignal)
{
	for (bool twice : { false, true }) {
		Descriptor listener = listen_on("127.0.0.1");
		Process process(native({ "--fd=5", "--deadline=1" }, listener.get(),
		    { "/bin/sh", "-c", "trap '' TERM INT; echo up; read x" }));
		Descriptor client = connect_to("127.0.0.1", port_of(listener.get()));
		char text[3];
		ASSERT_EQ(read(client.get(), text, sizeof text), 3);
		process.kill(SIGTERM);
		if (twice)
			process.kill(SIGINT);
		ASSERT_EQ(waitid(P_PID, static_cast<id_t>(process.pid()), nullptr,
		    WEXITED | WNOWAIT), 0);
		client = Descriptor();
		Result result = process.finish();
		EXPECT_EQ(result.status, 0);
		EXPECT_EQ(result.error,
		    "bindchain accept: warning: handlers still run\n");
	}
}

/* ---- limits in a file ---- */

TEST(NativeAccept, RefusesAWrongFileOfLimits)
{
	TemporaryDirectory directory;
	std::string file = directory / "limits";
	struct {
		const char *content, *problem;
	} const wrong[] = {
		{ "limit=0", "line 1: limit=0: not a number from 1 to 4194304" },
		{ "# of the day\n\nlimit-per-source=x\n",
		    "line 3: limit-per-source=x: not a number from 1 to 4194304" },
		{ "limit", "line 1: limit: not a number from 1 to 4194304" },
		{ "rate=5", "line 1: rate=5: not N/SECONDS, both from 1 to 86400" },
		{ "limit=5 \n", "line 1: limit=5 : not a number from 1 to 4194304" },
		/* Of a file that is not ours nothing gets into the log. */
		{ "handlers=5\n", "line 1: not limit, limit-per-source or rate" },
		{ "root:secret\n", "line 1: not limit, limit-per-source or rate" },
	};

	for (const auto &row : wrong) {
		directory.file("limits", row.content, 0644);
		EXPECT_EQ(native_refusal({ "--limits=" + file, "true" }), file + ": " + row.problem);
	}
	directory.file("limits", std::string(5000, '#'), 0644);
	EXPECT_EQ(native_refusal({ "--limits=" + file, "true" }),
	    file + ": not a text of at most 4096 bytes");
	EXPECT_EQ(native_refusal({ "--limits=/nonexistent", "true" }, 111),
	    "open /nonexistent: " + error_text(ENOENT));
	EXPECT_EQ(native_refusal({ "--limits=" + directory.path(), "true" }),
	    directory.path() + ": not a regular file");
	ASSERT_EQ(mkfifo((directory / "fifo").c_str(), 0600), 0);
	EXPECT_EQ(native_refusal({ "--limits=" + (directory / "fifo"), "true" }),
	    (directory / "fifo") + ": not a regular file");
}

std::string
receive(int descriptor)
{
	char text[200];
	ssize_t length = recv(descriptor, text, sizeof text, 0);

	return std::string(text, length < 0 ? 0 : static_cast<size_t>(length));
}

/* Waits until the server that tells NOTIFIED of it has read its limits again: sd_notify(3),
 * systemd.service(5), Type=notify-reload. */
void
reload(const Process &process, int notified)
{
	process.kill(SIGHUP);
	EXPECT_EQ(receive(notified).rfind("RELOADING=1\nMONOTONIC_USEC=", 0), 0u);
	EXPECT_EQ(receive(notified), "READY=1");
}

/* The second connection waits until the limit is raised; a wrong file changes nothing. */
TEST(NativeAccept, ReadsItsLimitsAgainAfterSighup)
{
	TemporaryDirectory directory;
	std::string file = directory.file("limits", "# few\nlimit=1\n", 0644);
	std::string path = directory / "notify";
	Descriptor listener = listen_on("127.0.0.1"), notified = bind_path(path, SOCK_DGRAM);
	Command command = native({ "--fd=5", "--limit=9", "--notify-systemd", "--limits=" + file },
	    listener.get(), { "/bin/sh", "-c", "trap '' HUP TERM; echo up; read line" });
	command.environment = { "PATH=/usr/bin:/bin", "NOTIFY_SOCKET=" + path };
	Process process(command);
	Descriptor first = connect_to("127.0.0.1", port_of(listener.get())), second;
	char text[3];

	EXPECT_EQ(receive(notified.get()), "READY=1");
	ASSERT_EQ(read(first.get(), text, sizeof text), 3);
	second = connect_to("127.0.0.1", port_of(listener.get()));
	directory.file("limits", "limit=many\n", 0644);
	reload(process, notified.get());
	EXPECT_EQ(recv(second.get(), text, sizeof text, MSG_DONTWAIT), -1);
	directory.file("limits", "limit=200\n", 0644);
	reload(process, notified.get());
	EXPECT_EQ(read(second.get(), text, sizeof text), 3);
	process.kill(SIGTERM);
	EXPECT_EQ(receive(notified.get()), "STOPPING=1");
	first = Descriptor();
	second = Descriptor();
	Result result = process.finish();
	EXPECT_EQ(result.status, 0);
	EXPECT_EQ(result.error, "bindchain accept: warning: " + file
	    + ": line 1: limit=many: not a number from 1 to 4194304; the limits stay\n");
}

TEST(NativeAccept, TellsWhenItIsReady)
{
	Descriptor listener = listen_on("127.0.0.1");
	Process process(native({ "--fd=5", "--notify-fd=1" }, listener.get(), { "/bin/echo" }));

	EXPECT_EQ(process.read_line(), "");
	EXPECT_EQ(answer(listener.get()), "\n");
}

/* O_NONBLOCK would be that of the other processes too. */
TEST(NativeAccept, FailsAfterTenSecondsIfNobodyReadsThatItIsReady)
{
	Descriptor listener = listen_on("127.0.0.1");
	FullPipe full;
	Command command = native({ "--fd=5", "--notify-fd=6" }, listener.get(), { "/bin/echo" });
	command.descriptors[6] = full.writer.get();
	Result result = run(command);

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error, "bindchain accept: fatal: notify descriptor 6: no room for 10"
	    " seconds: nobody reads it\n");
	EXPECT_EQ(fcntl(full.writer.get(), F_GETFL) & O_NONBLOCK, 0);
	EXPECT_EQ(full.others(), "");
}

/* Clients that wait meanwhile are served afterwards. */
TEST(NativeAccept, WaitsUntilThereIsRoomToTellThatItIsReady)
{
	Descriptor listener = listen_on("127.0.0.1");
	FullPipe full;
	Command command = native({ "--fd=5", "--notify-fd=6" }, listener.get(), { "/bin/echo" });
	command.descriptors[6] = full.writer.get();
	Process process(command);
	Descriptor client = connect_to("127.0.0.1", port_of(listener.get()));

	EXPECT_EQ(full.others(), "\n");
	EXPECT_EQ(read_all(client.get()), "\n");
}

/* Standard error is a pipe that this test reads a line of. */
std::pair<Command, Descriptor>
logging_to_a_pipe(const char *name, int listener, int output)
{
	Command command = server(name, { "-v2", "-1", "true" }, listener);
	int ends[2];

	EXPECT_EQ(pipe(ends), 0);
	command.descriptors[1] = output;
	command.descriptors[2] = ends[1];
	return { command, Descriptor(ends[0]) };
}

std::string
read_first_line(int descriptor)
{
	std::string line;

	for (char byte; read(descriptor, &byte, 1) == 1 && byte != '\n';)
		line += byte;
	return line;
}

/* s6 waits in write(2), tries again after a signal, and cannot be ended. */
TEST(S6Accept, ASignalEndsAServerThatNobodyReadsToBeReady)
{
	TemporaryDirectory directory;
	Descriptor internet = listen_on("127.0.0.1");
	Descriptor local = bind_path(directory / "socket", SOCK_STREAM, 5);
	for (const auto &[name, listener] : { std::pair(tcpserverd, internet.get()),
	         std::pair(ipcserverd, local.get()) })
		for (int signal : { SIGTERM, SIGQUIT, SIGABRT }) {
			FullPipe full;
			auto [command, log] = logging_to_a_pipe(name, listener, full.writer.get());
			Process process(command);
			Descriptor end(command.descriptors[2]);
			/* Signals are blocked by then. */
			EXPECT_EQ(read_first_line(log.get()).rfind(std::string(name)
			    + ": info: starting", 0), 0u);
			process.kill(signal);
			Result result = process.finish();
			EXPECT_EQ(result.status, 0) << result;
			EXPECT_EQ(full.others(), "");
		}
}

/* SIGHUP is for handlers, of which there are none. */
TEST(S6Accept, ServesWhenThereIsRoomToTellThatItIsReady)
{
	Descriptor listener = listen_on("127.0.0.1");
	FullPipe full;
	auto [command, log] = logging_to_a_pipe(tcpserverd, listener.get(), full.writer.get());
	Process process(command);
	Descriptor end(command.descriptors[2]);
	read_first_line(log.get());
	process.kill(SIGHUP);
	EXPECT_EQ(full.others(), std::to_string(port_of(listener.get())) + "\n");
	EXPECT_EQ(answer(listener.get()), "");
}

/* ---- the chains that s6-tcpserver and s6-ipcserver write ---- */

/* What the first program of the chain is called with, a stand-in on PATH. */
std::vector<std::string>
chain_of(const char *name, const Words &arguments)
{
	TemporaryDirectory directory;
	for (const char *binder : { "s6-tcpserver-socketbinder", "s6-ipcserver-socketbinder" })
		directory.file(binder, "#!/bin/sh\nprintf '%s\\n' \"${0##*/}\" \"$@\"\n", 0755);
	Command command = tool(name, arguments);
	command.set("PATH", directory.path() + ":/bin:/usr/bin");
	Result result = run(command);
	EXPECT_EQ(result.status, 0) << result;
	Words words;
	for (size_t start = 0; start < result.output.size();) {
		size_t end = result.output.find('\n', start);
		words.push_back(result.output.substr(start, end - start));
		start = end + 1;
	}
	return words;
}

class Chain : public testing::TestWithParam<GoldenChain> {};

TEST_P(Chain, IsThatOfTheReference)
{
	EXPECT_EQ(chain_of(GetParam().tool.c_str(), GetParam().arguments), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(S6, Chain, testing::ValuesIn(golden_chains("s6-accept")),
    tool_and_name<GoldenChain>);

TEST(Tcpserver, ServesOnThePortThatItNames)
{
	Process process(tool("s6-tcpserver", { "-1", "127.0.0.1", "0", "/bin/echo", "served" }));
	int port = std::stoi(process.read_line());

	EXPECT_EQ(read_all(connect_to("127.0.0.1", port).get()), "served\n");
	EXPECT_EQ(end(process).status, 0);
}

} // namespace
