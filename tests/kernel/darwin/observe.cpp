/* SPDX-License-Identifier: ISC */
#include "observe.h"

#include <cerrno>
#include <system_error>

#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* From setsockopt(2), ip(4) and ip6(4).  Not TCP_FASTOPEN, which takes no number
 * but 0 and 1. */
std::optional<OptionPlace>
place_of(enum bindchain_option option, int)
{
	switch (option) {
	case BINDCHAIN_REUSE_ADDRESS:
		return OptionPlace { SOL_SOCKET, SO_REUSEADDR };
	case BINDCHAIN_SHARE:
		return OptionPlace { SOL_SOCKET, SO_REUSEPORT };
	case BINDCHAIN_V6ONLY:
		return OptionPlace { IPPROTO_IPV6, IPV6_V6ONLY };
	case BINDCHAIN_RECEIVE_BUFFER:
		return OptionPlace { SOL_SOCKET, SO_RCVBUF };
	case BINDCHAIN_DEVICE:
		return OptionPlace { IPPROTO_IP, IP_BOUND_IF };
	case BINDCHAIN_KEEPALIVE:
		return OptionPlace { SOL_SOCKET, SO_KEEPALIVE };
	default:
		return std::nullopt;
	}
}

std::string
device_of(int descriptor)
{
	unsigned index = 0;
	socklen_t size = sizeof index;
	char name[IF_NAMESIZE] = "";

	if (getsockopt(descriptor, IPPROTO_IP, IP_BOUND_IF, &index, &size) != 0
	    || !if_indextoname(index, name))
		throw std::system_error(errno, std::generic_category(), "getsockopt IP_BOUND_IF");
	return name;
}
