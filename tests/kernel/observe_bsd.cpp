/* SPDX-License-Identifier: ISC */
/*
 * What FreeBSD and macOS tell of queues: netstat(1), which both have from one
 * source.
 */
#include "observe.h"

#include <cerrno>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include <poll.h>
#include <sys/socket.h>

#include "process.h"

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto patience = std::chrono::seconds(20);

[[noreturn]] void
fail(const std::string &what)
{
	throw std::system_error(errno, std::generic_category(), what);
}

/* "12 listen queue overflows": connections that found no room. */
unsigned long
overflows()
{
	std::istringstream lines(output_of("netstat -s -p tcp"));

	for (std::string line; std::getline(lines, line);)
		if (line.find("listen queue overflow") != std::string::npos)
			return std::stoul(line);
	throw std::runtime_error("netstat -s tells of no listen queue overflows");
}

int
error_of(int descriptor)
{
	int error = 0;
	socklen_t size = sizeof error;

	if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
		fail("getsockopt SO_ERROR");
	return error;
}

/* Is ADDRESS "127.0.0.1.8080", of PORT 8080? */
bool
has_port(const std::string &address, int port)
{
	const std::string end = "." + std::to_string(port);

	return address.size() > end.size()
	    && address.compare(address.size() - end.size(), end.size(), end) == 0;
}

/* netstat -L of FreeBSD leaves out the listeners of backlog 0 (usr.bin/netstat/inet.c,
 * protopr; seen on 13.1).  Where nobody accepts, the connections made to the port wait.
 * A line has protocol, two counts, both addresses and the state. */
int
count_connections(int port)
{
	std::istringstream lines(output_of("netstat -an -p tcp"));
	bool has_listener = false;
	int count = 0;

	for (std::string line; std::getline(lines, line);) {
		std::istringstream words(line);
		std::string protocol, received, sent, local, remote, state;
		if (!(words >> protocol >> received >> sent >> local >> remote >> state)
		    || !has_port(local, port))
			continue;
		has_listener |= state == "LISTEN";
		count += state == "ESTABLISHED";
	}
	return has_listener ? count : -1;
}

} // namespace

/* A line has "length/incomplete/limit", and behind it address.port. */
int
queue_length(int port)
{
	std::istringstream words(output_of("netstat -Lan -p tcp"));
	std::string queue, address;

	for (; words >> address; queue = address)
		if (queue.find('/') != std::string::npos && has_port(address, port))
			return std::stoi(queue);
	return count_connections(port);
}

Attempt
try_to_connect(const std::string &host, int port, int queued, Descriptor *client)
{
	unsigned long before = overflows();
	Clock::time_point deadline = Clock::now() + patience;

	*client = begin_to_connect(host, port);
	while (Clock::now() < deadline) {
		pollfd polled = { client->get(), POLLOUT, 0 };
		poll(&polled, 1, 1); /* whichever comes first: it, or the next look */
		/* FreeBSD resets what it has no room for, as connect(2) may tell already;
		 * macOS does not answer. */
		if (error_of(client->get()) == ECONNREFUSED)
			return Attempt::refused;
		if (queue_length(port) == queued + 1)
			return Attempt::completed;
		if (overflows() > before)
			return Attempt::turned_away;
	}
	throw std::runtime_error("neither connected nor turned away: " + host);
}

/* netisr(9): what goes to loopback waits in one queue, for one thread. */
void
keep_order_of_datagrams()
{
}
