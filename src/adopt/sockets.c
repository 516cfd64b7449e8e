/* SPDX-License-Identifier: ISC */
#include "sockets.h"

#include <sys/socket.h>

#include "address.h"

int
socket_type(int descriptor)
{
	int type;
	socklen_t length = sizeof type;

	return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) == 0 ? type : -1;
}

int
socket_protocol(int descriptor)
{
	int protocol = 0;
#ifdef SO_PROTOCOL
	socklen_t length = sizeof protocol;

	if (getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, &protocol, &length) != 0)
		protocol = 0;
#else
	(void)descriptor;
#endif
	return protocol;
}

bool
socket_is_connected(int descriptor)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof peer;

	return getpeername(descriptor, (struct sockaddr *)&peer, &size) == 0;
}

bool
socket_is_bound(int descriptor)
{
	struct address own;

	if (!address_read(&own, descriptor))
		return false;
	return address_is_internet(&own) ? address_port(&own) != 0
	                                 : own.length > sizeof(sa_family_t);
}
