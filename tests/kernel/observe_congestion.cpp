/* SPDX-License-Identifier: ISC */
/* Linux and FreeBSD have the option in the same place: tcp(7), tcp(4). */
#include "observe.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

std::string
congestion_of(int descriptor)
{
	char name[16] = "";
	socklen_t size = sizeof name;

	if (getsockopt(descriptor, IPPROTO_TCP, TCP_CONGESTION, name, &size) != 0)
		throw std::system_error(errno, std::generic_category(), "getsockopt TCP_CONGESTION");
	return std::string(name, strnlen(name, sizeof name));
}
