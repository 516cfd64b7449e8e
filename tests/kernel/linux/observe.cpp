/* SPDX-License-Identifier: ISC */
#include "observe.h"

#include <cerrno>
#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <vector>

#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>

/* Since Linux 6.5; headers are older. */
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#endif

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto patience = std::chrono::seconds(20);

[[noreturn]] void
fail(const std::string &what)
{
	throw std::system_error(errno, std::generic_category(), what);
}

/* TcpExt ListenDrops of /proc/net/netstat, which counts every SYN and ACK that
 * found no room: a line of names, and a line of values in their order. */
unsigned long long
listen_drops()
{
	std::ifstream file("/proc/thread-self/net/netstat");
	std::string names, values, name, value;

	while (std::getline(file, names) && std::getline(file, values)) {
		std::istringstream name_stream(names), value_stream(values);
		while (name_stream >> name && value_stream >> value)
			if (name == "ListenDrops")
				return std::stoull(value);
	}
	throw std::runtime_error("/proc/net/netstat has no ListenDrops");
}

int
tcp_state(int descriptor)
{
	tcp_info info = {};
	socklen_t size = sizeof info;

	if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		fail("getsockopt TCP_INFO");
	return info.tcpi_state;
}

/* One line of /proc/net/tcp: "sl: local rem state tx:rx ..."; the queue of a
 * listener is in rx. */
bool
read_listener(const std::string &line, int port, int *length)
{
	std::istringstream stream(line);
	std::string slot, local, remote, state, queues;

	if (!(stream >> slot >> local >> remote >> state >> queues) || state != "0A")
		return false;
	if (std::stoi(local.substr(local.rfind(':') + 1), nullptr, 16) != port)
		return false;
	*length = std::stoi(queues.substr(queues.find(':') + 1), nullptr, 16);
	return true;
}

} // namespace

int
queue_length(int port)
{
	for (const char *path : { "/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6" }) {
		std::ifstream file(path);
		std::string line;
		int length;

		while (std::getline(file, line))
			if (read_listener(line, port, &length))
				return length;
	}
	return -1;
}

Attempt
try_to_connect(const std::string &host, int port, int queued, Descriptor *client)
{
	unsigned long long before = listen_drops();
	Clock::time_point deadline = Clock::now() + patience;

	*client = begin_to_connect(host, port);
	while (Clock::now() < deadline) {
		pollfd polled = { client->get(), POLLOUT, 0 };
		poll(&polled, 1, 1); /* whichever comes first: it, or the next look */
		int state = tcp_state(client->get());
		if (state == TCP_CLOSE)
			return Attempt::refused;
		/* Connected, the client is a step ahead of the queue. */
		if (state == TCP_ESTABLISHED && queue_length(port) == queued + 1)
			return Attempt::completed;
		if (state == TCP_SYN_SENT && listen_drops() > before)
			return Attempt::turned_away;
	}
	throw std::runtime_error("neither connected nor turned away: " + host);
}

/* From socket(7), ip(7), ipv6(7), tcp(7) and unix(7). */
std::optional<OptionPlace>
place_of(enum bindchain_option option, int family)
{
	switch (option) {
	case BINDCHAIN_SHARE:
	case BINDCHAIN_BALANCE:
		return OptionPlace { SOL_SOCKET, SO_REUSEPORT };
	case BINDCHAIN_BIND_ANY:
		return family == AF_INET6 ? OptionPlace { IPPROTO_IPV6, IPV6_FREEBIND }
		                          : OptionPlace { IPPROTO_IP, IP_FREEBIND };
	case BINDCHAIN_WAIT_FOR:
		return OptionPlace { IPPROTO_TCP, TCP_DEFER_ACCEPT };
	case BINDCHAIN_FAST_OPEN:
		return OptionPlace { IPPROTO_TCP, TCP_FASTOPEN };
	case BINDCHAIN_KEEPALIVE_IDLE:
		return OptionPlace { IPPROTO_TCP, TCP_KEEPIDLE };
	case BINDCHAIN_USER_TIMEOUT:
		return OptionPlace { IPPROTO_TCP, TCP_USER_TIMEOUT };
	case BINDCHAIN_MAX_SEGMENT:
		return OptionPlace { IPPROTO_TCP, TCP_MAXSEG };
	case BINDCHAIN_PRIORITY:
		return OptionPlace { SOL_SOCKET, SO_PRIORITY };
	case BINDCHAIN_MARK:
		return OptionPlace { SOL_SOCKET, SO_MARK };
	case BINDCHAIN_TRANSPARENT:
		return family == AF_INET6 ? OptionPlace { IPPROTO_IPV6, IPV6_TRANSPARENT }
		                          : OptionPlace { IPPROTO_IP, IP_TRANSPARENT };
	case BINDCHAIN_PACKET_INFO:
		return family == AF_INET6 ? OptionPlace { IPPROTO_IPV6, IPV6_RECVPKTINFO }
		                          : OptionPlace { IPPROTO_IP, IP_PKTINFO };
	case BINDCHAIN_PASS_PIDFD:
		return OptionPlace { SOL_SOCKET, SO_PASSPIDFD };
	case BINDCHAIN_LOCKED:
		return OptionPlace { SOL_SOCKET, SO_LOCK_FILTER };
	case BINDCHAIN_FIB:
		return std::nullopt;
	case BINDCHAIN_DEVICE:
		return OptionPlace { SOL_SOCKET, SO_BINDTODEVICE };
	case BINDCHAIN_PASS_CREDENTIALS:
		return OptionPlace { SOL_SOCKET, SO_PASSCRED };
	case BINDCHAIN_PASS_SECURITY:
		return OptionPlace { SOL_SOCKET, SO_PASSSEC };
	default:
		if (std::optional<OptionPlace> place = common_place_of(option, family))
			return place;
		throw std::runtime_error("an option that this table does not know");
	}
}

std::string
device_of(int descriptor)
{
	char name[IF_NAMESIZE] = "";
	socklen_t size = sizeof name;

	if (getsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, name, &size) != 0)
		fail("getsockopt SO_BINDTODEVICE");
	return name;
}

/* Each processor has a queue of its own for loopback: net/core/dev.c,
 * enqueue_to_backlog. */
void
keep_order_of_datagrams()
{
	cpu_set_t set;
	int processor = sched_getcpu();

	CPU_ZERO(&set);
	CPU_SET(processor, &set);
	if (processor < 0 || sched_setaffinity(0, sizeof set, &set) != 0)
		fail("sched_setaffinity");
}
