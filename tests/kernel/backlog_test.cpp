/* SPDX-License-Identifier: ISC */
/* How many connections the kernel completes before a queue that nobody takes from is
 * full, as the tables, explain and the clients have it. */
#include <cerrno>
#include <csignal>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "expectations.h"
#include "probe_listener.h"
#include "network.h"
#include "observe.h"
#include "setting.h"
#include "skip.h"
#include "temporary_directory.h"

namespace {

const char tcp_tool[] = "tcp-socket-listen";
const char unix_tool[] = "local-stream-socket-listen";

class Backlog : public OnLoopback {
protected:
	/* How many connections wait when the kernel turns one away. */
	static int completed(const std::string &host, int port)
	{
		std::vector<Descriptor> clients;

		fill_queue(host, port, &clients);
		int waiting = static_cast<int>(clients.size()) - 1;
		EXPECT_EQ(queue_length(port), waiting);
		return waiting;
	}

	/* Makes this the limit; where nobody may, tells whether it is. */
	bool has_limit(int limit) const
	{
		if (network)
			NetworkNamespace::set(expectations().backlog_limit, std::to_string(limit));
		return read_setting(expectations().backlog_limit) == limit;
	}

	static void expect_queue(const ProbeListener &listener, const std::string &host,
	    const ExpectedQueue &queue)
	{
		EXPECT_EQ(listener.socket().at("queue_limit"), queue.queue_limit);
		EXPECT_EQ(completed(host, listener.port()), queue.completed);
	}

	static void expect_explained(const nlohmann::json &said, const ExpectedQueue &queue)
	{
		EXPECT_EQ(said.at("limit").at("name"), expectations().backlog_limit);
		EXPECT_EQ(said.at("limit").at("value"), queue.limit);
		EXPECT_EQ(said.at("queue_limit"), queue.queue_limit);
		EXPECT_EQ(said.at("connections_admitted"), queue.completed);
	}

	static void expect_unix_queue(const ExpectedQueue &queue)
	{
		TemporaryDirectory directory;
		const std::string path = directory / "socket";
		const std::vector<std::string> arguments = { "-b", queue.backlog, path };
		nlohmann::json said = explained(unix_tool, arguments).at("backlog");
		ProbeListener listener(unix_tool, arguments);
		std::vector<Descriptor> clients(1);

		expect_explained(said, queue);
		EXPECT_EQ(said.at("overflow").at("new_client"),
		    expectations().surplus_unix_client);
		for (int i = 0; i < queue.completed; i++) {
			EXPECT_EQ(connect_path(path, &clients.back()), 0) << i;
			clients.emplace_back();
		}
		EXPECT_EQ(connect_path(path, &clients.back()), expectations().surplus_unix_error);
	}
};

TEST_F(Backlog, IsWhatTheKernelMakesOfIt)
{
	int tried = 0;

	for (const ExpectedQueue &queue : expectations().queues)
		for (const char *host : { "127.0.0.1", "::1" }) {
			SCOPED_TRACE(std::string(host) + " backlog " + queue.backlog + " limit "
			    + std::to_string(queue.limit));
			if (!has_limit(queue.limit))
				continue;
			const std::vector<std::string> arguments = { "-b", queue.backlog, host, "0" };
			ProbeListener listener(tcp_tool, arguments);
			expect_explained(explained(tcp_tool, arguments).at("backlog"), queue);
			expect_queue(listener, host, queue);
			tried++;
		}
	if (!tried)
		SKIP_TEST("no row is for the limit here: "
		    + std::to_string(read_setting(expectations().backlog_limit)));
}

TEST_F(Backlog, OfAUnixSocketIsTheSame)
{
	int tried = 0;

	for (const ExpectedQueue &queue : expectations().queues) {
		SCOPED_TRACE(std::string("backlog ") + queue.backlog + " limit "
		    + std::to_string(queue.limit));
		if (!has_limit(queue.limit))
			continue;
		expect_unix_queue(queue);
		tried++;
	}
	if (!tried)
		SKIP_TEST("no row is for the limit here: "
		    + std::to_string(read_setting(expectations().backlog_limit)));
}

/* Who is dropped hears nothing; a reset comes at once. */
TEST_F(Backlog, DealsWithASurplusClientAsExplained)
{
	const std::vector<std::string> arguments = { "-b", "1", "127.0.0.1", "0" };
	const std::string fate = expectations().surplus_client;
	nlohmann::json said = explained(tcp_tool, arguments).at("backlog");
	ProbeListener listener(tcp_tool, arguments);
	std::vector<Descriptor> clients;

	EXPECT_EQ(said.at("overflow").at("new_client"), fate);
	fill_queue("127.0.0.1", listener.port(), &clients);
	pollfd surplus = { clients.back().get(), POLLIN, 0 };
	EXPECT_EQ(poll(&surplus, 1, fate == "reset" ? 20000 : 0), fate == "reset" ? 1 : 0);
}

/* Of a socket that does not block, all that has come. */
std::string
read_now(int descriptor)
{
	char bytes[64];
	ssize_t length = recv(descriptor, bytes, sizeof bytes, 0);

	return length < 0 ? strerror(errno) : std::string(bytes, static_cast<size_t>(length));
}

/* Its default is the maximum, whatever a C library calls SOMAXCONN. */
TEST_F(Backlog, OfTheSocketBinderIsTheLimit)
{
	for (const ExpectedQueue &queue : expectations().queues) {
		if (std::string(queue.backlog) != "2147483647" || !has_limit(queue.limit))
			continue;
		ProbeListener listener("s6-tcpserver-socketbinder", { "127.0.0.1", "0" });
		expect_queue(listener, "127.0.0.1", queue);
	}
}

/* The limit is copied at listen(2): a later change leaves the queue alone. */
TEST_F(Backlog, KeepsTheLimitOfItsStart)
{
	if (!network)
		SKIP_TEST_WITHOUT_NAMESPACE(why_none);
	NetworkNamespace::set(expectations().backlog_limit, "3");
	ProbeListener listener(tcp_tool, { "-b", "100", "127.0.0.1", "0" });
	NetworkNamespace::set(expectations().backlog_limit, "50");
	ProbeListener later(tcp_tool, { "-b", "100", "127.0.0.1", "0" });

	EXPECT_EQ(listener.socket().at("queue_limit"), 3);
	EXPECT_EQ(later.socket().at("queue_limit"), 50);
	/* As many as under a limit of 3 from the start. */
	NetworkNamespace::set(expectations().backlog_limit, "3");
	ProbeListener same(tcp_tool, { "-b", "3", "127.0.0.1", "0" });
	EXPECT_EQ(completed("127.0.0.1", listener.port()), completed("127.0.0.1", same.port()));
}

/* Everything that waited is there for the program that comes to accept. */
TEST_F(Backlog, LosesNothingThatWaited)
{
	ProbeListener listener(tcp_tool, { "-b", "10", "127.0.0.1", "0" },
	    { "--accept", "5" });
	std::vector<Descriptor> clients;
	int status;

	listener.process().kill(SIGSTOP);
	ASSERT_EQ(waitpid(listener.process().pid(), &status, WUNTRACED),
	    listener.process().pid());
	for (int i = 0; i < 5; i++) {
		Descriptor client;
		ASSERT_EQ(try_to_connect("127.0.0.1", listener.port(), i, &client),
		    Attempt::completed);
		clients.push_back(std::move(client));
	}
	listener.process().kill(SIGCONT);
	EXPECT_EQ(listener.process().finish().status, 0);
	for (const Descriptor &client : clients)
		EXPECT_EQ(read_now(client.get()), "descriptor 3\n");
}

} // namespace
