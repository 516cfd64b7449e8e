/* SPDX-License-Identifier: ISC */
/*
 * bindchain inspect: it is given sockets of the test's own, so that what it says
 * can be held against what they were made to be.
 */
#include <algorithm>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <sstream>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "expectations.h"
#include "network.h"
#include "probe_report.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

const char nosh[] = "tcp-socket-listen";

class Inspect : public testing::Test {
protected:
	Inspect() : json_command(tool("bindchain", { "inspect", "--json" })),
	            text_command(tool("bindchain", { "inspect" })) {}

	/* Hands it DESCRIPTOR as NUMBER. */
	void hand(int number, const Descriptor &descriptor)
	{
		json_command.descriptors[number] = descriptor.get();
		text_command.descriptors[number] = descriptor.get();
	}

	nlohmann::json inspect()
	{
		Result result = run(json_command);
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(result.error, "");
		return nlohmann::json::parse(result.output);
	}

	/* Of the one socket that it was handed. */
	nlohmann::json inspect_one()
	{
		nlohmann::json report = inspect();
		EXPECT_EQ(report.at("sockets").size(), 1u) << report.dump(2);
		return report.at("sockets").at(0);
	}

	std::string inspect_text()
	{
		Result result = run(text_command);
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(result.error, "");
		return result.output;
	}

	void set(const std::string &name, const std::string &value)
	{
		json_command.set(name, value);
		text_command.set(name, value);
	}

	Command json_command, text_command;
};

void
turn_on(const Descriptor &descriptor, int level, int option)
{
	int on = 1;

	ASSERT_EQ(setsockopt(descriptor.get(), level, option, &on, sizeof on), 0)
	    << std::strerror(errno);
}

Descriptor
unix_socket(const std::string &path, int type, bool abstract = false)
{
	Descriptor descriptor = open_socket(AF_UNIX, type);
	sockaddr_un address = {};
	size_t size = offsetof(sockaddr_un, sun_path) + path.size() + 1;

	address.sun_family = AF_UNIX;
	std::memcpy(address.sun_path + (abstract ? 1 : 0), path.data(), path.size());
	EXPECT_EQ(bind(descriptor.get(), reinterpret_cast<sockaddr *>(&address),
	    static_cast<socklen_t>(size)), 0) << path << ": " << std::strerror(errno);
	if (type == SOCK_STREAM && listen(descriptor.get(), 3) != 0)
		ADD_FAILURE() << "listen " << path << ": " << std::strerror(errno);
	return descriptor;
}

/* ---- JSON ---- */

TEST_F(Inspect, JsonSaysWhatItIs)
{
	nlohmann::json report = inspect();

	EXPECT_EQ(report.at("schema"), "bindchain-inspect");
	EXPECT_EQ(report.at("schema_version"), 1);
	EXPECT_TRUE(report.at("pid").is_number_unsigned());
	EXPECT_EQ(report.at("sockets"), nlohmann::json::array());
}

/* exec of POSIX: what is ignored stays ignored, and the signal mask is inherited. */
TEST_F(Inspect, ReportsIgnoredAndBlockedSignals)
{
	using List = std::vector<std::string>;

	EXPECT_EQ(inspect().at("signals"),
	    nlohmann::json({ { "ignored", List() }, { "blocked", List() } }));
	EXPECT_EQ(inspect_text().find("signals"), std::string::npos);
	json_command.before_execution = text_command.before_execution = [](Command &) {
		sigset_t mask;
		for (int ignored : { SIGCHLD, SIGHUP, SIGPIPE, SIGXFSZ })
			signal(ignored, SIG_IGN);
		sigemptyset(&mask);
		for (int blocked : { SIGUSR1, SIGTERM, SIGPIPE })
			sigaddset(&mask, blocked);
		sigprocmask(SIG_SETMASK, &mask, nullptr);
	};
	nlohmann::json signals = inspect().at("signals");
	/* In the order of their numbers, which differ. */
	auto sorted = [](List list) {
		std::sort(list.begin(), list.end());
		return list;
	};
	EXPECT_EQ(sorted(signals.at("ignored")), (List { "SIGCHLD", "SIGHUP", "SIGPIPE", "SIGXFSZ" }));
	EXPECT_EQ(sorted(signals.at("blocked")), (List { "SIGPIPE", "SIGTERM", "SIGUSR1" }));
	EXPECT_NE(inspect_text().find("\nsignals ignored: SIGHUP SIGPIPE "), std::string::npos)
	    << inspect_text();
}

/* A chain changes neither: bindchain(1). */
TEST_F(Inspect, FindsTheSignalsThatAChainWasStartedWith)
{
	Command command = tool("bindchain", { "listen", "--tcp=127.0.0.1:0", "--report=fd:2",
	    "bindchain", "inspect", "--json" });

	command.set("PATH", tool_directory());
	command.before_execution = [](Command &) {
		sigset_t mask;
		signal(SIGHUP, SIG_IGN);
		sigemptyset(&mask);
		sigaddset(&mask, SIGUSR2);
		sigprocmask(SIG_SETMASK, &mask, nullptr);
	};
	Result result = run(command);
	ASSERT_EQ(result.status, 0) << result;
	EXPECT_EQ(nlohmann::json::parse(result.output).at("signals"), nlohmann::json({
	    { "ignored", { "SIGHUP" } }, { "blocked", { "SIGUSR2" } } }));
}

#ifdef SIGRTMIN
TEST_F(Inspect, NamesRealTimeSignalsByTheirDistance)
{
	json_command.before_execution = [](Command &) { signal(SIGRTMIN + 3, SIG_IGN); };
	/* The C library of the command may keep one signal more or less for itself than ours. */
	EXPECT_THAT(inspect().at("signals").at("ignored"), testing::AnyOf(
	    nlohmann::json({ "SIGRTMIN+2" }), nlohmann::json({ "SIGRTMIN+3" }),
	    nlohmann::json({ "SIGRTMIN+4" })));
}
#endif

TEST_F(Inspect, ReportsAListenerWithItsQueue)
{
	Descriptor listener = bind_to("127.0.0.1");
	int port = port_of(listener.get());
	ASSERT_EQ(listen(listener.get(), 9), 0);
	Descriptor first = connect_to("127.0.0.1", port), second = connect_to("127.0.0.1", port);
	hand(5, listener);
	nlohmann::json socket = inspect_one();

	EXPECT_EQ(socket.at("descriptor"), 5);
	EXPECT_EQ(socket.at("name"), nullptr);
	EXPECT_EQ(socket.at("family"), "inet");
	EXPECT_EQ(socket.at("type"), "stream");
	EXPECT_EQ(socket.at("address"), loopback());
	EXPECT_EQ(socket.at("port"), port);
	EXPECT_EQ(socket.at("listening"), true);
	EXPECT_EQ(socket.at("queue_limit"), 9);
	EXPECT_EQ(socket.at("queue_length"), 2);
	EXPECT_EQ(socket.at("blocking"), true);
	EXPECT_EQ(socket.at("close_on_exec"), false);
}

TEST_F(Inspect, ReportsOptionsAsTheyAre)
{
	Descriptor off = bind_to("127.0.0.1"), on = open_socket(AF_INET, SOCK_STREAM);
	turn_on(on, SOL_SOCKET, SO_REUSEADDR);
	turn_on(on, SOL_SOCKET, SO_REUSEPORT);
#ifdef IP_FREEBIND /* Linux, where it needs no privilege */
	turn_on(on, IPPROTO_IP, IP_FREEBIND);
	bool any = true;
#else
	bool any = false;
#endif
	fcntl(on.get(), F_SETFL, O_NONBLOCK);
	hand(3, off);
	hand(4, on);
	nlohmann::json sockets = inspect().at("sockets");

	ASSERT_EQ(sockets.size(), 2u);
	for (int i : { 0, 1 }) {
		const nlohmann::json &options = sockets[static_cast<size_t>(i)].at("options");
		EXPECT_EQ(options.at("reuse-address"), i == 1);
		EXPECT_EQ(options.at("share"), i == 1);
		EXPECT_EQ(options.value("balance", false), i == 1 && expectations().sharing_balances);
		EXPECT_EQ(options.value("bind-any", false), i == 1 && any);
		EXPECT_EQ(options.at("v6only"), nullptr);
	}
	EXPECT_EQ(sockets[0].at("blocking"), true);
	EXPECT_EQ(sockets[1].at("blocking"), false);
	EXPECT_EQ(sockets[1].at("listening"), false);
	EXPECT_EQ(sockets[1].at("queue_limit"), nullptr);
	EXPECT_EQ(sockets[1].at("port"), 0);
}

TEST_F(Inspect, ReportsIpv6)
{
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");
	Descriptor listener = listen_on("::1");
	hand(3, listener);
	nlohmann::json socket = inspect_one();

	EXPECT_EQ(socket.at("family"), "inet6");
	EXPECT_EQ(socket.at("address"), bound_address("::1"));
	EXPECT_EQ(socket.at("options").at("v6only"), true);
	EXPECT_NE(inspect_text().find("inet6 stream [" + bound_address("::1") + "]:"
	    + std::to_string(port_of(listener.get())) + "\n"), std::string::npos);
}

/* Where the kernel turns V6ONLY on for a specific address, only :: is dual. */
TEST_F(Inspect, ShowsWhichSocketTakesBothFamilies)
{
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");
	for (const char *host : { "::", "::1" }) {
		Result result = run(tool(nosh, { "--combine4and6", host, "0", "bindchain", "inspect",
		    "--json" }));
		nlohmann::json report = nlohmann::json::parse(result.output);
		EXPECT_EQ(report.at("sockets").at(0).at("options").at("v6only"),
		    host == std::string("::1") && expectations().specific_ipv6_is_v6only) << host;
	}
}

TEST_F(Inspect, ReportsUdp)
{
	Descriptor descriptor = bind_to("127.0.0.1", 0, true);
	hand(3, descriptor);
	nlohmann::json socket = inspect_one();

	EXPECT_EQ(socket.at("type"), "dgram");
	EXPECT_EQ(socket.at("port"), port_of(descriptor.get()));
	EXPECT_EQ(socket.at("listening"), false);
}

TEST_F(Inspect, ReportsUnixSockets)
{
	TemporaryDirectory directory;
	std::string path = directory / "path with \"quotes\"\n";
	bool abstract = expectations().has_abstract_names;
	std::string name = abstract ? "bindchain-test-" + std::to_string(getpid())
	                            : directory / "datagram";
	Descriptor listener = unix_socket(path, SOCK_STREAM);
	Descriptor datagram = unix_socket(name, SOCK_DGRAM, abstract);
	Descriptor unbound = open_socket(AF_UNIX, expectations().has_seqpacket ? SOCK_SEQPACKET
	                                                                       : SOCK_STREAM);
	hand(3, listener);
	hand(4, datagram);
	hand(5, unbound);
	nlohmann::json sockets = inspect().at("sockets");

	ASSERT_EQ(sockets.size(), 3u);
	EXPECT_EQ(sockets[0].at("family"), "unix");
	EXPECT_EQ(sockets[0].at("type"), "stream");
	EXPECT_EQ(sockets[0].at("address"), path);
	EXPECT_EQ(sockets[0].at("port"), nullptr);
	EXPECT_EQ(sockets[0].at("listening"), true);
	EXPECT_EQ(sockets[1].at("type"), "dgram");
	EXPECT_EQ(sockets[1].at("address"), (abstract ? "@" : "") + name);
	EXPECT_EQ(sockets[2].at("type"), expectations().has_seqpacket ? "seqpacket" : "stream");
	EXPECT_EQ(sockets[2].at("address"), nullptr);
}

/* unix(7): a null byte in an abstract name is one like others. */
TEST_F(Inspect, TellsAbstractNamesFromFiles)
{
	if (!expectations().has_abstract_names)
		SKIP_TEST("no abstract names here");
	TemporaryDirectory directory;
	const std::string name = "bindchain-test-" + std::to_string(getpid()) + std::string("\0@b", 3);
	const auto here = std::filesystem::current_path();
	Descriptor abstract = unix_socket(name, SOCK_STREAM, true);
	std::filesystem::current_path(directory.path());
	Descriptor file = unix_socket("@file", SOCK_DGRAM);
	std::filesystem::current_path(here);
	hand(3, abstract);
	hand(4, file);
	nlohmann::json sockets = inspect().at("sockets");

	EXPECT_EQ(sockets[0].at("address"), "@" + name);
	EXPECT_EQ(sockets[1].at("address"), "./@file");
}

/* sun_path may be filled to its last byte, without a null: unix(7). */
TEST_F(Inspect, ReportsAPathAsLongAsCanBe)
{
	TemporaryDirectory directory;
	sockaddr_un address = {};
	address.sun_family = AF_UNIX;
	std::string path = directory / "";
	path.append(sizeof address.sun_path - path.size(), 'x');
	std::memcpy(address.sun_path, path.data(), path.size());
	Descriptor descriptor = open_socket(AF_UNIX, SOCK_DGRAM);
	ASSERT_EQ(bind(descriptor.get(), reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
	hand(3, descriptor);

	EXPECT_EQ(inspect_one().at("address"), path);
	EXPECT_NE(inspect_text().find(path + "\n"), std::string::npos);
}

TEST_F(Inspect, PassesOverWhatIsNoSocket)
{
	Descriptor file(open("/dev/null", O_RDONLY | O_CLOEXEC)), listener = listen_on("127.0.0.1");
	hand(3, file);
	hand(7, listener);

	EXPECT_EQ(inspect_one().at("descriptor"), 7);
}

TEST_F(Inspect, ReportsTheEnvironmentAndWhoseItIs)
{
	Descriptor listener = listen_on("127.0.0.1");
	hand(3, listener);
	set("LISTEN_FDS", "1");
	set("LISTEN_FDNAMES", "web");
	set("UPSTART_FDS", "3");
	set("LISTEN_PID", "1");
	nlohmann::json theirs = inspect();
	json_command.before_execution = set_listen_pid;
	nlohmann::json ours = inspect();

	EXPECT_EQ(theirs.at("environment").at("for_this_process"), false);
	EXPECT_EQ(theirs.at("environment").at("LISTEN_PID"), "1");
	EXPECT_EQ(theirs.at("sockets").at(0).at("name"), nullptr);
	EXPECT_EQ(ours.at("environment").at("for_this_process"), true);
	EXPECT_EQ(ours.at("environment").at("LISTEN_PID"), std::to_string(ours.at("pid").get<int>()));
	EXPECT_EQ(ours.at("environment").at("LISTEN_FDS"), "1");
	EXPECT_EQ(ours.at("environment").at("LISTEN_FDNAMES"), "web");
	EXPECT_EQ(ours.at("environment").at("LISTEN_PIDFDID"), nullptr);
	EXPECT_EQ(ours.at("environment").at("UPSTART_FDS"), "3");
	EXPECT_EQ(ours.at("environment").at("UPSTART_EVENTS"), nullptr);
	EXPECT_EQ(ours.at("environment").at("problem"), nullptr);
	EXPECT_EQ(ours.at("sockets").at(0).at("name"), "web");
}

struct Problem {
	const char *name;
	const char *fds, *names;
	bool is_ours;
	const char *found; /* nullptr: nothing */
};

std::ostream &
operator<<(std::ostream &stream, const Problem &row)
{
	return stream << row.name;
}

class InspectFinds : public Inspect, public testing::WithParamInterface<Problem> {};

TEST_P(InspectFinds, WhatIsWrongInTheEnvironment)
{
	const Problem &problem = GetParam();
	Descriptor listener = listen_on("127.0.0.1");
	hand(3, listener);
	set("LISTEN_FDS", problem.fds);
	set("LISTEN_FDNAMES", problem.names);
	set("LISTEN_PID", "1");
	if (problem.is_ours)
		json_command.before_execution = text_command.before_execution = set_listen_pid;

	nlohmann::json found = problem.found ? nlohmann::json(problem.found) : nlohmann::json();
	EXPECT_EQ(inspect().at("environment").at("problem"), found);
	EXPECT_EQ(inspect_text().find("\nproblem: ") != std::string::npos, problem.found != nullptr);
}

INSTANTIATE_TEST_SUITE_P(Environment, InspectFinds, testing::Values(
    Problem { "Nothing", "1", "web", true, nullptr },
    Problem { "TooManyDescriptors", "2", "web:api", true,
        "LISTEN_FDS=2: descriptor 4 is not open" },
    Problem { "NoNumber", "x", "web", true, "LISTEN_FDS=x: not a number of descriptors" },
    Problem { "TooManyNames", "1", "web:api", true,
        "LISTEN_FDNAMES has not as many names as LISTEN_FDS descriptors" },
    Problem { "NothingInWhatIsAnothers", "2", "web", false, nullptr }),
    [](const testing::TestParamInfo<Problem> &problem) { return std::string(problem.param.name); });

/* Bytes that are not UTF-8 cannot stand in JSON: each becomes U+FFFD. */
TEST_F(Inspect, JsonStaysJsonWhateverTheEnvironmentHolds)
{
	std::string bytes;
	for (int byte = 1; byte < 256; byte++)
		bytes.push_back(static_cast<char>(byte));
	set("LISTEN_FDNAMES", bytes + "\xc3\xa9 \xf0\x9f\x98\x80 \xc0\x80 \xed\xa0\x80");
	std::string names = inspect().at("environment").at("LISTEN_FDNAMES");

	EXPECT_EQ(names.substr(0, 127), bytes.substr(0, 127));
	EXPECT_NE(names.find("\xc3\xa9 \xf0\x9f\x98\x80 \xef\xbf\xbd\xef\xbf\xbd "),
	    std::string::npos);
}

/* ---- text ---- */

TEST_F(Inspect, TextHasAParagraphForEachSocket)
{
	Descriptor listener = bind_to("127.0.0.1");
	ASSERT_EQ(listen(listener.get(), 9), 0);
	turn_on(listener, SOL_SOCKET, SO_REUSEADDR);
	hand(3, listener);
	set("LISTEN_FDS", "1");
	set("LISTEN_FDNAMES", "web");
	text_command.before_execution = set_listen_pid;
	std::string text = inspect_text();

	EXPECT_EQ(text.rfind("descriptor 3 \"web\": inet stream " + loopback() + ":"
	    + std::to_string(port_of(listener.get())) + "\n"
	      "    listening, queue length 0, limit 9\n"
	      "    blocking, not close-on-exec\n"
	      "    reuse-address=on share=off balance=off bind-any=off ", 0), 0u) << text;
	EXPECT_NE(text.find("\nLISTEN_FDS=1\n"), std::string::npos) << text;
	EXPECT_NE(text.find("\nLISTEN_FDNAMES=web\n"), std::string::npos) << text;
	EXPECT_NE(text.find("\nLISTEN_PID is this process\n"), std::string::npos) << text;
}

/* socket(7): what was set differs from a new socket. */
TEST_F(Inspect, TextHasMostOptionsOnlyWhereTheyWereSet)
{
	Descriptor plain = listen_on("127.0.0.1"), changed = listen_on("127.0.0.1");
	int size = 65536;

	hand(3, plain);
	EXPECT_NE(inspect_text().find(" keepalive=off"), std::string::npos);
	for (const char *option : { "nodelay", "send-buffer", "hop-limit", "keepalive-count" })
		EXPECT_EQ(inspect_text().find(option), std::string::npos) << inspect_text();
	turn_on(changed, IPPROTO_TCP, TCP_NODELAY);
	ASSERT_EQ(setsockopt(changed.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size), 0);
	hand(4, changed);
	EXPECT_NE(inspect_text().find(" nodelay=on send-buffer="
	    + std::to_string(size * expectations().receive_buffer_factor) + "\n"),
	    std::string::npos) << inspect_text();
	EXPECT_EQ(inspect().at("sockets").at(0).at("options").at("nodelay"), false);
}

/* On any terminal, whatever the values are. */
TEST_F(Inspect, TextHasNoLineOf80Columns)
{
	Result result = run(tool("bindchain", { "listen", "--tcp=127.0.0.1:0,reuse-address=no,"
	    "keepalive-interval=32767,keepalive-count=127,nodelay,send-buffer=100000,hop-limit=255,"
	    "traffic-class=252,receive-buffer=100000",
	    tool_path("bindchain"), "inspect" }));
	std::istringstream lines(result.output);

	EXPECT_EQ(result.status, 0) << result;
	for (std::string line; std::getline(lines, line);)
		EXPECT_LT(line.size(), 80U) << line;
}

TEST_F(Inspect, TextSaysThatThereIsNone)
{
	EXPECT_EQ(inspect_text(), "no sockets\n");
}

TEST_F(Inspect, TextShowsHostileBytesOnOneLine)
{
	set("LISTEN_FDNAMES", "a\nLISTEN_FDS=7\x1b[2J\xff");
	std::string text = inspect_text();

	EXPECT_EQ(text.find("\nLISTEN_FDS"), std::string::npos) << text;
	EXPECT_NE(text.find("LISTEN_FDNAMES=a\\012LISTEN_FDS=7\\033[2J\\377\n"),
	    std::string::npos) << text;
}

} // namespace
