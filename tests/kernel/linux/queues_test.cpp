/* SPDX-License-Identifier: ISC */
/*
 * bindchain queues against sockets that the test made itself, and against ss(8)
 * as somebody else who reads the same kernel.
 */
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "crowd.h"
#include "network.h"
#include "other_process.h"
#include "probe_listener.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

using nlohmann::json;
using testing::Contains;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

namespace {

/* The functions of tests/support, with a backlog of the test's choice. */
void
listen_again(const Descriptor &descriptor, int backlog)
{
	/* Only the limit changes when a listener listens again: listen(2). */
	if (listen(descriptor.get(), backlog) != 0)
		throw std::system_error(errno, std::generic_category(), "listen");
}

/* Begins to connect and does not wait: the queue may be full. */
Descriptor
begin_to_connect(int port)
{
	Descriptor descriptor(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
	sockaddr_in address = {};

	address.sin_family = AF_INET;
	address.sin_port = htons(static_cast<uint16_t>(port));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(descriptor.get(), reinterpret_cast<sockaddr *>(&address), sizeof address) != 0
	    && errno != EINPROGRESS)
		throw std::system_error(errno, std::generic_category(), "connect");
	return descriptor;
}

/* NAME may begin with a null byte and hold others. */
socklen_t
unix_address(const std::string &name, sockaddr_un *address)
{
	*address = {};
	address->sun_family = AF_UNIX;
	std::memcpy(address->sun_path, name.data(), name.size());
	return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
}

Descriptor
listen_on_unix(const std::string &name, int type, int backlog)
{
	Descriptor descriptor(socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
	sockaddr_un address;
	socklen_t length = unix_address(name, &address);

	if (bind(descriptor.get(), reinterpret_cast<sockaddr *>(&address), length) != 0
	    || listen(descriptor.get(), backlog) != 0)
		throw std::system_error(errno, std::generic_category(), "bind or listen");
	return descriptor;
}

Descriptor
connect_to_unix(const std::string &name, int type)
{
	Descriptor descriptor(socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
	sockaddr_un address;
	socklen_t length = unix_address(name, &address);

	if (connect(descriptor.get(), reinterpret_cast<sockaddr *>(&address), length) != 0)
		throw std::system_error(errno, std::generic_category(), "connect");
	return descriptor;
}

class Queues : public InNamespace {
protected:
	static json report()
	{
		Result result = run(tool("bindchain", { "queues", "--json" }));

		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(result.error, "");
		return json::parse(result.output);
	}

	/* The listener on PORT; throws where there is none or more than one. */
	static json listener(const json &report, int port)
	{
		return only(report, "port", port);
	}

	static json only(const json &report, const char *member, const json &wanted)
	{
		json found;

		for (const json &listener : report.at("listeners")) {
			if (listener.at(member) != wanted)
				continue;
			if (!found.is_null())
				throw std::runtime_error("twice: " + wanted.dump());
			found = listener;
		}
		if (found.is_null())
			throw std::runtime_error("not listed: " + wanted.dump());
		return found;
	}
};

TEST_F(Queues, WithoutListenersTheListIsEmpty)
{
	Descriptor bound = bind_to("127.0.0.1"), datagrams = bind_to("127.0.0.1", 0, true);
	json all = report();

	EXPECT_EQ(all.at("schema"), "bindchain-queues");
	EXPECT_EQ(all.at("schema_version"), 1);
	EXPECT_EQ(all.at("system"), "Linux");
	EXPECT_EQ(all.at("listeners"), json::array());
	EXPECT_EQ(all.at("listeners_seen").at("complete"), true);
}

TEST_F(Queues, LengthAndLimitAreTheQueues)
{
	for (int waiting : { 0, 1, 3 }) {
		Descriptor listening = listen_on("127.0.0.1");
		int port = port_of(listening.get());
		std::vector<Descriptor> clients;

		listen_again(listening, 7);
		for (int i = 0; i < waiting; i++)
			clients.push_back(connect_to("127.0.0.1", port));
		json queue = listener(report(), port);
		EXPECT_EQ(queue.at("family"), "inet");
		EXPECT_EQ(queue.at("type"), "stream");
		EXPECT_EQ(queue.at("address"), "127.0.0.1");
		EXPECT_EQ(queue.at("queue_length"), waiting);
		EXPECT_EQ(queue.at("queue_limit"), 7);
		EXPECT_EQ(queue.at("drops"), 0);
	}
}

TEST_F(Queues, AcceptedConnectionsDoNotWaitAnyMore)
{
	Descriptor listening = listen_on("127.0.0.1");
	int port = port_of(listening.get());
	Descriptor one = connect_to("127.0.0.1", port), two = connect_to("127.0.0.1", port);
	Descriptor accepted(accept(listening.get(), nullptr, nullptr));

	ASSERT_GE(accepted.get(), 0);
	EXPECT_EQ(listener(report(), port).at("queue_length"), 1);
}

/* The SYN that finds the queue full is dropped before connect(2) returns: the
 * loopback interface delivers it at once. */
TEST_F(Queues, OverflowsAreCounted)
{
	Descriptor listening = listen_on("127.0.0.1");
	int port = port_of(listening.get());
	std::vector<Descriptor> clients;

	listen_again(listening, 1);
	for (int i = 0; i < 2; i++)
		clients.push_back(connect_to("127.0.0.1", port));
	EXPECT_EQ(report().at("counters").at("TcpExtListenOverflows"), 0);
	for (int i = 0; i < 3; i++)
		clients.push_back(begin_to_connect(port));
	json all = report();
	EXPECT_EQ(listener(all, port).at("queue_length"), 2);
	EXPECT_GE(listener(all, port).at("drops"), 3);
	EXPECT_GE(all.at("counters").at("TcpExtListenOverflows"), 3);
	EXPECT_GE(all.at("counters").at("TcpExtListenDrops"), 3);
}

TEST_F(Queues, BothProtocolsAndTheirWildcards)
{
	if (!has_ipv6())
		SKIP_TEST("no IPv6");
	Descriptor six = listen_on("::1"), wildcard = listen_on("::"), four = listen_on("0.0.0.0");
	json all = report();
	json alone = listener(all, port_of(wildcard.get()));

	EXPECT_EQ(listener(all, port_of(six.get())).at("family"), "inet6");
	EXPECT_EQ(listener(all, port_of(six.get())).at("address"), "::1");
	EXPECT_EQ(alone.at("address"), "::");
	EXPECT_EQ(alone.at("v6only"), true);
	EXPECT_EQ(listener(all, port_of(four.get())).at("address"), "0.0.0.0");
	EXPECT_TRUE(listener(all, port_of(four.get())).at("v6only").is_null());
	EXPECT_THAT(run(tool("bindchain", { "queues" })).output, Not(HasSubstr("+IPv4")));
}

TEST_F(Queues, AWildcardForBothIsMarked)
{
	if (!has_ipv6())
		SKIP_TEST("no IPv6");
	Result result = run(tool("tcp-socket-listen", { "--combine4and6", "::", "8080",
	    tool_path("bindchain"), "queues" }));

	EXPECT_THAT(result.output, HasSubstr("\n[::]:8080 +IPv4 "));
}

TEST_F(Queues, UnixSocketsHaveLengthAndLimitToo)
{
	TemporaryDirectory directory;
	const std::string path = directory / "socket";
	const std::string abstract("\0hidden\0name", 12);
	Descriptor stream = listen_on_unix(path, SOCK_STREAM, 4);
	Descriptor packets = listen_on_unix(abstract, SOCK_SEQPACKET, 2);
	Descriptor one = connect_to_unix(path, SOCK_STREAM), two = connect_to_unix(path, SOCK_STREAM);
	Descriptor three = connect_to_unix(abstract, SOCK_SEQPACKET);
	json all = report();
	json named = only(all, "address", path), hidden = only(all, "address",
	    std::string("@hidden\0name", 12));

	EXPECT_EQ(named.at("family"), "unix");
	EXPECT_EQ(named.at("type"), "stream");
	EXPECT_TRUE(named.at("port").is_null());
	EXPECT_EQ(named.at("queue_length"), 2);
	EXPECT_EQ(named.at("queue_limit"), 4);
	EXPECT_EQ(hidden.at("type"), "seqpacket");
	EXPECT_EQ(hidden.at("queue_length"), 1);
	EXPECT_EQ(hidden.at("queue_limit"), 2);
}

TEST_F(Queues, NamesCannotForgeLines)
{
	Descriptor listening = listen_on_unix(std::string("\0a\n\033[2Jb", 8), SOCK_STREAM, 1);
	Result result = run(tool("bindchain", { "queues" }));

	EXPECT_THAT(result.output, HasSubstr("@a\\012\\033[2Jb "));
	EXPECT_THAT(result.output, Not(HasSubstr("\033")));
	EXPECT_EQ(only(report(), "family", "unix").at("address"), "@a\n\033[2Jb");
}

/* ---- owners ---- */

TEST_F(Queues, TheOwnerIsTheProcessThatHasTheSocket)
{
	int descriptor = -1;
	OtherProcess other("the-owner", [&descriptor] {
		descriptor = listen_on("127.0.0.1").release();
		return descriptor << 16 | port_of(descriptor);
	});
	json queue = listener(report(), other.told() & 0xffff);

	ASSERT_EQ(queue.at("owners").size(), 1U) << queue;
	EXPECT_EQ(queue.at("owners").at(0), (json { { "pid", other.pid() },
	    { "command", "the-owner" }, { "uid", geteuid() },
	    { "descriptor", other.told() >> 16 } }));
	EXPECT_EQ(queue.at("uid"), geteuid());
}

TEST_F(Queues, ASharedSocketHasAllItsOwners)
{
	Descriptor listening = listen_on("127.0.0.1");
	OtherProcess one("one", [] { return 0; }), two("two", [] { return 0; });
	json owners = listener(report(), port_of(listening.get())).at("owners");
	std::vector<pid_t> pids;

	for (const json &owner : owners)
		pids.push_back(owner.at("pid"));
	EXPECT_THAT(pids, testing::UnorderedElementsAre(getpid(), one.pid(), two.pid()));
	EXPECT_THAT(run(tool("bindchain", { "queues" })).output, HasSubstr(" +2\n"));
}

TEST_F(Queues, WithoutPrivilegeOthersOwnersAreNotSeenAndThatIsSaid)
{
	Descriptor listening = listen_on("127.0.0.1");
	Command command = tool("bindchain", { "queues", "--json" });

	if (!can_change_user())
		SKIP_TEST("only root can become another user");
	command.user = 1;
	json all = json::parse(run(command).output);
	EXPECT_EQ(listener(all, port_of(listening.get())).at("owners"), json::array());
	EXPECT_EQ(all.at("owners_seen").at("complete"), false);
	EXPECT_THAT(all.at("owners_seen").at("hidden").get<std::string>(),
	    HasSubstr("CAP_SYS_PTRACE"));
	command.argv.pop_back();
	EXPECT_THAT(run(command).output, ContainsRegex("\nsome owners are hidden: .*CAP_SYS_PTRACE\n"));
}

/* The crowd has no sockets, and all of its descriptors would take seconds. */
TEST_F(Queues, AmongManyDescriptorsTheSearchEndsAndSaysWhatItLeftOut)
{
	Crowd crowd;
	OtherProcess server("server", [] { return port_of(listen_on("127.0.0.1").release()); });

	if (!crowd.is_large())
		SKIP_TEST("not enough descriptors to be had");
	json all = report(), owners = listener(all, server.told()).at("owners");
	ASSERT_EQ(owners.size(), 1U);
	EXPECT_EQ(owners[0].at("pid"), server.pid());
	EXPECT_EQ(all.at("owners_seen").at("complete"), false);
	EXPECT_GT(all.at("owners_seen").at("processes_left_out"), 0);
	EXPECT_THAT(run(tool("bindchain", { "queues" })).output,
	    testing::ContainsRegex("\nsome owners are hidden: the search ended at its time limit;"
	                           " [1-9][0-9]* processes were not searched to the end\n"));
}

/* ---- somebody else's word ---- */

TEST_F(Queues, AgreeWithSs)
{
	const char *ss = access("/usr/bin/ss", X_OK) == 0 ? "/usr/bin/ss" : "/bin/ss";
	std::vector<Descriptor> sockets;

	if (access(ss, X_OK) != 0)
		SKIP_TEST("no ss(8)");
	for (int i = 0; i < 20; i++) {
		sockets.push_back(listen_on("127.0.0.1"));
		listen_again(sockets.back(), i * 3);
		int port = port_of(sockets.back().get());
		for (int client = 0; client < i % 4; client++)
			sockets.push_back(begin_to_connect(port));
	}
	std::istringstream lines(run(Command({ ss, "-H", "-l", "-t", "-n" })).output);
	std::string state, address, peer, line;
	int length, limit, count = 0;
	json all = report();
	while (std::getline(lines, line)) {
		std::istringstream(line) >> state >> length >> limit >> address >> peer;
		json queue = listener(all, std::stoi(address.substr(address.rfind(':') + 1)));
		EXPECT_EQ(queue.at("queue_length"), length) << line;
		EXPECT_EQ(queue.at("queue_limit"), limit) << line;
		count++;
	}
	EXPECT_EQ(count, 20);
	EXPECT_EQ(all.at("listeners").size(), 20U);
}

TEST_F(Queues, ThousandsOfListenersAreAllThereWithTheirOwner)
{
	const int count = 3000;
	struct rlimit limit;

	ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
	if (limit.rlim_max < count + 100)
		SKIP_TEST("the limit on descriptors is too low");
	OtherProcess other("many", [limit] {
		struct rlimit most = limit;
		most.rlim_cur = most.rlim_max;
		setrlimit(RLIMIT_NOFILE, &most);
		for (int i = 0; i < count; i++)
			listen_on("127.0.0.1", 10000 + i).release();
		return 0;
	});
	/* While others on this host have a great many descriptors, the search may end first. */
	json all = report();
	for (int i = 0; i < 50 && all.at("owners_seen").at("processes_left_out") != 0; i++)
		all = report();
	ASSERT_EQ(all.at("listeners").size(), static_cast<size_t>(count));
	for (int i = 0; i < count; i++) {
		const json &queue = all.at("listeners").at(static_cast<size_t>(i));
		ASSERT_EQ(queue.at("port"), 10000 + i);
		ASSERT_EQ(queue.at("owners").at(0).at("pid"), other.pid()) << queue;
	}
}

/* ---- watching ---- */

class Watch : public Queues {
protected:
	static Command watch() { return tool("bindchain", { "queues", "--watch", "--interval=0.1" }); }
};

TEST_F(Watch, InLinesTellsAllAtFirstAndThenWhatChanges)
{
	Descriptor listening = listen_on("127.0.0.1");
	const std::string at = "127.0.0.1:" + std::to_string(port_of(listening.get()));
	const std::string time = "....-..-..T..:..:..Z ";
	Process process(watch());

	EXPECT_THAT(process.read_line(),
	    MatchesRegex(time + at + " length 0 highest 0 limit 16 drops 0 owner [0-9]+ .*"));
	Descriptor client = connect_to("127.0.0.1", port_of(listening.get()));
	EXPECT_THAT(process.read_line(),
	    MatchesRegex(time + at + " length 1 highest 1 limit 16 drops 0 owner [0-9]+ .*"));
	Descriptor accepted(accept(listening.get(), nullptr, nullptr));
	EXPECT_THAT(process.read_line(),
	    MatchesRegex(time + at + " length 0 highest 1 limit 16 drops 0 owner [0-9]+ .*"));
	listening = Descriptor();
	EXPECT_THAT(process.read_line(), MatchesRegex(time + at + " closed"));
	process.kill(SIGTERM);
	EXPECT_EQ(process.finish().signal, SIGTERM);
}

TEST_F(Watch, ASocketThatComesLaterIsTold)
{
	Descriptor first = listen_on("127.0.0.1");
	Process process(watch());

	process.read_line();
	Descriptor second = listen_on("127.0.0.1");
	EXPECT_THAT(process.read_line(),
	    HasSubstr("127.0.0.1:" + std::to_string(port_of(second.get())) + " length 0"));
	process.kill(SIGTERM);
}

TEST_F(Watch, OutputThatCannotBeWrittenEndsIt)
{
	Descriptor listening = listen_on("127.0.0.1");
	Descriptor full(open("/dev/full", O_WRONLY | O_CLOEXEC));
	Command command = watch();

	ASSERT_GE(full.get(), 0);
	command.descriptors[1] = full.get();
	Result result = run(command);
	EXPECT_EQ(result.status, 111);
	EXPECT_THAT(result.error, HasSubstr(error_text(ENOSPC)));
}

} // namespace
