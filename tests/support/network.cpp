/* SPDX-License-Identifier: ISC */
#include "network.h"

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "expectations.h"

Descriptor::~Descriptor()
{
	if (number_ >= 0)
		close(number_);
}

Descriptor &
Descriptor::operator=(Descriptor &&other) noexcept
{
	if (this != &other) {
		if (number_ >= 0)
			close(number_);
		number_ = other.release();
	}
	return *this;
}

int
Descriptor::release()
{
	int number = number_;

	number_ = -1;
	return number;
}

namespace {

[[noreturn]] void
fail(const std::string &call, const std::string &host, int port)
{
	throw std::system_error(errno, std::generic_category(),
	    call + " " + host + " port " + std::to_string(port));
}

struct Address {
	sockaddr_storage storage = {};
	socklen_t length = 0;

	Address(const std::string &host, int port)
	{
		addrinfo hints = {}, *result = nullptr;
		hints.ai_socktype = SOCK_STREAM;
		hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
		int status = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints,
		    &result);
		if (status != 0)
			throw std::runtime_error(host + ": " + gai_strerror(status));
		length = result->ai_addrlen;
		std::memcpy(&storage, result->ai_addr, length);
		freeaddrinfo(result);
	}
	const sockaddr *pointer() const { return reinterpret_cast<const sockaddr *>(&storage); }
};

Descriptor
open_bound(const std::string &host, int port, int type, bool reuse_address)
{
	Address address(host, port);
	Descriptor descriptor = open_socket(address.storage.ss_family, type);
	int on = 1;

	if (reuse_address && setsockopt(descriptor.get(), SOL_SOCKET, SO_REUSEADDR, &on,
	        sizeof on) != 0)
		fail("setsockopt", host, port);
	if (address.storage.ss_family == AF_INET6 && setsockopt(descriptor.get(), IPPROTO_IPV6,
	        IPV6_V6ONLY, &on, sizeof on) != 0)
		fail("setsockopt", host, port);
	if (bind(descriptor.get(), address.pointer(), address.length) != 0)
		fail("bind", host, port);
	return descriptor;
}

} // namespace

/* By two calls, for macOS has no SOCK_CLOEXEC. */
Descriptor
open_socket(int family, int type)
{
	Descriptor descriptor(socket(family, type, 0));

	if (descriptor.get() < 0 || fcntl(descriptor.get(), F_SETFD, FD_CLOEXEC) != 0)
		throw std::system_error(errno, std::generic_category(), "socket");
	return descriptor;
}

bool
has_ipv6()
{
	try {
		bind_to("::1");
		return true;
	} catch (const std::system_error &) {
		return false;
	}
}

std::string
bound_address(const std::string &host)
{
	Descriptor bound = bind_to(host);
	struct sockaddr_storage address = {};
	socklen_t size = sizeof address;
	char text[NI_MAXHOST];
	if (getsockname(bound.get(), reinterpret_cast<struct sockaddr *>(&address), &size) != 0)
		fail("getsockname", host, 0);
	if (getnameinfo(reinterpret_cast<struct sockaddr *>(&address), size, text, sizeof text,
	        nullptr, 0, NI_NUMERICHOST) != 0)
		throw std::runtime_error("getnameinfo");
	return text;
}

std::string
loopback()
{
	return bound_address("127.0.0.1");
}

Descriptor
bind_to(const std::string &host, int port, bool udp)
{
	return open_bound(host, port, udp ? SOCK_DGRAM : SOCK_STREAM, false);
}

Descriptor
listen_on(const std::string &host, int port)
{
	Descriptor descriptor = bind_to(host, port);

	if (listen(descriptor.get(), 16) != 0)
		fail("listen", host, port);
	return descriptor;
}

static sockaddr_un
unix_address(const std::string &path)
{
	sockaddr_un address = {};

	address.sun_family = AF_UNIX;
	strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
	return address;
}

int
connect_path(const std::string &path, Descriptor *connected, int type)
{
	sockaddr_un address = unix_address(path);

	*connected = open_socket(AF_UNIX, type);
	fcntl(connected->get(), F_SETFL, O_NONBLOCK);
	return connect(connected->get(), reinterpret_cast<sockaddr *>(&address), sizeof address)
	    == 0 ? 0 : errno;
}

Descriptor
bind_path(const std::string &path, int type, int backlog)
{
	Descriptor descriptor = open_socket(AF_UNIX, type);
	sockaddr_un address = unix_address(path);

	if (bind(descriptor.get(), reinterpret_cast<sockaddr *>(&address), sizeof address) != 0
	    || (backlog >= 0 && listen(descriptor.get(), backlog) != 0))
		throw std::system_error(errno, std::generic_category(), "bind " + path);
	return descriptor;
}

Descriptor
connect_to(const std::string &host, int port, int type)
{
	Address address(host, port);
	Descriptor descriptor = open_socket(address.storage.ss_family, type);

	if (connect(descriptor.get(), address.pointer(), address.length) != 0)
		fail("connect", host, port);
	return descriptor;
}

Descriptor
begin_to_connect(const std::string &host, int port)
{
	Address address(host, port);
	Descriptor descriptor = open_socket(address.storage.ss_family, SOCK_STREAM);

	if (fcntl(descriptor.get(), F_SETFL, O_NONBLOCK) != 0
	    || (connect(descriptor.get(), address.pointer(), address.length) != 0
	        && errno != EINPROGRESS && errno != ECONNREFUSED
	        && errno != ECONNRESET)) /* on loopback of FreeBSD, where the queue is full */
		fail("connect", host, port);
	return descriptor;
}

int
port_of(int descriptor)
{
	sockaddr_storage storage = {};
	socklen_t length = sizeof storage;
	sockaddr_in ipv4;
	sockaddr_in6 ipv6;

	if (getsockname(descriptor, reinterpret_cast<sockaddr *>(&storage), &length) != 0)
		throw std::system_error(errno, std::generic_category(), "getsockname");
	if (storage.ss_family == AF_INET) {
		std::memcpy(&ipv4, &storage, sizeof ipv4);
		return ntohs(ipv4.sin_port);
	}
	std::memcpy(&ipv6, &storage, sizeof ipv6);
	return ntohs(ipv6.sin6_port);
}

Descriptor
reserve_port(const std::string &host, int *port)
{
	Descriptor descriptor = open_bound(host, 0, SOCK_STREAM, true);

	*port = port_of(descriptor.get());
	return expectations().reserved_port_can_be_bound ? std::move(descriptor) : Descriptor();
}

std::string
read_all(int descriptor)
{
	std::string all;
	char bytes[4096];
	ssize_t length;

	while ((length = read(descriptor, bytes, sizeof bytes)) != 0) {
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			throw std::system_error(errno, std::generic_category(), "read");
		all.append(bytes, static_cast<size_t>(length));
	}
	return all;
}
