/* SPDX-License-Identifier: ISC */
/* What the other tests stand on. */
#include <csignal>
#include <stdexcept>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "network.h"
#include "network_namespace.h"
#include "process.h"
#include "skip.h"
#include "tools.h"

TEST(Process, PassesInputAndCapturesBothOutputs)
{
	Command command({ "/bin/sh", "-c", "cat; echo problem >&2; exit 7" });
	command.input = "some words\n";
	Result result = run(command);

	EXPECT_EQ(result.status, 7);
	EXPECT_EQ(result.output, "some words\n");
	EXPECT_EQ(result.error, "problem\n");
}

TEST(Process, IsKilledAtItsDeadline)
{
	Command command({ probe_path(), "--wait" });
	command.deadline = std::chrono::milliseconds(100);
	Result result = run(command);

	EXPECT_TRUE(result.timed_out);
	EXPECT_EQ(result.signal, SIGKILL);
}

TEST(Process, ThatCannotBeStartedThrows)
{
	EXPECT_THROW(run(Command({ "/nonexistent/program" })), std::system_error);
}

TEST(Network, AConnectionCarriesWords)
{
	Descriptor listener = listen_on("127.0.0.1");
	Descriptor client = connect_to("127.0.0.1", port_of(listener.get()));
	Descriptor server(accept(listener.get(), nullptr, nullptr));

	ASSERT_EQ(write(server.get(), "words", 5), 5);
	server = Descriptor();
	EXPECT_EQ(read_all(client.get()), "words");
}

TEST(NetworkNamespace, HasAnEmptyNetworkThatCanBeFilled)
{
	std::string why_not;
	auto network = NetworkNamespace::enter(&why_not);
	if (!network)
		SKIP_TEST_WITHOUT_NAMESPACE(why_not);

	/* In a network that never had an address Linux lets any IPv4 address be
	 * bound: net/ipv4/fib_frontend.c, __inet_dev_addr_type, without a table. */
	network->set_up("lo");
	EXPECT_THROW(bind_to("192.0.2.1"), std::system_error);
	EXPECT_NO_THROW(listen_on("127.0.0.1"));
	network->add_interface("test0");
	network->set_up("test0");
	network->add_address("test0", "192.0.2.1/24");
	EXPECT_NO_THROW(listen_on("192.0.2.1"));
	network->remove_address("test0", "192.0.2.1/24");
	EXPECT_THROW(bind_to("192.0.2.1"), std::system_error);
	NetworkNamespace::set("net.core.somaxconn", "17");
	EXPECT_EQ(read_all(Descriptor(open("/proc/sys/net/core/somaxconn", O_RDONLY)).get()),
	    "17\n");
}

TEST(NetworkNamespace, TakesIpv6AddressesThatAreUsableAtOnce)
{
	std::string why_not;
	auto network = NetworkNamespace::enter(&why_not);
	if (!network)
		SKIP_TEST_WITHOUT_NAMESPACE(why_not);
	network->set_up("lo");
	if (!has_ipv6())
		SKIP_TEST("this system has no IPv6");

	network->add_interface("test0");
	network->set_up("test0");
	network->add_address("test0", "2001:db8::1/64");
	EXPECT_NO_THROW(listen_on("2001:db8::1"));
}
