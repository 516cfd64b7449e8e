/* SPDX-License-Identifier: ISC */
#include "fake.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <linux/netlink.h>
#include <stdexcept>
#include <sys/un.h>

#include "names.h"
#include "profile.h"

namespace {

struct AnyAddress {
	sockaddr_storage storage = {};
	socklen_t length = 0;

	const sockaddr *any() const { return reinterpret_cast<const sockaddr *>(&storage); }
};

AnyAddress
socket_address(const world_address &from, uint16_t port)
{
	AnyAddress to;
	sockaddr_in inet = {};
	sockaddr_in6 inet6 = {};

	inet.sin_family = AF_INET;
	inet.sin_port = htons(port);
	std::memcpy(&inet.sin_addr, from.bytes, 4);
	inet6.sin6_family = AF_INET6;
	inet6.sin6_port = htons(port);
	std::memcpy(&inet6.sin6_addr, from.bytes, 16);
	to.length = from.family == AF_INET ? sizeof inet : sizeof inet6;
	std::memcpy(&to.storage,
	    from.family == AF_INET ? static_cast<void *>(&inet) : &inet6, to.length);
	return to;
}

world_address
parse(const std::string &text)
{
	world_address address;

	if (!read_address(text, address))
		throw std::invalid_argument(text);
	return address;
}

world_socket *
open_socket(world &kernel, int family, int type)
{
	world_socket *socket = nullptr;

	if (kernel_socket(&kernel, family, type, 0, &socket) != 0)
		throw std::runtime_error("no socket");
	return socket;
}

const world_option &
find(const world &kernel, const std::string &name)
{
	const world_option *option = kernel_option_named(&kernel, name.c_str());

	if (!option)
		throw std::invalid_argument(name);
	return *option;
}

} // namespace

Fake::Fake(const std::string &profile) : world_(std::make_unique<world>())
{
	read_profile(profile, *world_);
}

world_socket *
Fake::tcp(int family)
{
	return open_socket(*world_, family, SOCK_STREAM);
}

world_socket *
Fake::udp(int family)
{
	return open_socket(*world_, family, SOCK_DGRAM);
}

int
Fake::set(world_socket *socket, const std::string &option, int value)
{
	const world_option &found = find(*world_, option);

	return set_raw(socket, found.level, found.number, &value, sizeof value);
}

int
Fake::set_raw(world_socket *socket, int level, int number, const void *value, socklen_t size)
{
	return -kernel_setsockopt(world_.get(), socket, level, number, value, size);
}

int
Fake::bind(world_socket *socket, const std::string &address, uint16_t port)
{
	AnyAddress to = socket_address(parse(address), port);

	return -kernel_bind(world_.get(), socket, to.any(), to.length);
}

world_socket *
Fake::open(int family, int type, int protocol, int *error)
{
	world_socket *socket = nullptr;
	int status = kernel_socket(world_.get(), family, type, protocol, &socket);

	if (error)
		*error = -status;
	return status == 0 ? socket : nullptr;
}

int
Fake::bind_unix(world_socket *socket, const std::string &name)
{
	sockaddr_storage storage = {};
	char bytes[sizeof storage + 256] = {};

	storage.ss_family = AF_UNIX;
	std::memcpy(bytes, &storage, sizeof storage);
	name.copy(bytes + offsetof(sockaddr_un, sun_path), 300);
	return -kernel_bind(world_.get(), socket, reinterpret_cast<const sockaddr *>(bytes),
	    static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size()));
}

int
Fake::bind_netlink(world_socket *socket, uint32_t port, uint32_t groups)
{
	sockaddr_nl address = {};

	address.nl_family = AF_NETLINK;
	address.nl_pid = port;
	address.nl_groups = groups;
	return -kernel_bind(world_.get(), socket, reinterpret_cast<const sockaddr *>(&address),
	    sizeof address);
}

int
Fake::listen(world_socket *socket, int backlog)
{
	return -kernel_listen(world_.get(), socket, backlog);
}

world_socket *
Fake::connect(const std::string &address, uint16_t port, int *error)
{
	world_address to = parse(address);
	world_socket *winner = nullptr;
	int status = kernel_connect(world_.get(), &to, port, &winner);

	if (error)
		*error = -status;
	return status == 0 ? winner : nullptr;
}

int
Fake::get(world_socket *socket, const std::string &option)
{
	const world_option &found = find(*world_, option);
	socklen_t size = sizeof(int);
	int value = 0;
	int status = kernel_getsockopt(world_.get(), socket, found.level, found.number, &value,
	    &size);

	if (status == 0)
		return value;
	errno = -status;
	return -1;
}

int
Fake::fill(const std::string &address, uint16_t port, int most)
{
	int held = 0;

	while (held < most && connect(address, port))
		held++;
	return held;
}

std::string
error_name(int error)
{
	const char *name = names_of(names_errors, error);

	return error == 0 ? "ok" : name ? name : std::to_string(error);
}
