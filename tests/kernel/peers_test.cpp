/* SPDX-License-Identifier: ISC */
/* Datagrams reach the next program.  (The tools' tests look at modes and owners of
 * paths; while one is made it can be watched on Linux alone.) */
#include <sys/socket.h>
#include <unistd.h>

#include "network.h"
#include "probe_listener.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

class Peers : public OnLoopback {
protected:
	/* A shell reads a byte at a time and loses the rest of a datagram; dd(1) reads
	 * it whole. */
	static Command receiver_behind(const std::string &name, std::vector<std::string> arguments)
	{
		arguments.insert(arguments.end(), { "/bin/sh", "-c",
		    "echo ready; exec dd bs=64 count=1 <&3 2>/dev/null" });
		return tool(name, arguments);
	}

	static void send_to(Process &receiver, const Descriptor &client)
	{
		ASSERT_EQ(send(client.get(), "hello\n", 6, 0), 6);
		EXPECT_EQ(receiver.read_line(), "hello");
		EXPECT_EQ(receiver.finish().status, 0);
	}
};

TEST_F(Peers, SendDatagramsToAnAddress)
{
	for (const char *host : { "127.0.0.1", "::1" }) {
		int port = port_of(bind_to(host, 0, true).get());
		Process receiver(receiver_behind("udp-socket-listen",
		    { host, std::to_string(port) }));

		EXPECT_EQ(receiver.read_line(), "ready");
		send_to(receiver, connect_to(host, port, SOCK_DGRAM));
	}
}

TEST_F(Peers, SendDatagramsToAPath)
{
	TemporaryDirectory directory;
	const std::string path = directory / "socket";
	Process receiver(receiver_behind("local-datagram-socket-listen", { path }));
	Descriptor client;

	EXPECT_EQ(receiver.read_line(), "ready");
	ASSERT_EQ(connect_path(path, &client, SOCK_DGRAM), 0);
	send_to(receiver, client);
}

} // namespace
