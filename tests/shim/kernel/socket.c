/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>

#include "kernel.h"

int
kernel_refuses_family(const struct world *world, int family)
{
	for (uint32_t i = 0; i < world->refusal_count; i++)
		if (world->refusals[i].family == family)
			return world->refusals[i].error;
	return 0;
}

/* The flags that socket(2) takes beside the type, where it takes any. */
static int
base_type(const struct world *world, int type)
{
	return world->rules[RULE_TYPE_FLAGS] ? type & ~(SOCK_CLOEXEC | SOCK_NONBLOCK) : type;
}

/* net/ipv4/af_inet.c, inet_create; net/mptcp/protocol.c, mptcp_init_sock. */
static int
multipath_protocol(const struct world *world, int type)
{
	if (!kernel_limit(world, "mptcp-built") || type != SOCK_STREAM)
		return -EPROTONOSUPPORT;
	return kernel_limit(world, "mptcp") ? IPPROTO_TCP : -ENOPROTOOPT;
}

static int
internet_protocol(const struct world *world, int type, int protocol)
{
	int own = type == SOCK_STREAM ? IPPROTO_TCP : type == SOCK_DGRAM ? IPPROTO_UDP : -1;

	if (protocol == IPPROTO_MPTCP)
		return multipath_protocol(world, type);
	return own < 0 || (protocol && protocol != own) ? -EPROTONOSUPPORT : own;
}

/* The protocol that is meant, or a negative errno. */
static int
protocol_of(const struct world *world, int family, int type, int protocol)
{
	switch (family) {
	case AF_INET:
	case AF_INET6:
		return internet_protocol(world, type, protocol);
	case AF_UNIX:
		return kernel_unix_protocol(world, type, protocol);
	case AF_NETLINK:
		/* PF_ROUTE has this number in Linux's headers: the routing socket of route(4). */
		if (world->system != WORLD_LINUX && type == SOCK_RAW && protocol == 0)
			return 0;
		return kernel_netlink_protocol(world, type, protocol);
	case AF_VSOCK:
		return kernel_vsock_protocol(world, type, protocol);
	default:
		return -EAFNOSUPPORT;
	}
}

static struct world_socket *
free_slot(struct world *world)
{
	for (uint32_t i = 0; i < WORLD_SOCKETS; i++) {
		if (world->sockets[i].used)
			continue;
		if (i >= world->socket_count)
			world->socket_count = i + 1;
		return &world->sockets[i];
	}
	return NULL;
}

int
kernel_socket(struct world *world, int family, int type, int protocol,
    struct world_socket **created)
{
	int refused = kernel_refuses_family(world, family);
	int base = base_type(world, type);
	int own = protocol_of(world, family, base, protocol);
	struct world_socket *socket;

	if (refused)
		return -refused;
	if (own < 0)
		return own;
	socket = free_slot(world);
	if (!socket)
		return -ENFILE;
	memset(socket, 0, sizeof *socket);
	socket->used = true;
	socket->family = family;
	socket->type = base;
	socket->protocol = own;
	socket->multipath = protocol == IPPROTO_MPTCP && family != AF_NETLINK && family != AF_UNIX;
	socket->uid = world->uid;
	for (uint32_t i = 0; i < world->option_count; i++)
		socket->values[i] = world->options[i].kind == OPTION_V6ONLY
		    ? (int32_t)kernel_limit(world, "v6only-default") : world->options[i].initial;
	*created = socket;
	return 0;
}

struct world_socket *
kernel_find(struct world *world, uint64_t inode)
{
	for (uint32_t i = 0; i < world->socket_count; i++)
		if (world->sockets[i].used && world->sockets[i].inode == inode)
			return &world->sockets[i];
	return NULL;
}

void
kernel_close(struct world_socket *socket)
{
	memset(socket, 0, sizeof *socket);
}

static socklen_t
fill_inet(const struct world_socket *socket, struct sockaddr_storage *storage)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(socket->port) };

	memcpy(&address.sin_addr, socket->address.bytes, sizeof address.sin_addr);
	memcpy(storage, &address, sizeof address);
	return sizeof address;
}

static socklen_t
fill_inet6(const struct world_socket *socket, struct sockaddr_storage *storage)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6,
		.sin6_port = htons(socket->port), .sin6_scope_id = socket->address.zone };

	memcpy(&address.sin6_addr, socket->address.bytes, sizeof address.sin6_addr);
	memcpy(storage, &address, sizeof address);
	return sizeof address;
}

int
kernel_getsockname(const struct world_socket *socket, struct sockaddr *address, socklen_t *length)
{
	struct sockaddr_storage storage;
	socklen_t size;

	if (socket->family == AF_NETLINK)
		return kernel_netlink_getsockname(socket, address, length);
	if (socket->family == AF_VSOCK)
		return kernel_vsock_getsockname(socket, address, length);
	size = socket->family == AF_INET ? fill_inet(socket, &storage)
	                                 : fill_inet6(socket, &storage);
	memcpy(address, &storage, *length < size ? *length : size);
	*length = size;
	return 0;
}
