/* SPDX-License-Identifier: ISC */
#include "ask_pairs.h"

#include <cerrno>
#include <exception>
#include <stdexcept>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "network.h"

namespace {

constexpr int patience = 20000; /* milliseconds */
constexpr int questions = 6;    /* connections or datagrams for each address */
/* Below those that kernels choose. */
constexpr int first_port = 2000, last_port = 9999;

[[noreturn]] void
fail(const std::string &what)
{
	throw std::system_error(errno, std::generic_category(), what);
}

/* Sockets made meanwhile are USER's. */
class AsUser {
public:
	AsUser(bool changes, unsigned user) : changes_(changes)
	{
		if (changes_ && seteuid(user) != 0)
			fail("seteuid");
	}
	~AsUser()
	{
		if (changes_ && seteuid(0) != 0)
			std::terminate();
	}
	AsUser(const AsUser &) = delete;
	AsUser &operator=(const AsUser &) = delete;

private:
	bool changes_;
};

struct Address {
	sockaddr_storage storage = {};
	socklen_t length = 0;

	const sockaddr *any() const { return reinterpret_cast<const sockaddr *>(&storage); }
	sockaddr *any() { return reinterpret_cast<sockaddr *>(&storage); }
};

Address
address_of(const std::string &host, int port)
{
	Address address;
	auto *ipv4 = reinterpret_cast<sockaddr_in *>(&address.storage);
	auto *ipv6 = reinterpret_cast<sockaddr_in6 *>(&address.storage);
	bool is_ipv4 = host.find(':') == std::string::npos;

	address.storage.ss_family = is_ipv4 ? AF_INET : AF_INET6;
	address.length = is_ipv4 ? sizeof *ipv4 : sizeof *ipv6;
	(is_ipv4 ? ipv4->sin_port : ipv6->sin6_port) = htons(static_cast<uint16_t>(port));
	if (inet_pton(address.storage.ss_family, host.c_str(),
	        is_ipv4 ? static_cast<void *>(&ipv4->sin_addr) : &ipv6->sin6_addr) != 1)
		throw std::invalid_argument(host);
	return address;
}

void
set(int descriptor, int level, int name, int value)
{
	if (setsockopt(descriptor, level, name, &value, sizeof value) != 0)
		fail("setsockopt");
}

Descriptor
make_socket(const PairEnd &end, bool is_stream)
{
	Descriptor made = open_socket(end.is_ipv4() ? AF_INET : AF_INET6,
	    is_stream ? SOCK_STREAM : SOCK_DGRAM);

	if (end.has("addr"))
		set(made.get(), SOL_SOCKET, SO_REUSEADDR, 1);
	if (end.has("port"))
		set(made.get(), SOL_SOCKET, SO_REUSEPORT, 1);
#ifdef SO_REUSEPORT_LB
	if (end.has("lb"))
		set(made.get(), SOL_SOCKET, SO_REUSEPORT_LB, 1);
#endif
	if (!end.is_ipv4())
		set(made.get(), IPPROTO_IPV6, IPV6_V6ONLY, end.is_v6only());
	return made;
}

/* Returns 0 or errno. */
int
bind_to_port(const Descriptor &made, const PairEnd &end, int port)
{
	Address address = address_of(end.host(), port);

	return bind(made.get(), address.any(), address.length) == 0 ? 0 : errno;
}

bool
can_bind(const PairEnd &end)
{
	return bind_to_port(make_socket(end, true), end, 0) == 0;
}

/* ---- who gets it ---- */

/* One connection or datagram more, of which '1', '2' or '-' is told. */
char
with_next(char so_far, char next)
{
	return so_far == '\0' || so_far == next ? next : 'm';
}

/* Which of the two is ready, and takes what came. */
char
take(const Descriptor &first, const Descriptor &second, bool is_stream, int timeout)
{
	pollfd polled[2] = { { first.get(), POLLIN, 0 }, { second.get(), POLLIN, 0 } };
	char byte;

	if (poll(polled, 2, timeout) < 0)
		fail("poll");
	for (int i = 0; i < 2; i++) {
		if (!(polled[i].revents & POLLIN))
			continue;
		if (is_stream)
			Descriptor(accept(polled[i].fd, nullptr, nullptr));
		else if (recv(polled[i].fd, &byte, 1, 0) < 0)
			fail("recv");
		return i == 0 ? '1' : '2';
	}
	return '-';
}

/* Reset at its end, it leaves nothing on the port. */
char
connect_once(const Descriptor &first, const Descriptor &second, const Address &to)
{
	Descriptor client = open_socket(to.storage.ss_family, SOCK_STREAM);
	linger at_once = { 1, 0 };
	char receiver;

	if (setsockopt(client.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) != 0)
		fail("SO_LINGER");
	if (connect(client.get(), to.any(), to.length) != 0)
		return errno == ECONNREFUSED || errno == ECONNRESET ? '-' : '?';
	receiver = take(first, second, true, patience);
	return receiver == '-' ? '?' : receiver;
}

/* What is sent to a third socket afterwards comes afterwards. */
char
send_once(const Descriptor &first, const Descriptor &second, const Address &to)
{
	bool is_ipv4 = to.storage.ss_family == AF_INET;
	Descriptor client = open_socket(to.storage.ss_family, SOCK_DGRAM);
	Descriptor last = bind_to(is_ipv4 ? "127.0.0.1" : "::1", 0, true);
	Address to_last;
	pollfd polled = { last.get(), POLLIN, 0 };

	to_last.length = sizeof to_last.storage;
	if (getsockname(last.get(), to_last.any(), &to_last.length) != 0)
		fail("getsockname");
	for (const Address *address : { &to, static_cast<const Address *>(&to_last) })
		if (sendto(client.get(), "x", 1, 0, address->any(), address->length) != 1)
			fail("sendto");
	if (poll(&polled, 1, patience) != 1)
		fail("poll");
	return take(first, second, false, 0);
}

char
receiver_of(const Descriptor &first, const Descriptor &second, bool is_stream,
    const std::string &host, int port)
{
	Address to = address_of(host, port);
	char receiver = '\0';

	for (int i = 0; i < questions; i++)
		receiver = with_next(receiver, is_stream ? connect_once(first, second, to)
		                                         : send_once(first, second, to));
	return receiver;
}

} // namespace

std::vector<std::string>
PairAsker::options()
{
#ifdef SO_REUSEPORT_LB
	return { "none", "addr", "port", "addr+port", "lb", "lb+port", "lb+port+addr" };
#else
	return { "none", "addr", "port", "addr+port" };
#endif
}

std::vector<Pair>
PairAsker::pairs() const
{
	std::vector<std::string> all_users = { "u0" };
	std::vector<PairEnd> ends;
	std::vector<Pair> pairs;

	if (changes_user_)
		all_users = { "u0", "u1", "u2" };
	for (const std::string &address : pair_addresses)
		for (const std::string &option : options())
			if (can_bind({ address, "none" }))
				ends.push_back({ address, option });
	for (PairContext context : { PairContext { true, false, "" }, PairContext { true, true, "" },
	         PairContext { false, false, "" } })
		for (const std::string &users : all_users)
			for (const PairEnd &first : ends)
				for (const PairEnd &second : ends) {
					context.users = users;
					pairs.push_back({ context, first, second });
				}
	return pairs;
}

/* On a machine's own loopback others may have one, on any address. */
int
PairAsker::unused_port()
{
	for (;;) {
		const PairEnd ipv4 = { "0.0.0.0", "none" }, ipv6 = { "::only", "none" };
		bool is_unused = true;
		port_ = port_ == last_port ? first_port : port_ + 1;
		for (bool is_stream : { true, false }) {
			Descriptor one = make_socket(ipv4, is_stream);
			is_unused = is_unused && bind_to_port(one, ipv4, port_) == 0;
			if (!has_ipv6())
				continue;
			Descriptor other = make_socket(ipv6, is_stream);
			is_unused = is_unused && bind_to_port(other, ipv6, port_) == 0;
		}
		if (is_unused)
			return port_;
	}
}

PairAnswer
PairAsker::ask(const Pair &pair)
{
	bool is_stream = pair.context.is_stream, asks_traffic = pair.context.users == "u0"
	    && (pair.context.first_listens || !is_stream);
	int port = unused_port(), error;
	Descriptor first, second;
	PairAnswer answer;

	{
		AsUser as(changes_user_, pair.context.first_user());
		first = make_socket(pair.first, is_stream);
		if (bind_to_port(first, pair.first, port) != 0
		    || (pair.context.first_listens && listen(first.get(), 16) != 0))
			return answer;
	}
	AsUser as(changes_user_, pair.context.second_user());
	second = make_socket(pair.second, is_stream);
	error = bind_to_port(second, pair.second, port);
	answer.outcome = error == EADDRINUSE ? 'b' : error ? '?' : '.';
	if (!error && is_stream && listen(second.get(), 16) != 0)
		answer.outcome = errno == EADDRINUSE ? 'l' : '?';
	if (answer.outcome != '.' || !asks_traffic)
		return answer;
	answer.ipv4 = receiver_of(first, second, is_stream, "127.0.0.1", port);
	answer.ipv6 = has_ipv6() ? receiver_of(first, second, is_stream, "::1", port) : '.';
	return answer;
}

char
PairAsker::ask_in_turns(const PairEnd &end)
{
	Descriptor first = make_socket(end, true), second = make_socket(end, true);

	if (bind_to_port(first, end, 0) != 0)
		fail("bind");
	if (bind_to_port(second, end, port_of(first.get())) != 0)
		return errno == EADDRINUSE ? 'b' : '?';
	if (listen(first.get(), 16) != 0)
		fail("listen");
	return listen(second.get(), 16) == 0 ? '.' : errno == EADDRINUSE ? 'l' : '?';
}

std::string
kernel_name()
{
	utsname name;

	if (uname(&name) < 0)
		fail("uname");
	return std::string(name.sysname) + " " + name.release;
}
