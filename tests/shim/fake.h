/* SPDX-License-Identifier: ISC */
/* A fake kernel in the test's own process, for tests of the kernel itself. */
#ifndef SHIM_FAKE_H
#define SHIM_FAKE_H

#include <memory>
#include <string>

#include "kernel.h"
#include "world.h"

class Fake {
public:
	explicit Fake(const std::string &profile);

	world &kernel() { return *world_; }
	void become(uint32_t user) { world_->uid = user; }

	world_socket *tcp(int family);
	world_socket *udp(int family);
	/* Of another family; NULL with the errno. */
	world_socket *open(int family, int type, int protocol = 0, int *error = nullptr);
	/* These return 0 or an errno, positive. */
	int set(world_socket *, const std::string &option, int value);
	int set_raw(world_socket *, int level, int number, const void *value, socklen_t size);
	int bind(world_socket *, const std::string &address, uint16_t port);
	/* A path, or an abstract name behind a null byte, of exactly these bytes. */
	int bind_unix(world_socket *, const std::string &name);
	int bind_netlink(world_socket *, uint32_t port, uint32_t groups = 0);
	int listen(world_socket *, int backlog);
	/* Who gets a client: a socket with 0, or NULL with the client's errno. */
	world_socket *connect(const std::string &address, uint16_t port, int *error = nullptr);

	/* What the option reads back as; -1 with errno when it cannot be read. */
	int get(world_socket *, const std::string &option);
	/* Connections completed before the first failure, at most MOST. */
	int fill(const std::string &address, uint16_t port, int most);

private:
	std::unique_ptr<world> world_;
};

/* "EADDRINUSE", or "ok" for 0. */
std::string error_name(int error);

#endif
