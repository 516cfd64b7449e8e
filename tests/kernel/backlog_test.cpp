/* SPDX-License-Identifier: ISC */
/* How many connections the kernel completes before a queue that nobody takes
 * from is full. */
#include <cerrno>
#include <csignal>
#include <cstring>

#include <sys/socket.h>
#include <sys/wait.h>

#include "expectations.h"
#include "probe_listener.h"
#include "network.h"
#include "observe.h"
#include "setting.h"
#include "skip.h"

namespace {

class Backlog : public OnLoopback {
protected:
	/* Connects until the kernel turns one away; how many it had completed. */
	static int completed(const std::string &host, int port)
	{
		constexpr int too_many = 500;
		std::vector<Descriptor> clients;
		Descriptor client;

		while (clients.size() < too_many
		    && try_to_connect(host, port, static_cast<int>(clients.size()), &client)
		        == Attempt::completed)
			clients.push_back(std::move(client));
		EXPECT_EQ(queue_length(port), static_cast<int>(clients.size()));
		return static_cast<int>(clients.size());
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
			ProbeListener listener("tcp-socket-listen", { "-b", queue.backlog, host, "0" });
			expect_queue(listener, host, queue);
			tried++;
		}
	if (!tried)
		SKIP_TEST("no row is for the limit here: "
		    + std::to_string(read_setting(expectations().backlog_limit)));
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
		SKIP_TEST(why_none);
	NetworkNamespace::set(expectations().backlog_limit, "3");
	ProbeListener listener("tcp-socket-listen", { "-b", "100", "127.0.0.1", "0" });
	NetworkNamespace::set(expectations().backlog_limit, "50");
	ProbeListener later("tcp-socket-listen", { "-b", "100", "127.0.0.1", "0" });

	EXPECT_EQ(listener.socket().at("queue_limit"), 3);
	EXPECT_EQ(later.socket().at("queue_limit"), 50);
	/* As many as under a limit of 3 from the start. */
	NetworkNamespace::set(expectations().backlog_limit, "3");
	ProbeListener same("tcp-socket-listen", { "-b", "3", "127.0.0.1", "0" });
	EXPECT_EQ(completed("127.0.0.1", listener.port()), completed("127.0.0.1", same.port()));
}

/* Everything that waited is there for the program that comes to accept. */
TEST_F(Backlog, LosesNothingThatWaited)
{
	ProbeListener listener("tcp-socket-listen", { "-b", "10", "127.0.0.1", "0" },
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
