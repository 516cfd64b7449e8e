/* SPDX-License-Identifier: ISC */
/*
 * The setting `wait`: the address, interface or port comes when the command waits for it in
 * poll(2), as /proc/PID/syscall tells.  How long it takes then is printed, not tested: a busy
 * machine delays it.
 */
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "network.h"
#include "probe_listener.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

void
ip(const std::string &arguments)
{
	ASSERT_EQ(system(("ip " + arguments).c_str()), 0) << arguments;
}

/* The number of the system call that a process is blocked in; -1: it runs. */
long
system_call_of(pid_t pid)
{
	std::ifstream file("/proc/" + std::to_string(pid) + "/syscall");
	std::string word;

	if (!(file >> word))
		throw std::runtime_error("/proc/PID/syscall cannot be read");
	return word == "running" ? -1 : std::stol(word);
}

bool
is_polling(pid_t pid)
{
	long number = system_call_of(pid);

#ifdef SYS_poll
	if (number == SYS_poll)
		return true;
#endif
	return number == SYS_ppoll;
}

/* The bytes that rtnetlink holds for a process: sk, protocol, port (its pid), groups, bytes. */
long
bytes_for(pid_t pid)
{
	std::ifstream file("/proc/net/netlink");

	for (std::string line; std::getline(file, line);) {
		std::istringstream words(line);
		std::string address, groups;
		long protocol, port, bytes;
		if (words >> address >> protocol >> port >> groups >> bytes && protocol == 0
		    && port == pid)
			return bytes;
	}
	throw std::runtime_error("no such socket in /proc/net/netlink");
}

class Wait : public InNamespace {
protected:
	void SetUp() override
	{
		InNamespace::SetUp();
		if (!network)
			return;
		network->add_interface("a0");
		network->set_up("a0");
		/* Until an interface has had an address, any can be bound. */
		network->add_address("a0", "192.0.2.1/24");
	}

	static void expect_address(const std::string &line, const std::string &address)
	{
		EXPECT_THAT(line + " ", HasSubstr(" address=" + address + " "));
	}

	/* A command that waits for LISTENER, in poll(2). */
	static std::unique_ptr<Process> start(const std::string &listener)
	{
		auto process = std::make_unique<Process>(tool("bindchain", { "listen", listener,
		    "--report=fd:1", "/bin/true" }));

		await_poll(*process);
		return process;
	}

	static void await_poll(const Process &process)
	{
		auto deadline = Clock::now() + std::chrono::seconds(20);

		while (!is_polling(process.pid())) {
			if (Clock::now() > deadline)
				throw std::runtime_error("it does not wait");
			std::this_thread::sleep_for(std::chrono::milliseconds(1));
		}
	}

	/* PROCESS reports ADDRESS after what was done at EVENT. */
	static void expect_ready(Process &process, Clock::time_point event,
	    const std::string &address)
	{
		std::string line = process.read_line();
		std::chrono::duration<double, std::milli> latency = Clock::now() - event;
		std::cout << "ready after " << latency.count() << " ms\n";
		expect_address(line, address);
		Result result = process.finish();
		EXPECT_EQ(result.status, 0) << result;
		EXPECT_EQ(result.error, "");
	}
};

TEST_F(Wait, EndsWhenAnInterfaceGetsTheAddress)
{
	auto process = start("--tcp=192.0.2.9:8000,wait=60");
	network->add_address("a0", "192.0.2.9/24");
	expect_ready(*process, Clock::now(), "192.0.2.9:8000");
}

TEST_F(Wait, EndsWhenAnInterfaceGetsTheIpv6Address)
{
	auto process = start("--udp=[2001:db8::9]:8000,wait=60");
	network->add_address("a0", "2001:db8::9/64");
	expect_ready(*process, Clock::now(), "[2001:db8::9]:8000");
}

TEST_F(Wait, EndsWithDuplicateAddressDetection)
{
	/* Without a carrier it does not begin. */
	network->set_down("a0-peer");
	ip("addr add 2001:db8::9/64 dev a0");
	auto process = start("--tcp=[2001:db8::9]:8000,wait=60");
	network->set_up("a0-peer");
	expect_address(process->read_line(), "[2001:db8::9]:8000");
	EXPECT_EQ(process->finish().status, 0);
}

TEST_F(Wait, EndsWhenTheDeviceIsCreated)
{
	auto process = start("--tcp=192.0.2.1:8000,device=late0,wait=60");
	auto event = Clock::now();
	network->add_interface("late0");
	expect_ready(*process, event, "192.0.2.1:8000");
}

TEST_F(Wait, EndsWhenAnInterfaceIsRenamedToTheDevice)
{
	network->add_interface("early0");
	auto process = start("--tcp=192.0.2.1:8000,wait=60,device=late0");
	ip("link set early0 name late0");
	expect_ready(*process, Clock::now(), "192.0.2.1:8000");
}

TEST_F(Wait, EndsWhenTheZoneAndItsAddressAreThere)
{
	auto process = start("--udp=[fe80::9%late0]:8000,wait=60");
	network->add_interface("late0");
	network->set_up("late0");
	network->add_address("late0", "fe80::9/64");
	expect_ready(*process, Clock::now(), "[fe80::9%late0]:8000");
}

/* Both, and in another order than they are looked up. */
TEST_F(Wait, EndsWhenBothAddressAndDeviceAreThere)
{
	auto process = start("--tcp=192.0.2.9:8000,device=late0,wait=60");
	network->add_address("a0", "192.0.2.9/24");
	network->add_interface("late0");
	expect_ready(*process, Clock::now(), "192.0.2.9:8000");
}

TEST_F(Wait, EndsWhenThePortIsFree)
{
	Descriptor holder = listen_on("192.0.2.1");
	std::string address = "192.0.2.1:" + std::to_string(port_of(holder.get()));
	auto process = start("--tcp=" + address + ",wait=60");
	holder = Descriptor();
	expect_ready(*process, Clock::now(), address);
}

TEST_F(Wait, IsForThePortOfDatagramsToo)
{
	Descriptor holder = bind_to("192.0.2.1", 0, true);
	std::string address = "192.0.2.1:" + std::to_string(port_of(holder.get()));
	auto process = start("--udp=" + address + ",exclusive,wait=60");
	holder = Descriptor();
	expect_ready(*process, Clock::now(), address);
}

/* Each of two waits for its own. */
TEST_F(Wait, IsForEachSocketInItsOrder)
{
	auto process = std::make_unique<Process>(tool("bindchain", { "listen",
	    "--tcp=192.0.2.8:8000,wait=60", "--tcp=192.0.2.9:8000,wait=60", "--report=fd:1",
	    "/bin/true" }));
	network->add_address("a0", "192.0.2.9/24");
	network->add_address("a0", "192.0.2.8/24");
	EXPECT_THAT(process->read_line(), HasSubstr("fd=3 name=unknown address=192.0.2.8:8000 "));
	EXPECT_THAT(process->read_line(), HasSubstr("fd=4 name=unknown address=192.0.2.9:8000 "));
	EXPECT_EQ(process->finish().status, 0);
}

/* The kernel has chosen the port for the first one, whose address is there: hosts(5). */
TEST_F(Wait, IsForEveryAddressOfAName)
{
	TemporaryDirectory directory;
	const std::string hosts = directory.file("hosts",
	    "192.0.2.1 both.example\n192.0.2.9 both.example\n", 0644);
	Command listen({ "/usr/bin/unshare", "--mount", "/bin/sh", "-c",
	    "mount --bind \"$0\" /etc/hosts && exec \"$@\"", hosts, tool_path("bindchain"), "listen",
	    "--tcp=both.example:0,all,wait=60", "--report=fd:1", "/bin/true" });
	listen.set("PATH", "/usr/bin:/bin");
	if (run(Command({ "/usr/bin/unshare", "--mount", "/bin/true" })).status != 0)
		SKIP_TEST("no mount namespaces");
	auto process = std::make_unique<Process>(listen);
	await_poll(*process);
	network->add_address("a0", "192.0.2.9/24");
	EXPECT_THAT(process->read_line(), HasSubstr("fd=3 name=unknown address=192.0.2.1:"));
	EXPECT_THAT(process->read_line(), HasSubstr("fd=4 name=unknown address=192.0.2.9:"));
	Result result = process->finish();
	EXPECT_EQ(result.status, 0) << result;
}

/* The socket is standard input, which the first attempt has closed. */
TEST_F(Wait, GivesStandardInputToTheSocket)
{
	Process process(tool("bindchain", { "listen", "--as=stdin",
	    "--tcp=192.0.2.9:8000,wait=60", "--report=fd:1", "/bin/true" }));
	network->add_address("a0", "192.0.2.9/24");
	EXPECT_THAT(process.read_line(), HasSubstr("fd=0 "));
	EXPECT_EQ(process.finish().status, 0);
}

/*
 * Routes to other hosts are many on a router, and no reason to look again.  While the process
 * is stopped, what would wake it stays: each message takes 500 bytes and more.
 */
TEST_F(Wait, IsNotWokenByOtherRoutes)
{
	auto process = start("--tcp=192.0.2.9:8000,wait=60");
	int status;
	process->kill(SIGSTOP);
	ASSERT_EQ(waitpid(process->pid(), &status, WUNTRACED), process->pid());
	ASSERT_EQ(system("for i in $(seq 100); do echo route add 198.51.100.$i/32 via 192.0.2.77; done"
	                 " | ip -batch -"), 0);
	EXPECT_LT(bytes_for(process->pid()), 100 * 500);
	process->kill(SIGCONT);
	network->add_address("a0", "192.0.2.9/24");
	expect_ready(*process, Clock::now(), "192.0.2.9:8000");
}

/* An event that is about another one. */
TEST_F(Wait, GoesOnAfterAnotherAddress)
{
	auto process = start("--tcp=192.0.2.9:8000,wait=60");
	network->add_address("a0", "192.0.2.10/24");
	network->add_address("a0", "192.0.2.9/24");
	expect_ready(*process, Clock::now(), "192.0.2.9:8000");
}

TEST_F(Wait, EndsAtSigterm)
{
	auto process = start("--tcp=192.0.2.9:8000,wait=60");
	process->kill(SIGTERM);
	EXPECT_EQ(process->finish().signal, SIGTERM);
}

/* ---- failures ---- */

struct Failing {
	const char *name;
	const char *listener;
	const char *line;
	int error;
};

std::ostream &
operator<<(std::ostream &stream, const Failing &row)
{
	return stream << row.name;
}

class WaitThatEnds : public Wait, public testing::WithParamInterface<Failing> {};

TEST_P(WaitThatEnds, FailsAsTheLastAttempt)
{
	const Failing &row = GetParam();
	Descriptor holder = listen_on("192.0.2.1", 8001);
	Result result = run(tool("bindchain", { "listen", row.listener, "/bin/true" }));

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), std::string("bindchain listen: fatal: ") + row.line + ": "
	    + error_text(row.error) + " (after 1 second)");
}

const Failing failing[] = {
	{ "Address", "--tcp=192.0.2.9:8000,wait=1", "bind TCP 192.0.2.9:8000", EADDRNOTAVAIL },
	{ "Port", "--tcp=192.0.2.1:8001,wait=1", "bind TCP 192.0.2.1:8001", EADDRINUSE },
	{ "Device", "--udp=192.0.2.1:8000,device=late0,wait=1",
	    "if_nametoindex late0 UDP 192.0.2.1:8000", ENODEV },
	{ "Zone", "--tcp=[fe80::9%late0]:8000,wait=1", "if_nametoindex late0 TCP [fe80::9]:8000",
	    ENODEV },
};

std::string
failing_name(const testing::TestParamInfo<Failing> &tested)
{
	return tested.param.name;
}
INSTANTIATE_TEST_SUITE_P(Of, WaitThatEnds, testing::ValuesIn(failing), failing_name);

/* EINVAL: an IPv6-only socket and an IPv4-mapped address. */
TEST_F(Wait, IsNotForOtherFailures)
{
	Result result = run(tool("bindchain", { "listen", "--tcp=[::ffff:192.0.2.1]:8000,wait=1000",
	    "/bin/true" }));
	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: bind TCP [::ffff:192.0.2.1]:8000: "
	    + error_text(EINVAL));
}

/* ---- explain ---- */

std::string
explained(const std::string &listener)
{
	return run(tool("bindchain", { "explain", "bindchain", "listen", listener,
	    "/bin/true" })).output;
}

TEST_F(Wait, IsExplained)
{
	EXPECT_THAT(explained("--tcp=192.0.2.9:8000,wait=5"),
	    HasSubstr("    waits up to 5 seconds for the address (by rtnetlink) and the port"
	              " (every 100 ms)\n"));
	EXPECT_THAT(explained("--tcp=192.0.2.9:8000,wait=5"), testing::Not(HasSubstr("Warnings")));
	EXPECT_THAT(explained("--tcp=192.0.2.9:8000"), HasSubstr("    no interface has the address,"
	    " and neither bind-any nor wait is set\n"));
	EXPECT_THAT(explained("--tcp=192.0.2.9:8000,bind-any,device=late0,wait=5"),
	    HasSubstr("    interface late0 does not exist\n"));
}

TEST_F(Wait, IsSuggestedWhereTheAddressHasALifetime)
{
	const char line[] = "    interface a0 has the address for a limited time, as from DHCP: it"
	                    " may be missing at the next\n        start\n";

	ip("addr add 192.0.2.5/24 dev a0 valid_lft 1000 preferred_lft 1000");
	ip("addr add 2001:db8::5/64 dev a0 nodad valid_lft 1000 preferred_lft 1000");
	for (const char *address : { "192.0.2.5:8000", "[2001:db8::5]:8000" }) {
		std::string listener = std::string("--tcp=") + address;
		EXPECT_THAT(explained(listener), HasSubstr(line));
		EXPECT_THAT(explained(listener + ",wait=5"), testing::Not(HasSubstr("limited time")));
		EXPECT_THAT(explained(listener + ",bind-any"), testing::Not(HasSubstr("limited time")));
	}
	for (const char *address : { "192.0.2.1:8000", "0.0.0.0:8000", "[::1]:8000" })
		EXPECT_THAT(explained(std::string("--tcp=") + address),
		    testing::Not(HasSubstr("limited time")));
}

TEST_F(Wait, IsSuggestedWhereTheInterfaceIsDown)
{
	network->set_down("a0");
	EXPECT_THAT(explained("--tcp=192.0.2.1:8000"),
	    HasSubstr("    interface a0 has the address, but is down\n"));
	EXPECT_THAT(explained("--tcp=192.0.2.1:8000,wait=1"), testing::Not(HasSubstr("is down")));
}

} /* namespace */
