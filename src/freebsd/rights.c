/* SPDX-License-Identifier: ISC */
/*
 * - Connections get the rights of the listener that they are accepted from: kern_accept4 of
 *   kern/uipc_syscalls.c.  So these are of both.  dup(2), close(2) and close-on-exec need none.
 * - Servers set options of connections, such as TCP_NODELAY; many call listen(2) again, with
 *   a backlog of their own; and libraries set O_NONBLOCK by ioctl(2).
 * - A server of datagrams answers by sendto(2) with an address, which needs CAP_CONNECT too:
 *   rights(4).
 * - What is left out: bind(2), connect(2) of streams, fchmod(2), fchown(2), and the ioctl(2)
 *   commands by which root configures interfaces and routes through any socket.
 */
#include "rights.h"

#include <sys/types.h>

#include <stdint.h>
#include <sys/capsicum.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static const unsigned long commands[] = { FIONREAD, FIONBIO, FIOCLEX, FIONCLEX };

/* Returns false with errno if the type of the socket cannot be read. */
static bool
find_rights(int descriptor, cap_rights_t *rights)
{
	socklen_t size = sizeof(int);
	int type = 0;

	if (getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) != 0)
		return false;
	cap_rights_init(rights, CAP_EVENT, CAP_FCNTL, CAP_FSTAT, CAP_GETPEERNAME, CAP_GETSOCKNAME,
	    CAP_GETSOCKOPT, CAP_IOCTL, CAP_READ, CAP_SETSOCKOPT, CAP_SHUTDOWN, CAP_WRITE);
	if (type == SOCK_STREAM || type == SOCK_SEQPACKET)
		cap_rights_set(rights, CAP_ACCEPT, CAP_LISTEN);
	else
		cap_rights_set(rights, CAP_CONNECT);
	return true;
}

int
rights_limit(int descriptor)
{
	cap_rights_t rights;

	if (!find_rights(descriptor, &rights) || cap_rights_limit(descriptor, &rights) != 0)
		return -1;
	return cap_ioctls_limit(descriptor, commands, sizeof commands / sizeof *commands);
}

void
rights_read(int descriptor, struct bindchain_fact *locked)
{
	cap_rights_t rights, present;

	*locked = (struct bindchain_fact) { 0 };
	if (!find_rights(descriptor, &rights) || cap_rights_get(descriptor, &present) != 0)
		return;
	locked->known = true;
	locked->value = cap_rights_contains(&rights, &present);
}
