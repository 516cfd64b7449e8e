/* SPDX-License-Identifier: ISC */
#include "observe.h"

#include <netinet/in.h>
#include <sys/socket.h>

/* From setsockopt(2), ip(4) and ip6(4).  Not those that need a module or a setting:
 * accept filters, TCP_FASTOPEN. */
std::optional<OptionPlace>
place_of(enum bindchain_option option, int family)
{
	switch (option) {
	case BINDCHAIN_REUSE_ADDRESS:
		return OptionPlace { SOL_SOCKET, SO_REUSEADDR };
	case BINDCHAIN_SHARE:
		return OptionPlace { SOL_SOCKET, SO_REUSEPORT };
	case BINDCHAIN_BALANCE:
		return OptionPlace { SOL_SOCKET, SO_REUSEPORT_LB };
	case BINDCHAIN_V6ONLY:
		return OptionPlace { IPPROTO_IPV6, IPV6_V6ONLY };
	case BINDCHAIN_BIND_ANY:
		return family == AF_INET6 ? OptionPlace { IPPROTO_IPV6, IPV6_BINDANY }
		                          : OptionPlace { IPPROTO_IP, IP_BINDANY };
	case BINDCHAIN_RECEIVE_BUFFER:
		return OptionPlace { SOL_SOCKET, SO_RCVBUF };
	case BINDCHAIN_KEEPALIVE:
		return OptionPlace { SOL_SOCKET, SO_KEEPALIVE };
	default:
		return std::nullopt;
	}
}

std::string
device_of(int)
{
	return "";
}
