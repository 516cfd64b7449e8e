/* SPDX-License-Identifier: ISC */
#include "observe.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* From setsockopt(2), ip(4), ip6(4) and tcp(4).  Not those that need a module or a setting:
 * accept filters, TCP_FASTOPEN. */
std::optional<OptionPlace>
place_of(enum bindchain_option option, int family)
{
	switch (option) {
	case BINDCHAIN_LOCKED: /* rights of the descriptor */
		return std::nullopt;
	case BINDCHAIN_SHARE:
		return OptionPlace { SOL_SOCKET, SO_REUSEPORT };
	case BINDCHAIN_BALANCE:
		return OptionPlace { SOL_SOCKET, SO_REUSEPORT_LB };
	case BINDCHAIN_BIND_ANY:
		return family == AF_INET6 ? OptionPlace { IPPROTO_IPV6, IPV6_BINDANY }
		                          : OptionPlace { IPPROTO_IP, IP_BINDANY };
	case BINDCHAIN_KEEPALIVE_IDLE:
		return OptionPlace { IPPROTO_TCP, TCP_KEEPIDLE };
	case BINDCHAIN_PACKET_INFO:
		return family == AF_INET6 ? OptionPlace { IPPROTO_IPV6, IPV6_RECVPKTINFO }
		                          : OptionPlace { IPPROTO_IP, IP_RECVDSTADDR };
	default:
		return common_place_of(option, family);
	}
}

std::string
device_of(int)
{
	return "";
}
