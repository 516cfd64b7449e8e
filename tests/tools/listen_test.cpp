/* SPDX-License-Identifier: ISC */
/* bindchain listen: several sockets in one command, all or nothing. */
#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>
#include <future>
#include <memory>
#include <set>
#include <thread>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "expectations.h"
#include "full_pipe.h"
#include "network.h"
#include "probe_report.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using Words = std::vector<std::string>;

Command
listen_command(Words options, const Words &next)
{
	options.insert(options.begin(), "listen");
	options.push_back("--");
	options.insert(options.end(), next.begin(), next.end());
	return tool("bindchain", options);
}

ProbeReport
probe_behind_listen(const Words &options)
{
	return probe_behind(listen_command(options, {}));
}

struct stat
status_of(const std::string &path)
{
	struct stat status = {};

	EXPECT_EQ(lstat(path.c_str(), &status), 0) << path;
	return status;
}

Words
names_in(const std::string &directory)
{
	Words names;

	for (const auto &entry : std::filesystem::directory_iterator(directory))
		names.push_back(entry.path().filename());
	std::sort(names.begin(), names.end());
	return names;
}

/* What inspect says of the sockets. */
nlohmann::json
inspected(const Words &options)
{
	Result result = run(listen_command(options, { "bindchain", "inspect", "--json" }));
	EXPECT_EQ(result.status, 0) << result;
	return nlohmann::json::parse(result.output).at("sockets");
}

/* ---- addresses ---- */

struct Address {
	const char *name, *text, *family, *address;
};

class ListenAddress : public testing::TestWithParam<Address> {};

TEST_P(ListenAddress, IsTakenAsItsUsersWriteIt)
{
	const Address &row = GetParam();
	if (std::string(row.family) == "inet6" && !has_ipv6())
		SKIP_TEST("this system has no IPv6");
	ProbeReport found = probe_behind_listen({ std::string("--tcp=") + row.text });

	EXPECT_EQ(found.sockets(), std::vector<int> { 3 });
	EXPECT_EQ(found.descriptor(3).at("family"), row.family);
	EXPECT_EQ(found.descriptor(3).at("address"), bound_address(row.address));
	EXPECT_EQ(found.descriptor(3).at("listening"), 1);
	EXPECT_EQ(found.descriptor(3).at("nonblocking"), false);
	if (std::string(row.family) == "inet6") {
		EXPECT_EQ(found.descriptor(3).at("v6only"), 1);
	}
}

const Address addresses[] = {
	{ "Ipv4", "127.0.0.1:0", "inet", "127.0.0.1" },
	{ "Ipv4Wildcard", "0.0.0.0:0", "inet", "0.0.0.0" },
	{ "Ipv6", "[::1]:0", "inet6", "::1" },
	{ "Ipv6WildcardAlone", "[::]:0", "inet6", "::" },
};

std::string
address_name(const testing::TestParamInfo<Address> &tested)
{
	return tested.param.name;
}
INSTANTIATE_TEST_SUITE_P(Written, ListenAddress, testing::ValuesIn(addresses), address_name);

TEST(Listen, APortAloneIsBothFamiliesOnOnePort)
{
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");
	for (const char *option : { "--tcp=:0", "--udp=:0" }) {
		ProbeReport found = probe_behind_listen({ option });
		ASSERT_EQ(found.sockets(), (std::vector<int> { 3, 4 }));
		EXPECT_EQ(found.descriptor(3).at("address"), bound_address("0.0.0.0"));
		EXPECT_EQ(found.descriptor(4).at("address"), bound_address("::"));
		EXPECT_EQ(found.descriptor(4).at("v6only"), 1);
		EXPECT_NE(found.descriptor(3).at("port"), 0);
		EXPECT_EQ(found.descriptor(3).at("port"), found.descriptor(4).at("port"));
	}
}

/* The second socket's port is in use: the first goes too. */
TEST(Listen, BothFamiliesAreNeeded)
{
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");
	/* On its wildcard: beside ::1 FreeBSD binds another one. */
	Descriptor holder = listen_on("::");
	std::string port = std::to_string(port_of(holder.get()));
	Result result = run(listen_command({ "--tcp=:" + port }, { "true" }));

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: bind TCP [::]:" + port + ": "
	    + error_text(EADDRINUSE)) << result;
}

TEST(Listen, ANameIsLookedUp)
{
	ProbeReport found = probe_behind_listen({ "--tcp=localhost:0" });
	EXPECT_EQ(found.descriptor(3).at("address"), bound_address(first_address("localhost")));
}

/* The different addresses that getaddrinfo(3) has for HOST, in its order. */
Words
all_addresses(const char *host)
{
	struct addrinfo hints = {}, *results;
	Words found;

	hints.ai_socktype = SOCK_STREAM;
	EXPECT_EQ(getaddrinfo(host, nullptr, &hints, &results), 0);
	for (const addrinfo *result = results; result; result = result->ai_next) {
		char text[NI_MAXHOST];
		EXPECT_EQ(getnameinfo(result->ai_addr, result->ai_addrlen, text, sizeof text, nullptr,
		    0, NI_NUMERICHOST), 0);
		if (std::find(found.begin(), found.end(), bound_address(text)) == found.end())
			found.push_back(bound_address(text));
	}
	freeaddrinfo(results);
	return found;
}

TEST(Listen, AllIsASocketForEveryAddressOfTheNameOnOnePort)
{
	Words expected = all_addresses("localhost"), got;
	if (!has_ipv6() && expected.size() > 1)
		SKIP_TEST("localhost has an IPv6 address, and this system has no IPv6");
	ProbeReport found = probe_behind_listen({ "--tcp=localhost:0,all,name=web" });
	for (int descriptor : found.sockets()) {
		got.push_back(found.descriptor(descriptor).at("address"));
		EXPECT_EQ(found.descriptor(descriptor).at("port"), found.descriptor(3).at("port"));
	}

	EXPECT_EQ(got, expected);
	EXPECT_EQ(found.variable("LISTEN_FDNAMES"), expected.size() > 1 ? "web:web" : "web");
}

TEST(Listen, PreferBothIsBothFamiliesOnOnePort)
{
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");
	ProbeReport found = probe_behind_listen({ "--tcp=:0,prefer-both" });
	ASSERT_EQ(found.sockets(), (std::vector<int> { 3, 4 }));
	EXPECT_EQ(found.descriptor(3).at("address"), bound_address("0.0.0.0"));
	EXPECT_EQ(found.descriptor(4).at("address"), bound_address("::"));
	EXPECT_EQ(found.descriptor(3).at("port"), found.descriptor(4).at("port"));
}

TEST(Listen, PreferBothFailsIfThePortIsInUseInOneFamily)
{
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");
	for (const char *wildcard : { "0.0.0.0", "::" }) {
		Descriptor holder = listen_on(wildcard);
		std::string port = std::to_string(port_of(holder.get()));
		Result result = run(listen_command({ "--tcp=:" + port + ",prefer-both" }, { "true" }));
		EXPECT_EQ(result.status, 111) << result;
		EXPECT_NE(result.error_line(0).find(error_text(EADDRINUSE)), std::string::npos)
		    << result;
	}
}

TEST(Listen, CountIsSoManySocketsOnOnePort)
{
	if (!expectations().sharing_balances)
		SKIP_TEST_EVEN_IN_CI("this kernel does not balance");
	ProbeReport found = probe_behind_listen({ "--tcp=127.0.0.1:0,balance,count=3,name=web",
	    "--udp=127.0.0.1:0,balance,count=2" });
	ASSERT_EQ(found.sockets(), (std::vector<int> { 3, 4, 5, 6, 7 }));
	for (int descriptor : { 3, 4, 5 }) {
		EXPECT_EQ(found.descriptor(descriptor).at("type"), "stream");
		EXPECT_EQ(found.descriptor(descriptor).at("port"), found.descriptor(3).at("port"));
	}
	EXPECT_NE(found.descriptor(3).at("port"), 0);
	EXPECT_EQ(found.descriptor(6).at("type"), "dgram");
	EXPECT_EQ(found.descriptor(7).at("port"), found.descriptor(6).at("port"));
	EXPECT_EQ(found.variable("LISTEN_FDNAMES"), "web:web:web:unknown:unknown");
}

TEST(Listen, ASettingOfSeveralSocketsOnAnAddressWarnsOnce)
{
	if (!expectations().sharing_balances)
		SKIP_TEST_EVEN_IN_CI("this kernel does not balance");
	Result result = run(listen_command({ "--tcp=127.0.0.1:0,balance,count=3,prefer-pass-pidfd" },
	    { "true" }));
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error_lines(), 1u) << result;
	EXPECT_EQ(result.error.rfind("bindchain listen: warning: pass-pidfd: not supported", 0), 0u)
	    << result;
}

TEST(Listen, CountIsLimitedByTheLimitOfOpenFiles)
{
	if (!expectations().sharing_balances)
		SKIP_TEST_EVEN_IN_CI("this kernel does not balance");
	Command command = tool("bindchain", { "listen", "--tcp=127.0.0.1:0,balance,count=200",
	    "true" });
	command.before_execution = [](Command &) {
		const struct rlimit limit = { 100, 100 };
		setrlimit(RLIMIT_NOFILE, &limit);
	};
	Result result = run(command);
	EXPECT_EQ(result.status, 100) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: descriptor 202 is beyond the limit"
	    " of open files (RLIMIT_NOFILE), 100");
}

/* Each socket of its own: all of them get connections. */
TEST(Listen, CountSpreadsConnectionsOverTheSockets)
{
	if (!expectations().sharing_balances)
		SKIP_TEST_EVEN_IN_CI("this kernel does not balance");
	Process server(listen_command({ "--tcp=127.0.0.1:0,balance,count=3" },
	    { probe_path(), "--accept", "10000" }));
	ProbeReport found(server.read_line());
	int port = found.descriptor(3).at("port");
	std::set<std::string> answers;

	for (int i = 0; i < 1000 && answers.size() < 3; i++)
		answers.insert(read_all(connect_to("127.0.0.1", port).get()));
	EXPECT_EQ(answers, (std::set<std::string> { "descriptor 3\n", "descriptor 4\n",
	    "descriptor 5\n" }));
}

/* ---- several ---- */

TEST(Listen, TheOrderOfSocketsIsThatOfTheOptions)
{
	TemporaryDirectory directory;
	std::string path = directory / "a,b";
	bool seqpacket = expectations().has_seqpacket;
	ProbeReport found = probe_behind_listen({ "--unix=" + (directory / "a\\,b"),
	    "--tcp=127.0.0.1:0,name=web", "--udp=127.0.0.1:0",
	    "--unix-dgram=" + (directory / "log") + ",name=log,mode=600",
	    (seqpacket ? "--unix-seqpacket=" : "--unix=") + (directory / "last") });

	ASSERT_EQ(found.sockets(), (std::vector<int> { 3, 4, 5, 6, 7 }));
	EXPECT_EQ(found.descriptor(3).at("address"), path);
	EXPECT_EQ(found.descriptor(4).at("type"), "stream");
	EXPECT_EQ(found.descriptor(5).at("type"), "dgram");
	EXPECT_EQ(found.descriptor(6).at("address"), directory / "log");
	EXPECT_EQ(found.descriptor(7).at("type"), seqpacket ? "seqpacket" : "stream");
	EXPECT_EQ(found.variable("LISTEN_FDS"), "5");
	EXPECT_EQ(found.variable("LISTEN_PID"), std::to_string(found.pid()));
	EXPECT_EQ(found.variable("LISTEN_FDNAMES"), "unknown:web:unknown:log:unknown");
}

/* Readers such as Twisted take no sockets without a list. */
TEST(Listen, WithoutANameTheListSaysUnknown)
{
	EXPECT_EQ(probe_behind_listen({ "--tcp=127.0.0.1:0", "--udp=127.0.0.1:0" })
	              .variable("LISTEN_FDNAMES"), "unknown:unknown");
}

TEST(Listen, OnlySystemdsConventionHasAList)
{
	for (const char *as : { "--as=stdin", "--as=upstart", "--as=fd:5" })
		EXPECT_FALSE(probe_behind_listen({ as, "--tcp=127.0.0.1:0,name=web" })
		                 .variable("LISTEN_FDNAMES")) << as;
}

TEST(Listen, InheritedSocketsStayInFrontAndKeepTheirNames)
{
	Command command = tool("bindchain", { "listen", "--tcp=127.0.0.1:0,name=first", "bindchain",
	    "listen", "--tcp=127.0.0.1:0", "bindchain", "listen", "--tcp=127.0.0.1:0,name=third" });
	ProbeReport found = probe_behind(command);

	EXPECT_EQ(found.sockets(), (std::vector<int> { 3, 4, 5 }));
	EXPECT_EQ(found.variable("LISTEN_FDS"), "3");
	EXPECT_EQ(found.variable("LISTEN_FDNAMES"), "first:unknown:third");
}

TEST(Listen, IfOneFailsNoneIsLeftAndNoPathRemains)
{
	TemporaryDirectory directory;
	Descriptor holder = listen_on("127.0.0.1");
	std::string port = std::to_string(port_of(holder.get()));
	Result result = run(listen_command({ "--unix=" + (directory / "one"),
	    "--tcp=127.0.0.1:" + port, "--unix=" + (directory / "two") }, { "true" }));

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_NE(result.error_line(0).find("127.0.0.1:" + port), std::string::npos) << result;
	EXPECT_NE(access((directory / "one").c_str(), F_OK), 0);
	EXPECT_NE(access((directory / "two").c_str(), F_OK), 0);
}

TEST(Listen, WhatIsNotSupportedFailsBeforeAnyPathIsMade)
{
	TemporaryDirectory directory;
	Result result = run(listen_command({ "--unix=" + (directory / "one"),
	    "--udp=127.0.0.1:0,wait-for=data" }, { "true" }));

	EXPECT_EQ(result.status, 100) << result;
	EXPECT_EQ(result.error_line(0).rfind("bindchain listen: fatal: wait-for: ", 0), 0u)
	    << result;
	EXPECT_NE(access((directory / "one").c_str(), F_OK), 0);
}

TEST(Listen, NextProgramsExitStatusesAreThoseOfAShell)
{
	TemporaryDirectory directory;
	std::string file = directory.file("file", "", 0600);
	EXPECT_EQ(run(listen_command({ "--tcp=127.0.0.1:0" }, { "/nonexistent" })).status, 127);
	EXPECT_EQ(run(listen_command({ "--tcp=127.0.0.1:0" }, { file })).status, 126);
}

/* ---- settings, each set and read back ---- */

TEST(ListenSettings, AreReadBack)
{
	bool any = may_bind_any();
	nlohmann::json sockets = inspected({
	    std::string("--tcp=127.0.0.1:0,backlog=7,nonblocking,reuse-address,share,keepalive")
	        + (any ? ",bind-any" : ""),
	    "--tcp=127.0.0.1:0,backlog=max,reuse-address=no,balance=no,receive-buffer=8192" });
	const nlohmann::json &first = sockets.at(0), &second = sockets.at(1);

	EXPECT_EQ(first.at("queue_limit"), 7);
	EXPECT_EQ(first.at("blocking"), false);
	EXPECT_EQ(first.at("options").at("reuse-address"), true);
	EXPECT_EQ(first.at("options").at("share"), true);
	EXPECT_EQ(first.at("options").value("bind-any", false), any);
	EXPECT_EQ(first.at("options").at("keepalive"), true);
	EXPECT_EQ(second.at("options").at("keepalive"), false);
	EXPECT_EQ(second.at("blocking"), true);
	EXPECT_EQ(second.at("options").at("reuse-address"), false);
	EXPECT_EQ(second.at("options").at("share"), false);
	EXPECT_EQ(second.at("options").at("receive-buffer"),
	    8192 * expectations().receive_buffer_factor);
}

/* On every system: tcp(7) of Linux, tcp(4) of FreeBSD and macOS, and ip(7), ip(4). */
TEST(ListenSettings, OfConnectionsAndPacketsAreReadBack)
{
	nlohmann::json sockets = inspected({
	    "--tcp=127.0.0.1:0,keepalive-interval=10,keepalive-count=3,nodelay,send-buffer=8192,"
	    "hop-limit=9,traffic-class=184",
	    "--udp=127.0.0.1:0,broadcast,packet-info,timestamps=us,hop-limit=255" });
	const nlohmann::json &tcp = sockets.at(0).at("options"), &udp = sockets.at(1).at("options");

	EXPECT_EQ(tcp.at("keepalive-interval"), 10);
	EXPECT_EQ(tcp.at("keepalive-count"), 3);
	EXPECT_EQ(tcp.at("nodelay"), true);
	EXPECT_EQ(tcp.at("send-buffer"), 8192 * expectations().receive_buffer_factor);
	EXPECT_EQ(tcp.at("hop-limit"), 9);
	EXPECT_EQ(tcp.at("traffic-class"), 184);
	EXPECT_EQ(tcp.at("timestamps"), nullptr);
	EXPECT_EQ(udp.at("broadcast"), true);
	EXPECT_EQ(udp.at("packet-info"), true);
	EXPECT_EQ(udp.at("timestamps"), "us");
	EXPECT_EQ(udp.at("hop-limit"), 255);
	EXPECT_EQ(udp.at("nodelay"), nullptr);
}

TEST(ListenSettings, OutOfTheirRangeAreRefusedWithTheRange)
{
	const struct {
		const char *setting, *message;
	} rows[] = {
		{ "--tcp=:0,keepalive-idle=0", "keepalive-idle: not 1 to 32767: 0" },
		{ "--tcp=:0,prefer-keepalive-interval=32768",
		    "prefer-keepalive-interval: not 1 to 32767: 32768" },
		{ "--tcp=:0,keepalive-count=128", "keepalive-count: not 1 to 127: 128" },
		{ "--tcp=:0,max-segment=87", "max-segment: not 88 to 32767: 87" },
		{ "--udp=:0,hop-limit=256", "hop-limit: not 1 to 255: 256" },
		{ "--udp=:0,traffic-class=256", "traffic-class: not 0 to 255: 256" },
		{ "--udp=:0,traffic-class=-1", "traffic-class: not 0 to 255: -1" },
		{ "--udp=:0,priority=2147483648", "priority: not 0 to 2147483647: 2147483648" },
		{ "--udp=:0,hop-limit=99999999999999999999",
		    "hop-limit: not 1 to 255: 99999999999999999999" },
		{ "--udp=:0,hop-limit=-", "hop-limit: not a number: -" },
		{ "--tcp=:0,fib=65536", "fib: not 0 to 65535: 65536" },
	};

	for (const auto &row : rows) {
		Result result = run(listen_command({ row.setting }, { "true" }));
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_NE(result.error_line(0).find(row.message), std::string::npos) << result;
	}
}

/* Kernels accept some of them without effect. */
TEST(ListenSettings, OfAnotherKindOfSocketAreRefused)
{
	TemporaryDirectory directory;
	const std::string local = "--unix=" + directory / "socket";
	const std::pair<std::string, const char *> rows[] = {
		{ local + ",keepalive", "keepalive: only TCP sockets" },
		{ "--udp=:0,keepalive", "keepalive: only TCP sockets" },
		{ local + ",reuse-address", "reuse-address: only TCP and UDP sockets" },
		{ "--udp=:0,keepalive-idle=60", "only TCP sockets" }, { "--udp=:0,nodelay", "only TCP" },
		{ local + ",nodelay", "only TCP sockets" }, { local + ",hop-limit=9", "only TCP and UDP" },
		{ "--tcp=:0,broadcast", "only UDP" }, { "--tcp=:0,packet-info", "only UDP sockets" },
		{ "--tcp=:0,timestamps=us", "only UDP sockets" },
	};

	for (const auto &[setting, reason] : rows) {
		Result result = run(listen_command({ setting }, { "true" }));
		EXPECT_NE(result.status, 0) << result;
		EXPECT_NE(result.error_line(0).find(reason), std::string::npos) << result;
	}
}

TEST(ListenSettings, WaitForDataIsReadBack)
{
	if (!expectations().waits_for_data)
		SKIP_TEST_EVEN_IN_CI("this kernel needs a module for it, or has no such thing");
	nlohmann::json socket = inspected({ "--tcp=127.0.0.1:0,wait-for=data" }).at(0);
	EXPECT_EQ(socket.at("options").at("wait-for"), "data");
}

/* The queue is cut to the system's limit without a word: listen(2). */
TEST(ListenSettings, LeastBacklogFailsTheStartWhenTheQueueIsCutBelowIt)
{
	EXPECT_EQ(run(listen_command({ "--tcp=127.0.0.1:0,backlog=7,least-backlog=7" },
	    { "true" })).status, 0);
	Result result = run(listen_command({ "--tcp=127.0.0.1:0,backlog=7,least-backlog=8" },
	    { "true" }));
	EXPECT_EQ(result.status, 100) << result;
	EXPECT_NE(result.error_line(0).find("8"), std::string::npos) << result;
	EXPECT_NE(result.error_line(0).find("7"), std::string::npos) << result;
}

TEST(ListenSettings, DeviceTakesTheNameOfAnInterface)
{
	if (!expectations().binds_to_interfaces)
		SKIP_TEST_EVEN_IN_CI("this kernel binds no socket to an interface");
	std::string loopback = expectations().loopback;
	nlohmann::json socket = inspected({ "--tcp=127.0.0.1:0,device=" + loopback }).at(0);
	EXPECT_EQ(socket.at("options").at("device"), loopback);
}

TEST(ListenSettings, DualIsOneSocketForBoth)
{
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");
	Process server(listen_command({ "--tcp=[::]:0,dual" },
	    { probe_path(), "--accept", "2" }));
	ProbeReport found(server.read_line());
	int port = found.descriptor(3).at("port");

	EXPECT_EQ(found.descriptor(3).at("v6only"), 0);
	for (const char *host : { "127.0.0.1", "::1" })
		EXPECT_EQ(read_all(connect_to(host, port).get()), "descriptor 3\n");
	EXPECT_EQ(server.finish().status, 0);
}

/* Old connections may linger on a port that is asked for, not on one that the
 * kernel chooses; and reuse lets a second UDP socket take the first one's
 * traffic on Linux. */
TEST(ListenSettings, ReuseAddressIsOnForAPortOfTcpAlone)
{
	int port;
	Descriptor reserved = reserve_port("127.0.0.1", &port);
	std::string address = "127.0.0.1:" + std::to_string(port);

	EXPECT_EQ(probe_behind_listen({ "--tcp=" + address }).descriptor(3).at("reuse_address"), 1);
	EXPECT_EQ(probe_behind_listen({ "--tcp=127.0.0.1:0" }).descriptor(3).at("reuse_address"), 0);
	EXPECT_EQ(probe_behind_listen({ "--udp=" + address }).descriptor(3).at("reuse_address"), 0);
}

TEST(ListenSettings, PreferredOnesThatAreMissingAreAWarning)
{
	Result result = run(listen_command({ "--udp=127.0.0.1:0,prefer-wait-for=data" }, { "true" }));

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_EQ(result.error_line(0).rfind("bindchain listen: warning: wait-for: not supported,"
	    " ignored: ", 0), 0u) << result;
}

TEST(ListenSettings, ExclusiveRefusesWhatTheKernelWouldLetPass)
{
	Descriptor first(socket(AF_INET, SOCK_DGRAM, 0));
	int one = 1;
	struct sockaddr_in address = {};
	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ASSERT_EQ(setsockopt(first.get(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one), 0);
	ASSERT_EQ(bind(first.get(), reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
	std::string option = "--udp=127.0.0.1:" + std::to_string(port_of(first.get()))
	    + ",reuse-address";

	Result passes = run(listen_command({ option }, { "true" }));
	Result result = run(listen_command({ option + ",exclusive" }, { "true" }));
	EXPECT_EQ(passes.status == 0, expectations().datagram_sockets_share) << passes;
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0).rfind("bindchain listen: fatal: exclusive UDP 127.0.0.1:", 0),
	    0u) << result;
}

TEST(ListenSettings, ExclusiveDoesNotMindOldConnections)
{
	if (!expectations().listeners_are_told_apart)
		SKIP_TEST_EVEN_IN_CI("this kernel does not tell listeners from connections");
	int port;
	Descriptor server = reserve_port("127.0.0.1", &port);
	ASSERT_EQ(listen(server.get(), 1), 0);
	Descriptor client = connect_to("127.0.0.1", port);
	Descriptor accepted(accept(server.get(), nullptr, nullptr));
	/* The server's side closes first and has the port in TIME_WAIT. */
	server = Descriptor();
	accepted = Descriptor();
	EXPECT_EQ(read_all(client.get()), "");
	client = Descriptor();
	Result result = run(listen_command({ "--tcp=127.0.0.1:" + std::to_string(port)
	    + ",exclusive" }, { "true" }));
	EXPECT_EQ(result.status, 0) << result;
}

/* ---- what is refused ---- */

struct Mistake {
	const char *name;
	Words options;
	const char *message;
};

class ListenRefuses : public testing::TestWithParam<Mistake> {};

TEST_P(ListenRefuses, WithStatus100AndTheWordAtFault)
{
	const Mistake &row = GetParam();
	Result result = run(listen_command(row.options, { "true" }));

	EXPECT_EQ(result.status, 100) << result;
	EXPECT_EQ(result.error_line(0), std::string("bindchain listen: fatal: ") + row.message);
}

const Mistake mistakes[] = {
	{ "NoSocket", {}, "no socket; open one with --tcp=ADDRESS, for example" },
	{ "NoPort", { "--tcp=127.0.0.1" }, "--tcp: not ADDRESS:PORT: 127.0.0.1" },
	{ "Ipv6WithoutBrackets", { "--tcp=::1:80" },
	    "--tcp: IPv6 addresses need brackets: ::1:80" },
	{ "Ipv6AloneWithoutBrackets", { "--tcp=fe80::1%lo:http" },
	    "--tcp: IPv6 addresses need brackets: fe80::1%lo:http" },
	{ "Ipv6WithoutPort", { "--tcp=2001:db8::" },
	    "--tcp: IPv6 addresses need brackets: 2001:db8::" },
	{ "TwoPorts", { "--tcp=127.0.0.1:8080:9" }, "--tcp: not ADDRESS:PORT: 127.0.0.1:8080:9" },
	{ "Url", { "--tcp=tcp://127.0.0.1:80" },
	    "--tcp: not ADDRESS:PORT: tcp://127.0.0.1:80; did you mean 127.0.0.1:80?" },
	{ "AddressEmpty", { "--tcp=" }, "--tcp: the address is empty" },
	{ "AddressEmptyWithSettings", { "--netlink=,nonblocking" },
	    "--netlink: the address is empty" },
	{ "PortMissing", { "--udp=127.0.0.1:" }, "--udp: no port after the colon" },
	{ "PortOfBracketsMissing", { "--tcp=[::1]:" }, "--tcp: no port after the colon" },
	{ "PortOfBothMissing", { "--tcp=:" }, "--tcp: no port after the colon" },
	{ "BracketNotClosed", { "--tcp=[::1:80" }, "--tcp: not [ADDRESS]:PORT: [::1:80" },
	{ "Ipv4InBrackets", { "--tcp=[127.0.0.1]:80" },
	    "--tcp: brackets are for IPv6 addresses: 127.0.0.1" },
	{ "AnyHostAsAsterisk", { "--tcp=*:80" },
	    "--tcp: not a host name or an IPv4 address (four decimal numbers):"
	    " *; did you mean :PORT?" },
	{ "Ipv4InThreeNumbers", { "--tcp=127.0.1:80" },
	    "--tcp: not a host name or an IPv4 address (four decimal numbers):"
	    " 127.0.1" },
	{ "CountWithoutBalance", { "--tcp=127.0.0.1:80,count=2" },
	    "--tcp: count needs balance, which lets sockets share an address" },
	{ "CountWithoutNeed", { "--tcp=127.0.0.1:80,count=2,prefer-balance" },
	    "--tcp: count needs balance, which lets sockets share an address" },
	{ "CountWithBalanceOff", { "--tcp=127.0.0.1:80,count=2,balance=no" },
	    "--tcp: count needs balance, which lets sockets share an address" },
	{ "CountAndExclusive", { "--tcp=127.0.0.1:80,count=2,balance,exclusive" },
	    "--tcp: exclusive excludes share and balance" },
	{ "CountOfNone", { "--tcp=127.0.0.1:80,balance,count=0" }, "--tcp: count: not 1 to 256: 0" },
	{ "CountTooLarge", { "--tcp=127.0.0.1:80,balance,count=257" },
	    "--tcp: count: not 1 to 256: 257" },
	{ "CountNotANumber", { "--tcp=127.0.0.1:80,balance,count=two" },
	    "--tcp: count: not a number: two" },
	{ "CountWithoutNumber", { "--tcp=127.0.0.1:80,balance,count" },
	    "--tcp: count: value missing" },
	{ "CountOfPaths", { "--unix=/nonexistent/s,count=2" },
	    "--unix: not a setting of this kind of socket: count" },
	{ "PreferBothOfAnAddress", { "--tcp=0.0.0.0:80,prefer-both" },
	    "--tcp: prefer-both needs the address :PORT, or [::]:PORT with dual" },
	{ "PreferBothOfAName", { "--tcp=localhost:80,prefer-both,all" },
	    "--tcp: prefer-both needs the address :PORT, or [::]:PORT with dual" },
	{ "PreferBothOfIpv6", { "--tcp=[::]:80,prefer-both" },
	    "--tcp: prefer-both needs the address :PORT, or [::]:PORT with dual" },
	{ "PreferBothOfDualLoopback", { "--tcp=[::1]:80,prefer-both,dual" },
	    "--tcp: prefer-both needs the address :PORT, or [::]:PORT with dual" },
	{ "PreferBothAndDual", { "--tcp=:80,prefer-both,dual" },
	    "--tcp: dual needs the address [::]" },
	{ "PreferBothAndCheckInterfaces", { "--tcp=:80,prefer-both,check-interfaces" },
	    "--tcp: prefer-both excludes check-interfaces" },
	{ "PreferBothOfAPath", { "--unix=/nonexistent/s,prefer-both" },
	    "--unix: not a setting of this kind of socket: prefer-both" },
	{ "AllOfNoName", { "--tcp=:0,all" }, "--tcp: all needs a name before the port" },
	{ "AllOfAPath", { "--unix=/nonexistent/s,all" },
	    "--unix: not a setting of this kind of socket: all" },
	{ "UnknownSetting", { "--tcp=127.0.0.1:0,backlogg=5" },
	    "--tcp: unknown setting: backlogg; did you mean backlog?" },
	{ "PreferUnknown", { "--tcp=127.0.0.1:0,prefer-everything" },
	    "--tcp: unknown setting: prefer-everything" },
	{ "PreferAll", { "--tcp=127.0.0.1:0,prefer-all" },
	    "--tcp: only socket options can be preferred: prefer-all" },
	{ "PreferBacklog", { "--tcp=127.0.0.1:0,prefer-backlog=5" },
	    "--tcp: only socket options can be preferred: prefer-backlog" },
	{ "BacklogNotANumber", { "--tcp=127.0.0.1:0,backlog=5x" },
	    "--tcp: backlog: not a number: 5x" },
	{ "BacklogWithoutNumber", { "--tcp=127.0.0.1:0,backlog" }, "--tcp: backlog: value missing" },
	{ "BacklogSigned", { "--tcp=127.0.0.1:0,backlog=-1" },
	    "--tcp: backlog: not 0 to 2147483647: -1" },
	{ "BacklogTooLarge", { "--tcp=127.0.0.1:0,backlog=2147483648" },
	    "--tcp: backlog: not 0 to 2147483647: 2147483648" },
	{ "BacklogHexadecimal", { "--tcp=127.0.0.1:0,backlog=0x10" },
	    "--tcp: backlog: not a decimal number: 0x10" },
	{ "LeastBacklogTooLarge", { "--tcp=127.0.0.1:0,least-backlog=2147483648" },
	    "--tcp: least-backlog: not 0 to 2147483647: 2147483648" },
	{ "LeastBufferSigned", { "--tcp=127.0.0.1:0,least-receive-buffer=-1" },
	    "--tcp: least-receive-buffer: not 0 to 2147483647: -1" },
	{ "BacklogOfDatagrams", { "--udp=127.0.0.1:0,backlog=5" },
	    "--udp: backlog: datagram sockets have no backlog" },
	{ "FlagNeither", { "--tcp=127.0.0.1:0,share=maybe" },
	    "--tcp: share: not yes or no: maybe" },
	{ "FlagOn", { "--tcp=127.0.0.1:0,nodelay=on" },
	    "--tcp: nodelay: not yes or no: on; did you mean yes?" },
	{ "FlagOff", { "--tcp=127.0.0.1:0,nodelay=off" },
	    "--tcp: nodelay: not yes or no: off; did you mean no?" },
	{ "FlagTrue", { "--unix=path,nonblocking=True" },
	    "--unix: nonblocking: not yes or no: True; did you mean yes?" },
	{ "FlagFalse", { "--unix=path,nonblocking=false" },
	    "--unix: nonblocking: not yes or no: false; did you mean no?" },
	{ "FlagOne", { "--tcp=[::]:0,dual=1" }, "--tcp: dual: not yes or no: 1; did you mean yes?" },
	{ "FlagZero", { "--tcp=[::]:0,dual=0" }, "--tcp: dual: not yes or no: 0; did you mean no?" },
	{ "FlagEnable", { "--tcp=127.0.0.1:0,exclusive=enable" },
	    "--tcp: exclusive: not yes or no: enable; did you mean yes?" },
	{ "FlagEmpty", { "--tcp=127.0.0.1:0,nodelay=" }, "--tcp: nodelay: value missing" },
	{ "FlagOfListenEmpty", { "--tcp=127.0.0.1:0,exclusive=" },
	    "--tcp: exclusive: value missing" },
	{ "SettingMissing", { "--tcp=127.0.0.1:0," }, "--tcp: setting missing after a comma" },
	{ "SettingMissingInTheMiddle", { "--tcp=127.0.0.1:0,,nodelay" },
	    "--tcp: setting missing after a comma" },
	{ "SettingWithoutName", { "--unix=path,=yes" },
	    "--unix: name of a setting missing: =yes" },
	{ "ModeOfAPort", { "--tcp=127.0.0.1:0,mode=600" },
	    "--tcp: not a setting of this kind of socket: mode" },
	{ "DualOfAPath", { "--unix=path,dual" },
	    "--unix: not a setting of this kind of socket: dual" },
	{ "DualOfOneAddress", { "--tcp=127.0.0.1:0,dual" }, "--tcp: dual needs the address [::]" },
	{ "ModeNotOctal", { "--unix=path,mode=680" }, "--unix: mode: not an octal number: 680" },
	{ "ModeNegativeZero", { "--unix=path,mode=-0" }, "--unix: mode: not 0 to 07777: -0" },
	{ "ModeSigned", { "--unix=path,mode=-600" }, "--unix: mode: not 0 to 07777: -600" },
	{ "DirectoryModeNegativeZero", { "--unix=path,directory-mode=-00" },
	    "--unix: directory-mode: not 0 to 07777: -00" },
	{ "OwnerUnknown", { "--unix=path,owner=no-such-user" },
	    "--unix: owner: no such user: no-such-user" },
	{ "GroupUnknown", { "--unix=path,group=no-such-group" },
	    "--unix: group: no such group: no-such-group" },
	{ "DeviceUnknown", { "--tcp=127.0.0.1:0,device=no-such" },
	    "--tcp: device: no such interface: no-such" },
	{ "DeviceMissingWithoutWait", { "--tcp=127.0.0.1:0,device=no-such,wait=0" },
	    "--tcp: device: no such interface: no-such" },
	{ "DeviceEmptyWithWait", { "--tcp=127.0.0.1:0,device=,wait=5" },
	    "--tcp: device: value missing" },
	{ "DeviceWithoutName", { "--tcp=127.0.0.1:0,device" }, "--tcp: device: value missing" },
	{ "DeviceThatCannotComeWithWait", { "--tcp=127.0.0.1:0,wait=5,device=sixteen-bytes-xx" },
	    "--tcp: device: no such interface: sixteen-bytes-xx" },
	{ "CongestionWithoutName", { "--tcp=127.0.0.1:0,congestion" },
	    "--tcp: congestion: value missing" },
	{ "CongestionEmpty", { "--tcp=127.0.0.1:0,congestion=" }, "--tcp: congestion: value missing" },
	{ "CongestionTooLong", { "--tcp=127.0.0.1:0,congestion=sixteen-bytes-xx" },
	    "--tcp: congestion: longer than 15 bytes: sixteen-bytes-xx" },
	{ "CongestionOfAFifo", { "--fifo=/nonexistent/f,congestion=reno" },
	    "--fifo: not a setting of this kind of socket: congestion" },
	{ "MarkTooLarge", { "--udp=127.0.0.1:0,mark=0x100000000" },
	    "--udp: mark: not 0 to 0xffffffff: 0x100000000" },
	{ "MarkMuchTooLarge", { "--udp=127.0.0.1:0,mark=99999999999999999999" },
	    "--udp: mark: not 0 to 0xffffffff: 99999999999999999999" },
	{ "MarkSigned", { "--udp=127.0.0.1:0,mark=-1" }, "--udp: mark: not 0 to 0xffffffff: -1" },
	{ "MarkByName", { "--tcp=127.0.0.1:0,mark=red" }, "--tcp: mark: not a number: red" },
	{ "MarkEmpty", { "--tcp=127.0.0.1:0,mark=" }, "--tcp: mark: value missing" },
	{ "OptionWithoutNumbers", { "--tcp=127.0.0.1:0,option" }, "--tcp: option: value missing" },
	{ "OptionOfTwoNumbers", { "--tcp=127.0.0.1:0,option=6:12" },
	    "--tcp: option: not LEVEL:NAME:VALUE, three numbers: 6:12" },
	{ "OptionOfFourNumbers", { "--tcp=127.0.0.1:0,option=6:12:1:1" },
	    "--tcp: option: not LEVEL:NAME:VALUE, three numbers: 6:12:1:1" },
	{ "OptionByName", { "--tcp=127.0.0.1:0,option=IPPROTO_TCP:12:1" },
	    "--tcp: option: not LEVEL:NAME:VALUE, three numbers: IPPROTO_TCP:12:1" },
	{ "OptionOfANegativeLevel", { "--udp=127.0.0.1:0,option=-1:12:1" },
	    "--udp: option: not LEVEL:NAME:VALUE, three numbers: -1:12:1" },
	{ "OptionTooLarge", { "--udp=127.0.0.1:0,option=6:12:2147483648" },
	    "--udp: option: not LEVEL:NAME:VALUE, three numbers: 6:12:2147483648" },
	{ "OptionTooOften", { "--udp=127.0.0.1:0,option=6:77:1,option=6:77:2,option=6:77:3,"
	        "option=6:77:4,option=6:77:5,option=6:77:6,option=6:77:7,option=6:77:8,option=6:77:9" },
	    "--udp: option: more than 8 of them" },
	{ "OptionPreferred", { "--udp=127.0.0.1:0,prefer-option=6:12:1" },
	    "--udp: only socket options can be preferred: prefer-option" },
	{ "OptionOfAFifo", { "--fifo=/nonexistent/f,option=6:12:1" },
	    "--fifo: not a setting of this kind of socket: option" },
	{ "SymlinkToItself", { "--unix=/nonexistent/s,symlink=/nonexistent/s" },
	    "--unix: symlink is the path itself: /nonexistent/s" },
	{ "WaitWithoutNumber", { "--tcp=127.0.0.1:0,wait" }, "--tcp: wait: value missing" },
	{ "WaitNotANumber", { "--tcp=127.0.0.1:0,wait=5s" }, "--tcp: wait: not a number: 5s" },
	{ "WaitSigned", { "--udp=127.0.0.1:0,wait=-1" },
	    "--udp: wait: not 0 to 2147483647: -1" },
	{ "WaitTooLarge", { "--udp=127.0.0.1:0,wait=2147483648" },
	    "--udp: wait: not 0 to 2147483647: 2147483648" },
	{ "WaitOfAPath", { "--unix=path,wait=5" },
	    "--unix: not a setting of this kind of socket: wait" },
	{ "PreferWait", { "--tcp=127.0.0.1:0,prefer-wait=5" },
	    "--tcp: only socket options can be preferred: prefer-wait" },
	{ "WaitForAWrongZone", { "--tcp=[::1%no-such]:0,wait=5" },
	    "--tcp: only a link-local address has a zone: ::1%no-such" },
	{ "WaitForUnknown", { "--tcp=127.0.0.1:0,wait-for=godot" },
	    "--tcp: wait-for: not nothing, data, http, tls or dns: godot" },
	{ "WaitForNearlyData", { "--tcp=127.0.0.1:0,wait-for=date" },
	    "--tcp: wait-for: not nothing, data, http, tls or dns: date; did you mean data?" },
	{ "WaitForWithoutValue", { "--tcp=127.0.0.1:0,wait-for" }, "--tcp: wait-for: value missing" },
	{ "WaitForEmpty", { "--tcp=127.0.0.1:0,wait-for=" }, "--tcp: wait-for: value missing" },
	{ "TimestampsUnknown", { "--udp=127.0.0.1:0,timestamps=ms" },
	    "--udp: timestamps: not off, us or ns: ms; did you mean us?" },
	{ "NameWithColon", { "--tcp=127.0.0.1:0,name=a:b" },
	    "--tcp: name: a name is printable ASCII without colons: a:b" },
	{ "NameEmpty", { "--tcp=127.0.0.1:0,name=" },
	    "--tcp: name: value missing" },
	{ "NameMissing", { "--tcp=127.0.0.1:0,name" }, "--tcp: name: value missing" },
	{ "NameTooLong", { "--tcp=127.0.0.1:0,name=" + std::string(256, 'n') },
	    "--tcp: name: a name has 1 to 255 characters" },
	{ "OwnerTooLarge", { "--unix=path,owner=4294967295" },
	    "--unix: owner: not 0 to 4294967294: 4294967295" },
	{ "ExclusiveAndShared", { "--tcp=127.0.0.1:0,exclusive,share" },
	    "--tcp: exclusive excludes share and balance" },
	{ "AsWhat", { "--tcp=127.0.0.1:0", "--as=inetd" },
	    "--as=inetd: not systemd, stdin, upstart, fd:N, fd:free, nginx, php-fpm,"
	    " server-starter, mojolicious, unicorn, gunicorn, puma or einhorn" },
	{ "TwoOnStandardInput", { "--tcp=127.0.0.1:0", "--udp=127.0.0.1:0", "--as=stdin" },
	    "--as=stdin passes one socket, not 2" },
	{ "TwoForUpstart", { "--tcp=127.0.0.1:0", "--udp=127.0.0.1:0", "--as=upstart" },
	    "--as=upstart passes one socket, not 2" },
	{ "DescriptorNotANumber", { "--tcp=127.0.0.1:0", "--as=fd:x" },
	    "--as=fd:x: not a descriptor (0 to 2147483647)" },
	{ "ReportFormat", { "--tcp=127.0.0.1:0", "--report-format=xml" },
	    "--report-format=xml: not text or json" },
	{ "ReportDescriptorClosed", { "--tcp=127.0.0.1:0", "--report=fd:77" },
	    "--report=fd:77: descriptor is not open" },
	{ "ReportDescriptorNotANumber", { "--tcp=127.0.0.1:0", "--report=fd:x" },
	    "--report=fd:x: not a descriptor (0 to 2147483647)" },
	{ "ReportDescriptorMissing", { "--tcp=127.0.0.1:0", "--report=fd:" },
	    "--report=fd:: not a descriptor (0 to 2147483647)" },
	{ "ReportDescriptorForReading", { "--tcp=127.0.0.1:0", "--report=fd:0" },
	    "--report=fd:0: descriptor is open for reading only" },
	{ "NotifyDescriptorForReading", { "--tcp=127.0.0.1:0", "--notify-fd=0" },
	    "--notify-fd=0: descriptor is open for reading only" },
	{ "NotifyDescriptorNotANumber", { "--tcp=127.0.0.1:0", "--notify-fd=x" },
	    "--notify-fd=x: not a descriptor (0 to 2147483647)" },
	{ "PathEmpty", { "--unix=" }, "--unix: the path is empty" },
	{ "PathEmptyWithSettings", { "--unix-dgram=,mode=600" }, "--unix-dgram: the path is empty" },
	{ "ReportPathEmpty", { "--tcp=127.0.0.1:0", "--report=" }, "--report: the path is empty" },
	{ "NotifyDescriptorClosed", { "--tcp=127.0.0.1:0", "--notify-fd=77" },
	    "--notify-fd=77: descriptor is not open" },
	{ "NetlinkGroups", { "--netlink=route:x" },
	    "--netlink: not a mask of groups (0 to 0xffffffff): x" },
	{ "NetlinkGroupsTooLarge", { "--netlink=route:0x100000000" },
	    "--netlink: not a mask of groups (0 to 0xffffffff): 0x100000000" },
	{ "NetlinkGroupsEmpty", { "--netlink=route:" },
	    "--netlink: no groups after the colon" },
	{ "NetlinkBacklog", { "--netlink=route,backlog=5" },
	    "--netlink: backlog: datagram sockets have no backlog" },
	{ "NetlinkDual", { "--netlink=route,dual" },
	    "--netlink: not a setting of this kind of socket: dual" },
	{ "NetlinkMode", { "--netlink=route,mode=600" },
	    "--netlink: not a setting of this kind of socket: mode" },
	{ "VsockWithoutPort", { "--vsock=any" }, "--vsock: not CID:PORT: any" },
	{ "VsockCid", { "--vsock=guest:5000" },
	    "--vsock: not a CID (any, host, local, hypervisor or a number): guest:5000" },
	{ "VsockCidTooLarge", { "--vsock=4294967296:5000" },
	    "--vsock: not a CID (any, host, local, hypervisor or a number): 4294967296:5000" },
	{ "VsockPort", { "--vsock-seqpacket=any:http" },
	    "--vsock-seqpacket: not a vsock port (any, or 0 to 4294967294): http" },
	{ "VsockPortEmpty", { "--vsock=any:" },
	    "--vsock: no port after the colon" },
	/* vm_sockets.h: VMADDR_PORT_ANY is the number 4294967295. */
	{ "VsockPortThatMeansAny", { "--vsock=:4294967295" },
	    "--vsock: not a vsock port (any, or 0 to 4294967294): 4294967295" },
	{ "VsockEmpty", { "--vsock=" }, "--vsock: the address is empty" },
	{ "VsockBuffer", { "--vsock=any:5000,least-receive-buffer=1" },
	    "--vsock: not a setting of this kind of socket: least-receive-buffer" },
	{ "VsockMode", { "--vsock=any:5000,mode=600" },
	    "--vsock: not a setting of this kind of socket: mode" },
	{ "UnknownOption", { "--sctp=127.0.0.1:0" }, "unknown option: --sctp=127.0.0.1:0" },
};

/* The names of POSIX, which have different numbers on each system. */
TEST(OptionByNumber, IsRefusedIfASettingHasIt)
{
	const struct {
		int level, name;
		const char *setting;
	} rows[] = {
		{ SOL_SOCKET, SO_REUSEADDR, "reuse-address" }, { SOL_SOCKET, SO_KEEPALIVE, "keepalive" },
		{ SOL_SOCKET, SO_RCVBUF, "receive-buffer" }, { SOL_SOCKET, SO_SNDBUF, "send-buffer" },
		{ SOL_SOCKET, SO_BROADCAST, "broadcast" }, { IPPROTO_TCP, TCP_NODELAY, "nodelay" },
		{ IPPROTO_IPV6, IPV6_V6ONLY, "dual" }, { SOL_SOCKET, SO_TIMESTAMP, "timestamps" },
		{ IPPROTO_IPV6, IPV6_UNICAST_HOPS, "hop-limit" },
	};

	for (const auto &row : rows) {
		const std::string numbers = std::to_string(row.level) + ":" + std::to_string(row.name);
		Result result = run(tool("bindchain", { "listen", "--tcp=127.0.0.1:0,option=" + numbers
		    + ":1", "true" }));
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: --tcp: option: a setting has"
		    " this option: " + numbers + ":1; did you mean " + row.setting + "?");
	}
}

/* SO_LINGER takes a structure: an int is too short. */
TEST(OptionByNumber, IsNamedInItsFailure)
{
	const std::string numbers = std::to_string(SOL_SOCKET) + ":" + std::to_string(SO_LINGER);
	Result result = run(tool("bindchain", { "listen", "--tcp=127.0.0.1:0,option=" + numbers + ":1",
	    "true" }));

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: setsockopt " + numbers
	    + " TCP 127.0.0.1:0: " + error_text(EINVAL));
}

/* socket(7): SO_RCVLOWAT is an int that each system keeps; so is SO_OOBINLINE. */
TEST(OptionByNumber, IsReadBackForTheReportAndExplained)
{
	const std::string level = std::to_string(SOL_SOCKET), name = std::to_string(SO_RCVLOWAT);
	const std::string setting = "--tcp=127.0.0.1:0,option=" + level + ":" + name + ":7,option="
	    + level + ":" + std::to_string(SO_OOBINLINE) + ":1";
	const nlohmann::json expected = { { "level", SOL_SOCKET }, { "name", SO_RCVLOWAT },
		{ "value", 7 } };
	Result result = run(tool("bindchain", { "listen", setting, "--report=fd:1", "true" }));

	EXPECT_NE(result.output.find(" option=" + level + ":" + name + ":7(7) option="),
	    std::string::npos) << result;
	result = run(tool("bindchain", { "listen", setting, "--report=fd:1", "--report-format=json",
	    "true" }));
	nlohmann::json options = nlohmann::json::parse(result.output).at("sockets").at(0)
	                             .at("options_by_number");
	ASSERT_EQ(options.size(), 2u);
	EXPECT_EQ(options.at(0).at("present"), 7);
	options.at(0).erase("present");
	EXPECT_EQ(options.at(0), expected);
	result = run(tool("bindchain", { "explain", "--json", "listen", setting, "true" }));
	EXPECT_EQ(nlohmann::json::parse(result.output).at("sockets").at(0).at("options_by_number")
	              .at(0), expected);
	result = run(tool("bindchain", { "explain", "listen", setting, "true" }));
	EXPECT_NE(result.output.find("    setsockopt(" + level + ", " + name
	    + ", 7): by number: another option on other systems\n"), std::string::npos) << result;
}

std::string
mistake_name(const testing::TestParamInfo<Mistake> &tested)
{
	return tested.param.name;
}
INSTANTIATE_TEST_SUITE_P(Mistakes, ListenRefuses, testing::ValuesIn(mistakes), mistake_name);

/* What inet_aton(3) takes besides, which getaddrinfo(3) would pass on. */
class ListenHost : public testing::TestWithParam<const char *> {};

TEST_P(ListenHost, IsFourDecimalNumbersOrAName)
{
	for (const char *option : { "--tcp=", "--udp=" }) {
		Result result = run(listen_command({ option + std::string(GetParam()) + ":0" },
		    { "true" }));
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_NE(result.error_line(0).find("four decimal numbers"), std::string::npos)
		    << result;
	}
}

INSTANTIATE_TEST_SUITE_P(Odd, ListenHost, testing::Values("010.0.0.1", "127.1", "127.0.1",
    "0x7f.1", "0X7F000001", "0x7f.0.0.0x1", "0", "00", "0x0", "0x", "2130706433", "*", "*.1",
    "1.2.3", "1.2.3.4.5", "127.0.0.01", "0177.0.0.1", "127.0.0.1.", "0.", "127..1", ".1",
    "256.0.0.1", "4294967296", "127.0.0.1 ", " 127.0.0.1", "127.0.0.1 x", "127.0.0.1%lo",
    "127.0.0.1/8", "+127.0.0.1", "-1.0.0.1", "localhost ", "*.localhost"));

class ListenBrackets : public testing::TestWithParam<const char *> {};

TEST_P(ListenBrackets, HaveAnIPv6Address)
{
	const std::string host = GetParam();
	Result result = run(listen_command({ "--tcp=[" + host + "]:0" }, { "true" }));
	EXPECT_EQ(result.status, 100) << result;
	EXPECT_EQ(result.error.find("bindchain listen: fatal: --tcp: not an IPv6 address: "), 0U)
	    << result;
	EXPECT_EQ(result.error_lines(), 1U) << result;
}

INSTANTIATE_TEST_SUITE_P(Odd, ListenBrackets, testing::Values("", " ::1", "::1 ", "1::2::3",
    "localhost", "0000000::1", "12345::", "::1%", "fe80::1%", "%lo", "::1\n", "::1/64", ":::",
    "127.1", "::256.0.0.1", "0:0:0:0:0:0:0:0:1",
    "0000:0000:0000:0000:0000:ffff:255.255.255.255.255.255"));

/* Digits, or what services(5) may have: a name without spaces. */
class ListenPort : public testing::TestWithParam<const char *> {};

TEST_P(ListenPort, IsANumberOrAService)
{
	for (const char *host : { "127.0.0.1", "", "[::1]", "localhost" }) {
		const std::string address = host + std::string(":") + GetParam();
		Result tcp = run(listen_command({ "--tcp=" + address }, { "true" }));
		Result udp = run(listen_command({ "--udp=" + address }, { "true" }));
		const std::string problem = ": not a port number (0 to 65535) or the name of a ";
		EXPECT_EQ(tcp.status, 100) << tcp;
		EXPECT_EQ(udp.status, 100) << udp;
		EXPECT_EQ(tcp.error.find("bindchain listen: fatal: --tcp" + problem + "TCP service: "),
		    0U) << tcp;
		EXPECT_EQ(udp.error.find("bindchain listen: fatal: --udp" + problem + "UDP service: "),
		    0U) << udp;
		EXPECT_EQ(tcp.error_lines(), 1U) << tcp;
	}
}

INSTANTIATE_TEST_SUITE_P(Odd, ListenPort, testing::Values(" ", "8o80", "+80", "-1", "0x50",
    " 80", "80 ", "80\n", "80.0", "8080x", "65536", "4294967376", "18446744073709551696",
    "99999999999999999999999", "no-such-service", "no/such", "#", "\x80", "*"));

TEST(Listen, WithoutANextProgramSaysSo)
{
	Result result = run(tool("bindchain", { "listen", "--tcp=127.0.0.1:0" }));
	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: no next program");
}

/* ---- handover ---- */

TEST(ListenHandover, StandardInputIsReplaced)
{
	ProbeReport found = probe_behind_listen({ "--tcp=127.0.0.1:0", "--as=stdin" });
	EXPECT_EQ(found.sockets(), std::vector<int> { 0 });
	EXPECT_FALSE(found.variable("LISTEN_FDS"));
}

TEST(ListenHandover, SocketsBeginAtTheChosenDescriptor)
{
	const std::string host = loopback();
	ProbeReport found = probe_behind_listen({ "--tcp=" + host + ":0", "--udp=" + host + ":0",
	    "--as=fd:10", "--env=SOCKETS" });
	EXPECT_EQ(found.sockets(), (std::vector<int> { 10, 11 }));
	EXPECT_FALSE(found.variable("LISTEN_FDS"));
	EXPECT_EQ(found.variable("SOCKETS"), "10=" + host + ":"
	    + std::to_string(found.descriptor(10).at("port").get<int>()) + ";11=" + host + ":"
	    + std::to_string(found.descriptor(11).at("port").get<int>()));
}

/* Seen on FreeBSD 13.1: what went and what was long brought back the old values. */
TEST(ListenHandover, OldVariablesDoNotComeBack)
{
	const std::string names(3000, 'n');
	Command command = listen_command({ "--env=ADDRESSES",
	    "--tcp=" + loopback() + ":0,name=a" }, {});
	command.set("LISTEN_PIDFDID", "7").set("LISTEN_FDS", "9").set("LISTEN_PID", "1");
	command.set("LISTEN_FDNAMES", names).set("UPSTART_FDS", "old").set("LAST", "stays");
	const std::vector<std::string> before = command.environment;
	ProbeReport found = probe_behind(command);

	EXPECT_EQ(found.variable("LISTEN_FDS"), "1");
	EXPECT_EQ(found.variable("LISTEN_PID"), std::to_string(found.pid()));
	EXPECT_EQ(found.variable("LISTEN_FDNAMES"), "a");
	EXPECT_FALSE(found.variable("LISTEN_PIDFDID"));
	EXPECT_EQ(found.variable("UPSTART_FDS"), "old") << "it is another convention's";
	EXPECT_EQ(found.environment().size(), before.size()) << "one went, one came";
	EXPECT_EQ(found.environment().at(before.size() - 2), "LAST=stays");
	EXPECT_EQ(found.environment().back().rfind("ADDRESSES=3=" + loopback() + ":", 0), 0u);
}

/* Before anything is opened: the path does not appear. */
TEST(ListenHandover, AVariableThatHasAMeaningAlreadyIsRefused)
{
	for (const char *name : { "", "=", "a=b", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES",
	         "LISTEN_PIDFDID", "UPSTART_EVENTS", "UPSTART_FDS", "PATH", "LD_PRELOAD",
	         "DYLD_LIBRARY_PATH", "NOTIFY_SOCKET" }) {
		TemporaryDirectory directory;
		const std::string path = directory / "socket";
		const std::string option = std::string("--env=") + name;
		const std::string line_begins = "bindchain listen: fatal: " + option + ": ";
		const Words line = { "listen", option, "--unix=" + path, "true" };
		Words explained = line;
		explained.insert(explained.begin(), "explain");
		for (const Words &words : { line, explained }) {
			Result result = run(tool("bindchain", words));
			EXPECT_EQ(result.status, 100) << result;
			EXPECT_EQ(result.output, "");
			EXPECT_EQ(result.error_lines(), 1u);
			EXPECT_EQ(result.error.rfind(line_begins, 0), 0u) << result;
		}
		EXPECT_FALSE(std::filesystem::exists(path));
	}
}

/* TEXT with all of WORD replaced. */
std::string
with(std::string text, const std::string &word, const std::string &replacement)
{
	for (size_t at = text.find(word); at != std::string::npos; at = text.find(word))
		text.replace(at, word.size(), replacement);
	return text;
}

/* By the sources of the programs that read them. */
TEST(ListenHandover, EachProgramGetsTheVariablesOfItsConvention)
{
	TemporaryDirectory directory;
	const std::string path = directory / "socket";
	const struct {
		std::string as;
		std::map<std::string, std::string> variables;
	} rows[] = {
		{ "nginx", { { "NGINX", "3;4;" } } },
		{ "php-fpm", { { "FPM_SOCKETS", "ADDRESS=3,PATH=4" } } },
		{ "server-starter", { { "SERVER_STARTER_PORT", "ADDRESS=3;PATH=4" } } },
		{ "mojolicious", { { "MOJO_REUSE", "ADDRESS:3,unix:PATH:4" } } },
		{ "unicorn", { { "UNICORN_FD", "3,4" } } },
		{ "gunicorn", { { "GUNICORN_FD", "3,4" }, { "GUNICORN_PID", "PID" } } },
		{ "puma",
		    { { "PUMA_INHERIT_0", "3:tcp://ADDRESS" }, { "PUMA_INHERIT_1", "4:unix://PATH" } } },
		{ "einhorn", { { "EINHORN_FD_COUNT", "2" }, { "EINHORN_FD_0", "3" },
		    { "EINHORN_FD_1", "4" }, { "EINHORN_FDS", "3 4" } } },
		{ "systemd,nginx", { { "LISTEN_FDS", "2" }, { "NGINX", "3;4;" } } },
		{ "unicorn,fd:9", { { "UNICORN_FD", "9,10" } } },
	};

	for (const auto &row : rows) {
		ProbeReport found = probe_behind_listen({ "--tcp=" + loopback() + ":0",
		    "--unix=" + path, "--as=" + row.as });
		std::string address = loopback() + ":"
		    + std::to_string(found.descriptor(found.sockets().at(0)).at("port").get<int>());
		for (const auto &[name, value] : row.variables)
			EXPECT_EQ(found.variable(name), with(with(with(value, "ADDRESS", address),
			    "PATH", path), "PID", std::to_string(found.pid())));
	}
}

TEST(ListenHandover, AVariableFollowsItsFormat)
{
	const struct {
		const char *format, *value;
	} rows[] = {
		{ "{fd}", "3,4" },
		{ "{name}={fd}", "web=3,unknown=4" },
		{ "{host} {index} of {count}", "127.0.0.1 0 of 2,127.0.0.1 1 of 2" },
		{ "{count} sockets", "2 sockets" },
		{ "{{{fd}}}", "{3},{4}" },
	};

	for (const auto &row : rows)
		EXPECT_EQ(probe_behind_listen({ "--tcp=127.0.0.1:0,name=web", "--udp=127.0.0.1:0",
		    std::string("--env=X=") + row.format }).variable("X"), row.value);
	ProbeReport found = probe_behind_listen({ "--tcp=127.0.0.1:0", "--udp=127.0.0.1:0",
	    "--env=X={fd}", "--env=Y={index}", "--env=Z", "--env-separator= and " });
	EXPECT_EQ(found.variable("X"), "3 and 4");
	EXPECT_EQ(found.variable("Y"), "0 and 1");
	EXPECT_EQ(found.variable("Z").value_or("").rfind("3=127.0.0.1:", 0), 0U);
}

TEST(ListenHandover, WordsOfTheNextProgramBecomeDescriptors)
{
	Result result = run(tool("bindchain", { "listen", "--tcp=127.0.0.1:0,name=web",
	    "--udp=127.0.0.1:0", "--as=fd:9", "--words", "echo", "fd@{web}", "{1}", "{0}:{1}",
	    "{{web}}" }));

	EXPECT_EQ(result.output, "fd@9 10 9:10 {web}\n") << result;
}

/* make(1) passes its jobserver on 3 and 4. */
TEST(ListenHandover, FreeDescriptorsAreFoundWhereThreeIsTaken)
{
	Descriptor file(open("/dev/null", O_RDONLY));
	Command command = listen_command({ "--tcp=127.0.0.1:0", "--udp=127.0.0.1:0",
	    "--as=fd:free", "--env=FDS={fd}" }, {});
	command.descriptors[4] = file.get();

	EXPECT_EQ(probe_behind(command).variable("FDS"), "5,6");
}

TEST(ListenHandover, NoListenPidLeavesThatVariableOut)
{
	ProbeReport found = probe_behind_listen({ "--tcp=127.0.0.1:0", "--no-listen-pid" });

	EXPECT_EQ(found.variable("LISTEN_FDS"), "1");
	EXPECT_FALSE(found.variable("LISTEN_PID"));
}

/* Before anything is opened: the path does not appear. */
TEST(ListenHandover, WordsOfConventionsAreChecked)
{
	const struct {
		Words options;
		const char *message;
	} rows[] = {
		{ { "--as=systemd,stdin" },
		    "--as=systemd,stdin: systemd and stdin cannot be combined: each has descriptors"
		    " of its own" },
		{ { "--as=fd:3,systemd" },
		    "--as=fd:3,systemd: fd:3 and systemd cannot be combined: each has descriptors"
		    " of its own" },
		{ { "--as=nginx,puma,nginx" }, "--as=nginx,puma,nginx: nginx appears twice" },
		{ { "--as=nginx,x" },
		    "--as=x: not systemd, stdin, upstart, fd:N, fd:free, nginx, php-fpm,"
		    " server-starter, mojolicious, unicorn, gunicorn, puma or einhorn" },
		{ { "--env=X={fds}" },
		    "--env=X={fds}: unknown placeholder: {fds}; known are {fd}, {address}, {host},"
		    " {port}, {url}, {name}, {index}, {count} and {pid}, and {{ and }} are literal"
		    " braces" },
		{ { "--env=X=fd}" },
		    "--env=X=fd}: unknown placeholder: }; known are {fd}, {address}, {host},"
		    " {port}, {url}, {name}, {index}, {count} and {pid}, and {{ and }} are literal"
		    " braces" },
		{ { "--env=X=3" },
		    "--env=X=3: the format has no placeholder, such as {fd}" },
		{ { "--env=X={fd}", "--env=Y={fd}", "--env=X={name}" }, "--env=X={name}: X is set twice" },
		{ { "--as=nginx", "--env=NGINX={fd}" }, "--env=NGINX={fd}: NGINX is set twice" },
		{ Words(17, "--env=X={fd}"), "--env: more than 16 of them" },
		{ { "--env=X={fd}", "--env=Y={port}" },
		    "Y: {port} is a part of an internet address, and " },
		{ { "--env=X={host}" }, "X: {host} is a part of an internet address, and " },
		{ { "--env=X", "--env-separator=;" }, "--env-separator needs --env=NAME=FORMAT" },
		{ { "--env-separator=;" }, "--env-separator needs --env=NAME=FORMAT" },
		{ { "--as=nginx", "--no-listen-pid" },
		    "--no-listen-pid is for --as=systemd, not --as=nginx" },
		{ { "--as=php-fpm" }, "FPM_SOCKETS: cannot represent a path with \",\": " },
	};

	for (const auto &row : rows) {
		TemporaryDirectory directory;
		Words words = { "listen", "--unix=" + directory.path() + "/a\\,b" };
		words.insert(words.end(), row.options.begin(), row.options.end());
		words.push_back("true");
		Result result = run(tool("bindchain", words));
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(result.error.rfind(std::string("bindchain listen: fatal: ") + row.message,
		    0), 0u) << result;
		EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
	}
	Result result = run(tool("bindchain", { "listen", "--tcp=127.0.0.1:0,name=web",
	    "--words", "echo", "{wbe}" }));
	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: --words: {wbe}: no socket has"
	    " this name; did you mean {web}?");
}

/* A command in the same process sees what the one before it has changed. */
TEST(ListenHandover, ACommandThatStaysSeesTheNewEnvironment)
{
	Command command = listen_command({ "--as=upstart", "--tcp=127.0.0.1:0" },
	    { "bindchain", "adapt", "--from=upstart", "bindchain", "inspect" });
	command.set("UPSTART_FDS", "9").set("LISTEN_FDNAMES", "old");
	Result result = run(command);

	EXPECT_EQ(result.status, 0) << result;
	EXPECT_NE(result.output.find("\nLISTEN_FDS=1\n"), std::string::npos) << result;
	EXPECT_NE(result.output.find("\nLISTEN_FDNAMES=unknown\n"), std::string::npos) << result;
	EXPECT_EQ(result.output.find("UPSTART_"), std::string::npos) << result;
}

TEST(ListenHandover, UpstartGetsTheDescriptorInItsVariables)
{
	ProbeReport found = probe_behind_listen({ "--tcp=127.0.0.1:0", "--as=upstart" });
	EXPECT_EQ(found.sockets(), std::vector<int> { 3 });
	EXPECT_EQ(found.variable("UPSTART_EVENTS"), "socket");
	EXPECT_EQ(found.variable("UPSTART_FDS"), "3");
}

TEST(ListenHandover, AnOpenDescriptorInTheWayIsNamedUnlessItMayGo)
{
	Descriptor file(open("/dev/null", O_RDONLY));
	Words sockets = { "--tcp=127.0.0.1:0", "--tcp=127.0.0.1:0" };
	Command command = listen_command(sockets, { "true" });
	command.descriptors[4] = file.get();
	Result result = run(command);
	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: descriptor 4 is already open;"
	    " --replace-fds closes it");

	sockets.push_back("--replace-fds");
	command = listen_command(sockets, {});
	command.descriptors[4] = file.get();
	EXPECT_EQ(probe_behind(command).sockets(), (std::vector<int> { 3, 4 }));
}

/* ---- reports ---- */

TEST(ListenReport, ToADescriptorAsJson)
{
	int ends[2];
	ASSERT_EQ(pipe(ends), 0);
	Descriptor reader(ends[0]), writer(ends[1]);
	Command command = listen_command({ "--tcp=" + loopback() + ":0,name=web,backlog=3",
	    "--report=fd:9", "--report-format=json" }, {});
	command.descriptors[9] = writer.get();
	ProbeReport found = probe_behind(command);
	writer = Descriptor();
	nlohmann::json report = nlohmann::json::parse(read_all(reader.get()));

	EXPECT_EQ(report.at("schema"), "bindchain-report");
	EXPECT_EQ(report.at("schema_version"), 1);
	EXPECT_EQ(report.at("pid"), found.pid());
	EXPECT_EQ(report.at("sockets").at(0).at("name"), "web");
	EXPECT_EQ(report.at("sockets").at(0).at("port"), found.descriptor(3).at("port"));
	EXPECT_EQ(report.at("sockets").at(0).at("queue_limit"), 3);
	EXPECT_EQ(found.descriptors(), (std::vector<int> { 0, 1, 2, 3 })) << "9 stayed open";
}

TEST(ListenReport, ToAFileAsText)
{
	TemporaryDirectory directory;
	std::string path = directory.file("report", "an older one", 0600);
	ProbeReport found = probe_behind_listen({ "--tcp=" + loopback() + ":0,name=web,backlog=3",
	    "--report=" + path });

	EXPECT_EQ(read_whole_file(path), "fd=3 name=web address=" + loopback() + ":"
	    + std::to_string(found.descriptor(3).at("port").get<int>()) + " backlog=3 inherited=no\n");
}

/* A reader splits the line at spaces: names and paths may have what looks like other values. */
TEST(ListenReport, EscapesSpacesInAsText)
{
	TemporaryDirectory directory;
	const std::string path = directory / "s backlog=9 inherited=yes ";
	Result result = run(tool("bindchain", { "listen", "--unix=" + path
	    + ",name=two words\\\\,backlog=3", "--fifo=" + (directory / " f"), "--report=fd:1",
	    "true" }));

	EXPECT_EQ(result.output, "fd=3 name=two\\040words\\\\ address=" + directory.path()
	    + "/s\\040backlog=9\\040inherited=yes\\040 backlog=3 inherited=no\n"
	      "fd=4 name=unknown address=" + directory.path() + "/\\040f inherited=no\n") << result;
}

TEST(ListenReport, WhatCannotBeWrittenFailsAndLeavesNothing)
{
	TemporaryDirectory directory;
	Result result = run(listen_command({ "--unix=" + (directory / "socket"),
	    "--report=" + (directory / "missing/report") }, { "true" }));

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: report to "
	    + (directory / "missing/report") + ": " + error_text(ENOENT));
	EXPECT_NE(access((directory / "socket").c_str(), F_OK), 0);
}

/* Whatever leads to the directory, and before the socket is there. */
TEST(ListenReport, APathOfASocketOfTheCommandIsRefused)
{
	TemporaryDirectory directory;
	const std::string path = directory / "socket", link = directory / "link";
	ASSERT_EQ(symlink(directory.path().c_str(), link.c_str()), 0);

	for (const std::string &to : { path, directory.path() + "/./socket", link + "/socket" }) {
		Result result = run(listen_command({ "--unix=" + path, "--report=" + to }, { "true" }));
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: --report=" + to
		    + ": the path of a socket of this command");
		EXPECT_NE(access(path.c_str(), F_OK), 0);
	}
	Result result = run(listen_command({ "--unix=" + path + ",symlink=" + (directory / "l"),
	    "--report=" + (directory / "l") }, { "true" }));
	EXPECT_EQ(result.status, 100) << result;
	EXPECT_NE(access(path.c_str(), F_OK), 0);
	Command relative = listen_command({ "--unix=socket", "--report=" + path }, { "true" });
	relative.directory = directory.path();
	EXPECT_EQ(run(relative).status, 100);
}

/* A program that is found and cannot be executed: execve(2), ENOENT of an interpreter. */
std::string
broken_program(const TemporaryDirectory &directory)
{
	return directory.file("broken", "#!/nonexistent/interpreter\n", 0755);
}

TEST(ListenReport, IsGoneWhenTheNextProgramDoesNotStart)
{
	TemporaryDirectory directory;
	std::string path = directory / "report";
	for (const std::string &next : { std::string("/nonexistent"), broken_program(directory) })
		EXPECT_EQ(run(listen_command({ "--tcp=127.0.0.1:0", "--report=" + path },
		    { next })).status, 127);
	EXPECT_EQ(names_in(directory.path()), (Words { "broken" }));
}

void
expect_old_report_survives(const TemporaryDirectory &directory)
{
	std::string path = directory.file("report", "a good one", 0640);
	std::string option = "--report=" + path, broken = broken_program(directory);
	Descriptor holder = listen_on("127.0.0.1");
	std::string in_use = std::to_string(port_of(holder.get()));

	const std::vector<Words> nexts = { { "/nonexistent" }, { broken },
		{ "bindchain", "listen", "--tcp=127.0.0.1:" + in_use, "true" },
		{ "bindchain", "listen", "--tcp=127.0.0.1:0", option, broken } };
	for (const Words &next : nexts) {
		Result result = run(listen_command({ "--tcp=127.0.0.1:0", option }, next));
		EXPECT_NE(result.status, 0) << result;
		EXPECT_EQ(read_whole_file(path), "a good one") << result;
		EXPECT_EQ(status_of(path).st_mode & 07777, 0640u);
	}
	EXPECT_EQ(names_in(directory.path()), (Words { "broken", "report" }));
}

TEST(ListenReport, AGoodOneSurvivesAStartThatFails)
{
	expect_old_report_survives(TemporaryDirectory());
}

/* tmpfs gives no inode's number a second time, so that what a chain gives back is never
 * taken for what it had made. */
TEST(ListenReport, AGoodOneSurvivesWhereNumbersOfInodesAreNotReused)
{
	if (access("/dev/shm", W_OK) != 0)
		SKIP_TEST("this system has no /dev/shm");
	expect_old_report_survives(TemporaryDirectory("/dev/shm"));
}

TEST(ListenReport, ANewOneHasTheAccessOfTheOld)
{
	TemporaryDirectory directory;
	std::string path = directory.file("report", "an older one", 0604);
	if (geteuid() == 0) {
		ASSERT_EQ(chown(path.c_str(), 1, 2), 0);
	}
	struct stat before = status_of(path);
	EXPECT_EQ(run(listen_command({ "--tcp=127.0.0.1:0", "--report=" + path },
	    { "true" })).status, 0);

	struct stat after = status_of(path);
	EXPECT_EQ(after.st_mode, before.st_mode);
	EXPECT_EQ(after.st_uid, before.st_uid);
	EXPECT_EQ(after.st_gid, before.st_gid);
	EXPECT_NE(read_whole_file(path), "an older one");
}

/* What a start leaves that is killed while it writes. */
TEST(ListenReport, TheRestOfAKilledStartIsCleared)
{
	for (unsigned mode : { 0600u, 0644u }) {
		TemporaryDirectory directory;
		std::string path = directory.file("report", "an older one", 0644);
		ASSERT_EQ(mkdir((directory / ".report.bindchain").c_str(), 0700), 0);
		directory.file(".report.bindchain/report", "half of", mode);
		Result result = run(listen_command({ "--tcp=127.0.0.1:0", "--report=" + path },
		    { "true" }));
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(read_whole_file(path).compare(0, 5, "fd=3 "), 0);
		EXPECT_EQ(names_in(directory.path()), (Words { "report" }));
	}
}

TEST(ListenReport, ManyStartsAtOnceLeaveOneWholeReport)
{
	TemporaryDirectory directory;
	std::string path = directory / "report";
	std::vector<std::unique_ptr<Process>> starts;
	for (int i = 0; i < 16; i++)
		starts.push_back(std::make_unique<Process>(listen_command({
		    "--tcp=" + loopback() + ":0", "--report=" + path }, { "true" })));
	for (const std::unique_ptr<Process> &start : starts) {
		Result result = start->finish();
		EXPECT_EQ(result.status, 0) << result;
	}
	EXPECT_THAT(read_whole_file(path), testing::MatchesRegex(
	    "fd=3 name=unknown address=" + loopback() + ":[0-9]+ backlog=[0-9]+ inherited=no\n"));
	EXPECT_EQ(names_in(directory.path()), (Words { "report" }));
}

/* ---- reports to what is no regular file ---- */

/* PATH is refused before anything opens, and stays what it was. */
void
expect_refused(const std::string &path, const std::string &problem)
{
	TemporaryDirectory directory;
	struct stat before = status_of(path);
	Result result = run(listen_command({ "--unix=" + (directory / "socket"),
	    "--report=" + path }, { "true" }));
	EXPECT_EQ(result.status, 100) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: --report=" + path + ": " + problem);
	EXPECT_EQ(result.error_lines(), 1u);
	EXPECT_EQ(status_of(path).st_ino, before.st_ino);
	EXPECT_EQ(status_of(path).st_mode, before.st_mode);
	EXPECT_EQ(names_in(directory.path()), Words {});
}

/* A device of the test's own: what would replace /dev/null has to be tried elsewhere. */
TEST(ListenReport, ADeviceIsNotReplaced)
{
	TemporaryDirectory directory;
	std::string path = directory / "null";
	if (mknod(path.c_str(), S_IFCHR | 0666, status_of("/dev/null").st_rdev) != 0)
		SKIP_TEST("only root makes devices");
	expect_refused(path, "not a regular file, a FIFO or fd:N");
}

TEST(ListenReport, ASocketIsNotReplaced)
{
	TemporaryDirectory directory;
	std::string path = directory / "other";
	ASSERT_EQ(run(tool("local-stream-socket-listen", { path, "true" })).status, 0);
	expect_refused(path, "not a regular file, a FIFO or fd:N");
}

TEST(ListenReport, ADirectoryIsNotReplaced)
{
	TemporaryDirectory directory;
	expect_refused(directory.path(), "not a regular file, a FIFO or fd:N");
	expect_refused(directory.path() + "/", "the path of a directory");
}

TEST(ListenReport, ALinkIsNotFollowed)
{
	TemporaryDirectory directory;
	std::string link = directory / "link";
	std::string file = directory.file("file", "another's", 0600);
	for (const std::string &target : { file, std::string("/dev/null") }) {
		ASSERT_EQ(symlink(target.c_str(), link.c_str()), 0);
		expect_refused(link, "a symbolic link, not followed");
		ASSERT_EQ(unlink(link.c_str()), 0);
	}
	EXPECT_EQ(read_whole_file(file), "another's");
}

TEST(ListenReport, AFifoNeedsAReader)
{
	TemporaryDirectory directory;
	std::string path = directory / "fifo";
	ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
	expect_refused(path, "no process reads the FIFO");
	Descriptor reader(open(path.c_str(), O_RDONLY | O_NONBLOCK));
	ProbeReport found = probe_behind_listen({ "--tcp=" + loopback() + ":0,backlog=3",
	    "--report=" + path });
	EXPECT_EQ(read_all(reader.get()), "fd=3 name=unknown address=" + loopback() + ":"
	    + std::to_string(found.descriptor(3).at("port").get<int>()) + " backlog=3 inherited=no\n");
	EXPECT_TRUE(S_ISFIFO(status_of(path).st_mode));
	EXPECT_EQ(found.descriptors(), (std::vector<int> { 0, 1, 2, 3 }));
}

/* A FIFO without room. */
struct FullFifo {
	explicit FullFifo(const std::string &path)
	{
		EXPECT_EQ(mkfifo(path.c_str(), 0600), 0);
		reader = Descriptor(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
		writer = Descriptor(open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
		fill_with_dashes(writer.get());
		EXPECT_EQ(fcntl(reader.get(), F_SETFL, 0), 0);
	}

	Descriptor reader, writer;
};

/* A start that did not wait would have failed before it is read. */
TEST(ListenReport, AFifoWithoutRoomIsWaitedFor)
{
	TemporaryDirectory directory;
	const std::string path = directory / "fifo";
	FullFifo fifo(path);
	Process start(listen_command({ "--tcp=127.0.0.1:0,count=60,balance", "--report=" + path,
	    "--report-format=json" }, { "true" }));
	std::future<std::string> reading = std::async(std::launch::async, [&] {
		std::this_thread::sleep_for(std::chrono::milliseconds(300));
		return read_all(fifo.reader.get());
	});
	Result result = start.finish();
	fifo.writer = Descriptor();
	std::string report = reading.get();
	EXPECT_EQ(result.status, 0) << result;
	report.erase(0, report.find_first_not_of('-'));
	ASSERT_TRUE(nlohmann::json::accept(report)) << report.size();
	EXPECT_EQ(nlohmann::json::parse(report).at("sockets").size(), 60u);
}

TEST(ListenReport, AFifoThatNobodyEmptiesFailsTheStartAfterTenSeconds)
{
	TemporaryDirectory directory;
	const std::string path = directory / "fifo";
	FullFifo fifo(path);
	Result result = run(listen_command({ "--unix=" + (directory / "socket"),
	    "--report=" + path }, { "true" }));
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: report to " + path
	    + ": no room for 10 seconds: nobody reads it");
	EXPECT_EQ(result.error_lines(), 1u);
	EXPECT_EQ(names_in(directory.path()), (Words { "fifo" }));
}

/* Both wait at the same time.  O_NONBLOCK would be that of the other processes too. */
TEST(ListenReport, APipeThatNobodyReadsFailsTheStartAfterTenSeconds)
{
	TemporaryDirectory directory;
	FullPipe full;
	const std::pair<std::string, std::string> rows[] = {
		{ "--report=fd:5", "report to fd:5" },
		{ "--notify-fd=5", "notify descriptor 5" },
	};
	std::vector<std::unique_ptr<Process>> starts;
	for (const auto &row : rows) {
		Command command = listen_command({ "--unix=" + (directory / row.first), row.first },
		    { "true" });
		command.descriptors[5] = full.writer.get();
		starts.push_back(std::make_unique<Process>(command));
	}

	for (size_t i = 0; i < std::size(rows); i++) {
		Result result = starts[i]->finish();
		EXPECT_EQ(result.status, 111) << result;
		EXPECT_EQ(result.error, "bindchain listen: fatal: " + rows[i].second
		    + ": no room for 10 seconds: nobody reads it\n");
	}
	EXPECT_EQ(names_in(directory.path()), Words {});
	EXPECT_EQ(fcntl(full.writer.get(), F_GETFL) & O_NONBLOCK, 0);
	EXPECT_EQ(full.others(), "");
}

/* The pipe is full again and again, and no part is lost. */
TEST(ListenReport, APipeWithoutRoomIsWaitedFor)
{
	FullPipe full;
	Command command = listen_command({ "--tcp=127.0.0.1:0,count=60,balance", "--report=fd:90",
	    "--report-format=json" }, { "true" });
	command.descriptors[90] = full.writer.get();
	Process start(command);
	std::future<std::string> reading = std::async(std::launch::async,
	    [&] { return full.others(); });

	Result result = start.finish();
	std::string report = reading.get();
	EXPECT_EQ(result.status, 0) << result;
	ASSERT_TRUE(nlohmann::json::accept(report)) << report.size();
	EXPECT_EQ(nlohmann::json::parse(report).at("sockets").size(), 60u);
}

/* unix(7): SOCK_SEQPACKET preserves message boundaries. */
TEST(ListenReport, ALongReportIsOneMessage)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0)
		SKIP_TEST("this system has no such sockets");
	Descriptor reader(ends[0]), writer(ends[1]);
	Command command = listen_command({ "--tcp=127.0.0.1:0,count=60,balance", "--report=fd:90",
	    "--report-format=json" }, { "true" });
	command.descriptors[90] = writer.get();
	Result result = run(command);
	EXPECT_EQ(result.status, 0) << result;

	std::string message(1 << 20, '\0');
	ssize_t size = recv(reader.get(), message.data(), message.size(), MSG_DONTWAIT);
	ASSERT_GT(size, PIPE_BUF);
	message.resize(static_cast<size_t>(size));
	EXPECT_TRUE(nlohmann::json::accept(message)) << size;
}

TEST(ListenReport, AnotherUsersFifoIsNotWrittenTo)
{
	TemporaryDirectory directory;
	std::string path = directory / "fifo";
	ASSERT_EQ(mkfifo(path.c_str(), 0666), 0);
	if (chown(path.c_str(), 1, 1) != 0)
		SKIP_TEST("only root gives files away");
	Descriptor reader(open(path.c_str(), O_RDONLY | O_NONBLOCK));
	expect_refused(path, "a FIFO of another user, not opened");
}

TEST(ListenReport, NamesOfStandardOutputMeanIt)
{
	for (const char *name : { "/dev/stdout", "/dev/fd/1", "fd:1" }) {
		Result result = run(listen_command({ "--tcp=127.0.0.1:0",
		    std::string("--report=") + name }, { "echo", "next" }));
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_THAT(result.output, testing::MatchesRegex("fd=3 .*\nnext\n"));
	}
}

/* ---- one descriptor for two ---- */

struct Clash {
	const char *name;
	Words options;
	std::string problem;
	bool advice; /* for s6 and dinit */
};

class ListenClash : public testing::TestWithParam<Clash> {};

TEST_P(ListenClash, IsRefusedWithAFreeDescriptor)
{
	TemporaryDirectory directory;
	Descriptor file(open("/dev/null", O_WRONLY));
	Words options = GetParam().options;
	options.push_back("--unix=" + (directory / "socket"));
	Command command = listen_command(options, { "true" });
	command.descriptors[3] = command.descriptors[5] = file.get();
	Result result = run(command);
	EXPECT_EQ(result.status, 100) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: " + GetParam().problem);
	EXPECT_EQ(result.error_line(1), !GetParam().advice ? "" : "bindchain listen: info: "
	    "s6: write 4 to notification-fd; dinit: ready-notification = pipefd:4");
	EXPECT_EQ(names_in(directory.path()), Words {});
}

const Clash clashes[] = {
	{ "NotifyIsASocket", { "--notify-fd=3" },
	    "--notify-fd=3 is the descriptor of a socket; use --notify-fd=4", true },
	{ "NotifyIsASocketToBeReplaced", { "--notify-fd=3", "--replace-fds" },
	    "--notify-fd=3 is the descriptor of a socket; use --notify-fd=4", true },
	{ "ReportIsASocket", { "--report=fd:3" },
	    "--report=fd:3 is the descriptor of a socket; use --report=fd:4", false },
	{ "ReportIsASocketByItsName", { "--report=/dev/fd/3" },
	    "--report=/dev/fd/3 is the descriptor of a socket; use --report=fd:4", false },
	{ "ReportIsStandardInput", { "--as=stdin", "--report=fd:0" },
	    "--report=fd:0 is the descriptor of a socket; use --report=fd:4", false },
	{ "NotifyIsStandardInput", { "--as=stdin", "--notify-fd=0" },
	    "--notify-fd=0 is the descriptor of a socket; use --notify-fd=4", true },
	{ "ReportIsAChosenOne", { "--as=fd:5", "--report=fd:5" },
	    "--report=fd:5 is the descriptor of a socket; use --report=fd:4", false },
	{ "BothTheSame", { "--report=fd:5", "--notify-fd=5" },
	    "--notify-fd=5 is that of --report, which closes it; use --notify-fd=4", true },
};

INSTANTIATE_TEST_SUITE_P(Descriptors, ListenClash, testing::ValuesIn(clashes),
    [](const auto &row) { return std::string(row.param.name); });

TEST(ListenInheritedClash, IsRefusedToo)
{
	Result result = run(tool("bindchain", { "listen", "--tcp=127.0.0.1:0", "bindchain", "listen",
	    "--tcp=127.0.0.1:0", "--notify-fd=3", "true" }));
	EXPECT_EQ(result.status, 100) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: --notify-fd=3 is the"
	    " descriptor of a socket; use --notify-fd=5");
}

TEST(ListenNotify, StandardOutputCanBeToldBoth)
{
	Result result = run(listen_command({ "--tcp=127.0.0.1:0", "--report=fd:1",
	    "--notify-fd=1" }, { "true" }));
	EXPECT_EQ(result.status, 0) << result;
	EXPECT_THAT(result.output, testing::MatchesRegex("fd=3 .*\n\n"));
}

class DescriptorBeyondLimit : public testing::TestWithParam<const char *> {};

TEST_P(DescriptorBeyondLimit, IsRefusedWithTheLimit)
{
	std::string as = std::string("--as=fd:") + GetParam();
	for (const Words &words : { Words { "listen", "--tcp=127.0.0.1:0", as, "true" },
	         Words { "listen", "--tcp=127.0.0.1:0", "bindchain", "adapt", as, "true" } }) {
		Command command = tool("bindchain", words);
		command.limits[RLIMIT_NOFILE] = 64;
		Result result = run(command);
		EXPECT_EQ(result.status, 100) << result;
		EXPECT_THAT(result.error_line(0), testing::EndsWith(": fatal: descriptor "
		    + std::string(GetParam()) + " is beyond the limit of open files"
		    " (RLIMIT_NOFILE), 64"));
	}
}

INSTANTIATE_TEST_SUITE_P(Numbers, DescriptorBeyondLimit,
    testing::Values("64", "99999", "2147483647"));

/* No descriptor is above the last one: what is open while sockets are placed goes below. */
TEST(DescriptorAtLimit, IsTheLastOne)
{
	TemporaryDirectory directory;
	const std::string report = "--report=" + directory / "report";

	for (const Words &words : { Words { "listen", "--tcp=127.0.0.1:0", "--as=fd:63", report },
	         Words { "listen", "--tcp=127.0.0.1:0", "bindchain", "adapt", "--as=fd:63" } }) {
		Command command = tool("bindchain", words);
		command.limits[RLIMIT_NOFILE] = 64;
		ProbeReport found = probe_behind(command);
		EXPECT_EQ(found.descriptors(), (std::vector<int> { 0, 1, 2, 63 }));
	}
}

/* What a start has made next to its report goes, whatever it has no descriptor for. */
TEST(ListenReport, WithoutDescriptorsLeavesNothing)
{
	for (unsigned limit = 4; limit < 10; limit++) {
		TemporaryDirectory directory;
		Command command = listen_command({ "--udp=127.0.0.1:0",
		    "--report=" + directory / "report" }, { "/nonexistent/program" });
		command.limits[RLIMIT_NOFILE] = limit;
		Result result = run(command);
		EXPECT_NE(result.status, 0) << result;
		EXPECT_TRUE(std::filesystem::is_empty(directory.path())) << limit;
		if (result.status == 111) {
			EXPECT_NE(result.error.find(error_text(EMFILE)), std::string::npos) << result;
		}
	}
}

TEST(ListenNotify, S6GetsANewlineAndTheEnd)
{
	int ends[2];
	ASSERT_EQ(pipe(ends), 0);
	Descriptor reader(ends[0]), writer(ends[1]);
	Command command = listen_command({ "--tcp=127.0.0.1:0", "--notify-fd=8" }, { "true" });
	command.descriptors[8] = writer.get();
	EXPECT_EQ(run(command).status, 0);
	writer = Descriptor();
	EXPECT_EQ(read_all(reader.get()), "\n");
}

TEST(ListenNotify, SystemdGetsReady)
{
	TemporaryDirectory directory;
	Descriptor manager(socket(AF_UNIX, SOCK_DGRAM, 0));
	struct sockaddr_un address = {};
	address.sun_family = AF_UNIX;
	strncpy(address.sun_path, (directory / "notify").c_str(), sizeof address.sun_path - 1);
	ASSERT_EQ(bind(manager.get(), reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
	Command command = listen_command({ "--tcp=127.0.0.1:0", "--notify-systemd" }, { "true" });
	command.set("NOTIFY_SOCKET", directory / "notify");
	EXPECT_EQ(run(command).status, 0);

	char bytes[64];
	ssize_t length = recv(manager.get(), bytes, sizeof bytes, MSG_DONTWAIT);
	ASSERT_GT(length, 0);
	EXPECT_EQ(std::string(bytes, static_cast<size_t>(length)), "READY=1");
}

TEST(ListenNotify, WithNobodyToNotifySaysSoAndGoesOn)
{
	Result result = run(listen_command({ "--tcp=127.0.0.1:0", "--notify-systemd" }, { "true" }));
	EXPECT_EQ(result.status, 0);
	EXPECT_EQ(result.error_line(0),
	    "bindchain listen: warning: systemd is not notified: NOTIFY_SOCKET is not set");
}

TEST(ListenNotify, RefusesASocketThatIsNoPath)
{
	std::string name = "/" + std::string(200, 'x');
	Command command = listen_command({ "--tcp=127.0.0.1:0", "--notify-systemd" }, { "true" });
	command.set("NOTIFY_SOCKET", name);
	Result result = run(command);

	EXPECT_EQ(result.status, 100);
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: NOTIFY_SOCKET=" + name
	    + ": not the path of a socket");
}

/* ---- explain ---- */

TEST(ListenExplain, TellsAllSocketsAndOpensNone)
{
	TemporaryDirectory directory;
	Result result = run(tool("bindchain", { "explain", "--json", "listen",
	    "--unix=" + (directory / "socket"), "--tcp=127.0.0.1:0,name=web", "true" }));
	ASSERT_EQ(result.status, 0) << result;
	nlohmann::json explained = nlohmann::json::parse(result.output);

	EXPECT_EQ(explained.at("sockets").size(), 2u);
	EXPECT_EQ(explained.at("works"), true);
	EXPECT_NE(access((directory / "socket").c_str(), F_OK), 0);
}

} // namespace
