/* SPDX-License-Identifier: ISC */
/* Sockets of the tests' own, on loopback addresses and ephemeral ports. */
#ifndef BINDCHAIN_TEST_NETWORK_H
#define BINDCHAIN_TEST_NETWORK_H

#include <string>

#include <sys/socket.h>

/* A descriptor that is closed at the end of its scope. */
class Descriptor {
public:
	explicit Descriptor(int number = -1) : number_(number) {}
	~Descriptor();
	Descriptor(Descriptor &&other) noexcept : number_(other.release()) {}
	Descriptor &operator=(Descriptor &&) noexcept;
	Descriptor(const Descriptor &) = delete;
	Descriptor &operator=(const Descriptor &) = delete;

	int get() const { return number_; }
	int release();

private:
	int number_;
};

/*
 * A socket that no other program gets.  All functions that open sockets throw
 * when they fail.
 */
Descriptor open_socket(int family, int type);
/* Has this system IPv6, with ::1 on an interface that is up? */
bool has_ipv6();

/*
 * The address that a socket bound to HOST, a literal, gets.  It is HOST, but in a jail
 * of FreeBSD with addresses of its own: the first one stands in for loopback, and an only
 * one for a wildcard that is its family's alone.
 */
std::string bound_address(const std::string &host);
/* That of 127.0.0.1, for tests that compare what a tool says of its socket. */
std::string loopback();

/*
 * A listening TCP socket on HOST, a literal, and PORT (0: one the kernel
 * chooses).
 */
Descriptor listen_on(const std::string &host, int port = 0);
/* Bound only, so that its port is taken but refuses connections. */
Descriptor bind_to(const std::string &host, int port = 0, bool udp = false);
/* A Unix socket at PATH; listening too, with this backlog, unless it is negative. */
Descriptor bind_path(const std::string &path, int type, int backlog = -1);
/* Connects a socket there, without waiting.  Returns 0, or errno. */
int connect_path(const std::string &path, Descriptor *connected, int type = SOCK_STREAM);
/* Connected; blocking. */
Descriptor connect_to(const std::string &host, int port, int type = SOCK_STREAM);
/* The same, but does not wait, and being refused at once is no failure. */
Descriptor begin_to_connect(const std::string &host, int port);
/* The local port of a socket. */
int port_of(int descriptor);
/*
 * A port that was free a moment ago, for tools that must be told a number.  On
 * Linux it stays reserved while the returned socket is open, which has
 * SO_REUSEADDR set and does not listen, so that a tool that sets it too can bind
 * it.  Where no second one could, none is returned.
 */
Descriptor reserve_port(const std::string &host, int *port);
/* All that comes until the peer closes. */
std::string read_all(int descriptor);

#endif
