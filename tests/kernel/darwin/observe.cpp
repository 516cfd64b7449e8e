/* SPDX-License-Identifier: ISC */
/* For IPV6_RECVPKTINFO: netinet6/in6.h. */
#define __APPLE_USE_RFC_3542 1

#include "observe.h"

#include <cerrno>
#include <system_error>

#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* From setsockopt(2), ip(4), ip6(4) and tcp(4).  Not TCP_FASTOPEN, which takes no number
 * but 0 and 1. */
std::optional<OptionPlace>
place_of(enum bindchain_option option, int family)
{
	switch (option) {
	case BINDCHAIN_SHARE:
		return OptionPlace { SOL_SOCKET, SO_REUSEPORT };
	case BINDCHAIN_DEVICE:
		return OptionPlace { IPPROTO_IP, IP_BOUND_IF };
	case BINDCHAIN_HOP_LIMIT: /* IPv6 listeners have none */
		return family == AF_INET6 ? std::nullopt
		                          : std::optional(OptionPlace { IPPROTO_IP, IP_TTL });
	case BINDCHAIN_PACKET_INFO:
		return family == AF_INET6 ? OptionPlace { IPPROTO_IPV6, IPV6_RECVPKTINFO }
		                          : OptionPlace { IPPROTO_IP, IP_PKTINFO };
	default:
		return common_place_of(option, family);
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

std::string
congestion_of(int)
{
	return "";
}
