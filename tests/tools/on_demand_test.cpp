/* SPDX-License-Identifier: ISC */
/*
 * listen --on-demand: the next program starts with the first connection or datagram.  The
 * report says when the sockets are open.  The next program prints a file that is made after
 * the report and before the traffic: where it does not wait, it can come too early.
 */
#include <csignal>
#include <cerrno>
#include <fstream>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "expectations.h"
#include "network.h"
#include "probe_report.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

Command
on_demand(const Words &sockets, const Words &next)
{
	Words words = { "listen", "--on-demand", "--report=fd:1", "--report-format=json" };

	words.insert(words.end(), sockets.begin(), sockets.end());
	words.push_back("--");
	words.insert(words.end(), next.begin(), next.end());
	return tool("bindchain", words);
}

/* The report, which is complete when all sockets are open. */
nlohmann::json
read_report(Process &process)
{
	std::string text, line;

	do {
		line = process.read_line();
		text += line;
	} while (line != "}");
	return nlohmann::json::parse(text);
}

int
port_of_socket(const nlohmann::json &report, size_t index)
{
	return report.at("sockets").at(index).at("port").get<int>();
}

/* Prints what is in the file MARK, which exists since the sockets were open. */
Words
print_mark(const std::string &file)
{
	return { "cat", file };
}

void
make_mark(const std::string &file)
{
	std::ofstream(file) << "traffic\n";
}

void
send_datagram(int socket)
{
	ASSERT_EQ(send(socket, "hello", 5, 0), 5);
}

/* A datagram socket that sends to PATH. */
Descriptor
connect_datagrams(const std::string &path)
{
	Descriptor connected;

	EXPECT_EQ(connect_path(path, &connected, SOCK_DGRAM), 0);
	return connected;
}

/* ---- each kind of socket ---- */

class OnDemandPath : public testing::TestWithParam<const char *> {};

TEST_P(OnDemandPath, StartsWithTheFirstTraffic)
{
	const std::string option = GetParam();
	const int type = option == "--unix" ? SOCK_STREAM
	    : option == "--unix-dgram" ? SOCK_DGRAM : SOCK_SEQPACKET;
	if (type == SOCK_SEQPACKET && !expectations().has_seqpacket)
		SKIP_TEST_EVEN_IN_CI("this system has no seqpacket sockets");
	TemporaryDirectory directory;
	const std::string path = directory / "s", mark = directory / "mark";
	Command command = on_demand({ option + "=" + path }, print_mark(mark));
	Process process(command);
	read_report(process);
	make_mark(mark);
	Descriptor client;
	ASSERT_EQ(connect_path(path, &client, type), 0);
	if (type == SOCK_DGRAM)
		send_datagram(client.get());

	EXPECT_EQ(process.read_line(), "traffic");
	EXPECT_EQ(process.finish().status, 0);
}

INSTANTIATE_TEST_SUITE_P(Kinds, OnDemandPath,
    testing::Values("--unix", "--unix-dgram", "--unix-seqpacket"));

TEST(OnDemand, StartsWithATcpConnection)
{
	TemporaryDirectory directory;
	const std::string mark = directory / "mark";
	Process process(on_demand({ "--tcp=127.0.0.1:0" }, print_mark(mark)));
	int port = port_of_socket(read_report(process), 0);
	make_mark(mark);
	Descriptor client = connect_to(loopback(), port);

	EXPECT_EQ(process.read_line(), "traffic");
	EXPECT_EQ(process.finish().status, 0);
}

TEST(OnDemand, StartsWithAUdpDatagramAndLeavesItThere)
{
	Process process(on_demand({ "--udp=127.0.0.1:0" },
	    { "sh", "-c", "dd bs=64 count=1 <&3 2>/dev/null" }));
	int port = port_of_socket(read_report(process), 0);
	Descriptor client = connect_to(loopback(), port, SOCK_DGRAM);
	send_datagram(client.get());

	Result result = process.finish();
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_THAT(result.output, testing::EndsWith("hello")) << result;
}

TEST(OnDemand, LeavesTheConnectionInTheQueue)
{
	Process process(on_demand({ "--tcp=127.0.0.1:0" },
	    { "bindchain", "accept", "--fd=3", "/bin/echo", "answer" }));
	int port = port_of_socket(read_report(process), 0);
	Descriptor client = connect_to(loopback(), port);

	EXPECT_EQ(read_all(client.get()), "answer\n");
	process.kill(SIGTERM);
	EXPECT_EQ(process.finish().status, 0);
}

/* ---- several sockets ---- */

TEST(OnDemand, WaitsForAnyOfSeveral)
{
	TemporaryDirectory directory;
	const std::string path = directory / "s", mark = directory / "mark";
	for (bool first : { true, false }) {
		Process process(on_demand({ "--tcp=127.0.0.1:0", "--unix-dgram=" + path },
		    print_mark(mark)));
		nlohmann::json report = read_report(process);
		make_mark(mark);
		Descriptor client = first ? connect_to(loopback(), port_of_socket(report, 0))
		                          : connect_datagrams(path);
		if (!first)
			send_datagram(client.get());
		EXPECT_EQ(process.read_line(), "traffic");
		EXPECT_EQ(process.finish().status, 0);
	}
}

/* As a service manager would start it with a socket of its own. */
Command
with_inherited(Command command, int descriptor)
{
	command.descriptors[3] = descriptor;
	command.set("LISTEN_FDS", "1");
	command.before_execution = set_listen_pid;
	return command;
}

TEST(OnDemand, WaitsForInheritedSocketsToo)
{
	TemporaryDirectory directory;
	const std::string mark = directory / "mark";
	Descriptor inherited = listen_on("127.0.0.1");
	Process process(with_inherited(on_demand({ "--tcp=127.0.0.1:0" }, print_mark(mark)),
	    inherited.get()));
	read_report(process);
	make_mark(mark);
	Descriptor client = connect_to(loopback(), port_of(inherited.get()));

	EXPECT_EQ(process.read_line(), "traffic");
	EXPECT_EQ(process.finish().status, 0);
}

/* Linux lets a listener be shut down, which then reports POLLHUP and never a connection. */
TEST(OnDemand, RefusesASocketThatWillNeverBeReadable)
{
	TemporaryDirectory directory;
	Descriptor inherited = listen_on("127.0.0.1");
	if (shutdown(inherited.get(), SHUT_RD) != 0)
		SKIP_TEST_EVEN_IN_CI("this system shuts no listener down");
	Result result = run(with_inherited(on_demand({ "--unix=" + directory / "s" }, { "true" }),
	    inherited.get()));

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: poll descriptor 3: it was shut"
	    " down or does not listen, so no traffic can arrive");
	EXPECT_NE(access((directory / "s").c_str(), F_OK), 0);
}

/* With O_RDONLY a FIFO is at end of file after its last writer: then poll(2) reports POLLHUP,
 * and POLLIN only if there is data. */
TEST(OnDemand, StartsWhenAWriterOpensAndClosesAReadOnlyFifo)
{
	TemporaryDirectory directory;
	const std::string mark = directory / "mark", fifo = directory / "f";
	Process process(on_demand({ "--fifo=" + fifo + ",read-only" }, print_mark(mark)));
	read_report(process);
	make_mark(mark);
	Descriptor(open(fifo.c_str(), O_WRONLY));
	EXPECT_EQ(process.read_line(), "traffic");
	Result result = process.finish();
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error, "");
}

TEST(OnDemand, WaitsOnDescriptorsOfOtherConventions)
{
	TemporaryDirectory directory;
	const std::string mark = directory / "mark";
	for (const char *as : { "--as=fd:17", "--as=stdin", "--as=upstart" }) {
		Process process(on_demand({ "--tcp=127.0.0.1:0", as }, print_mark(mark)));
		int port = port_of_socket(read_report(process), 0);
		make_mark(mark);
		Descriptor client = connect_to(loopback(), port);
		EXPECT_EQ(process.read_line(), "traffic") << as;
		EXPECT_EQ(process.finish().status, 0) << as;
	}
}

/* ---- signals, and a missing program ---- */

TEST(OnDemand, EndsAtSigtermAndLeavesThePathToTheNextStart)
{
	TemporaryDirectory directory;
	const std::string path = directory / "s";
	for (int i = 0; i < 2; i++) {
		Process process(on_demand({ "--unix=" + path }, { "true" }));
		read_report(process);
		process.kill(SIGTERM);
		Result result = process.finish();
		EXPECT_EQ(result.signal, SIGTERM) << result;
		EXPECT_EQ(result.error, "");
		EXPECT_EQ(access(path.c_str(), F_OK), 0);
	}
}

TEST(OnDemand, WaitsOnAfterItWasStopped)
{
	TemporaryDirectory directory;
	const std::string mark = directory / "mark";
	Process process(on_demand({ "--tcp=127.0.0.1:0" }, print_mark(mark)));
	int port = port_of_socket(read_report(process), 0), status;
	process.kill(SIGSTOP);
	ASSERT_EQ(waitpid(process.pid(), &status, WUNTRACED), process.pid());
	ASSERT_TRUE(WIFSTOPPED(status));
	process.kill(SIGCONT);
	make_mark(mark);
	Descriptor client = connect_to(loopback(), port);

	EXPECT_EQ(process.read_line(), "traffic");
	EXPECT_EQ(process.finish().status, 0);
}

TEST(OnDemand, NeedsTheNextProgramBeforeItOpensASocket)
{
	TemporaryDirectory directory;
	Result result = run(on_demand({ "--unix=" + directory / "s" }, { "/nonexistent/program" }));

	EXPECT_EQ(result.status, 127) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: /nonexistent/program: "
	    + error_text(ENOENT));
	EXPECT_EQ(result.output, "");
	EXPECT_NE(access((directory / "s").c_str(), F_OK), 0);
}

/* ---- readiness ---- */

TEST(OnDemand, NotifiesBeforeItWaits)
{
	int ends[2];
	ASSERT_EQ(pipe(ends), 0);
	Descriptor reader(ends[0]), writer(ends[1]);
	Command command = on_demand({ "--tcp=127.0.0.1:0", "--notify-fd=8" }, { "true" });
	command.descriptors[8] = writer.get();
	Process process(command);
	writer = Descriptor();

	EXPECT_EQ(read_all(reader.get()), "\n");
	process.kill(SIGTERM);
	EXPECT_EQ(process.finish().signal, SIGTERM);
}

/* ---- explain ---- */

TEST(OnDemand, IsExplained)
{
	Words words = { "explain", "bindchain", "listen", "--tcp=127.0.0.1:0", "--on-demand", "true" };
	Result text = run(tool("bindchain", words));
	EXPECT_EQ(text.status, 0) << text;
	EXPECT_THAT(text.output, testing::ContainsRegex(
	    "starts +when one of its sockets is readable, by poll\n"));

	words.insert(words.begin() + 1, "--json");
	EXPECT_EQ(nlohmann::json::parse(run(tool("bindchain", words)).output)
	    .at("next").at("on_demand"), true);
}

} /* namespace */
