/* SPDX-License-Identifier: ISC */
/* Sockets of AF_VSOCK: net/vmw_vsock/af_vsock.c of Linux.  Nobody connects to them. */
#include <errno.h>
#include <sys/socket.h>

#include <linux/vm_sockets.h>
#include <string.h>

#include "kernel.h"

/* LAST_RESERVED_PORT */
enum { LAST_RESERVED = 1023 };

int
kernel_vsock_protocol(const struct world *world, int type, int protocol)
{
	if (!kernel_limit(world, "vsock-cid"))
		return -EAFNOSUPPORT;
	if (protocol && protocol != AF_VSOCK)
		return -EPROTONOSUPPORT;
	return type == SOCK_STREAM || type == SOCK_SEQPACKET ? 0 : -EPROTONOSUPPORT;
}

/* __vsock_find_bound_socket: any is in the way of each. */
static bool
is_taken(const struct world *world, const struct world_socket *self, uint32_t cid, uint32_t port)
{
	for (uint32_t i = 0; i < world->socket_count; i++) {
		const struct world_socket *other = &world->sockets[i];
		if (other->used && other->family == AF_VSOCK && other != self && other->bound
		    && other->vsock_port == port
		    && (cid == other->vsock_cid || cid == VMADDR_CID_ANY
		        || other->vsock_cid == VMADDR_CID_ANY))
			return true;
	}
	return false;
}

static int
check_port(const struct world *world, const struct world_socket *socket, uint32_t cid,
    uint32_t *port)
{
	if (*port == VMADDR_PORT_ANY) {
		*port = LAST_RESERVED + 1;
		while (is_taken(world, socket, cid, *port))
			++*port;
		return 0;
	}
	if (*port <= LAST_RESERVED && !kernel_is_privileged(world))
		return -EACCES;
	return is_taken(world, socket, cid, *port) ? -EADDRINUSE : 0;
}

int
kernel_vsock_bind(const struct world *world, struct world_socket *socket,
    const struct sockaddr *address, socklen_t length)
{
	struct sockaddr_vm wanted;
	int status;

	if (length < sizeof wanted)
		return -EFAULT;
	memcpy(&wanted, address, sizeof wanted);
	if (wanted.svm_family != AF_VSOCK)
		return -EAFNOSUPPORT;
	if (socket->bound)
		return -EINVAL;
	if (wanted.svm_cid != VMADDR_CID_ANY && wanted.svm_cid != kernel_limit(world, "vsock-cid")
	    && wanted.svm_cid != VMADDR_CID_LOCAL)
		return -EADDRNOTAVAIL;
	status = check_port(world, socket, wanted.svm_cid, &wanted.svm_port);
	if (status != 0)
		return status;
	socket->bound = true;
	socket->vsock_cid = wanted.svm_cid;
	socket->vsock_port = wanted.svm_port;
	return 0;
}

int
kernel_vsock_getsockname(const struct world_socket *socket, struct sockaddr *address,
    socklen_t *length)
{
	struct sockaddr_vm own = { .svm_family = AF_VSOCK, .svm_cid = socket->vsock_cid,
		.svm_port = socket->vsock_port };

	memcpy(address, &own, *length < sizeof own ? *length : sizeof own);
	*length = sizeof own;
	return 0;
}
