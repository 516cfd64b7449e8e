/* SPDX-License-Identifier: ISC */
/* What all systems have in common. */
#include "observe.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* From setsockopt(2), ip(7), ipv6(7) and tcp(7) of Linux, ip(4), ip6(4) and tcp(4). */
std::optional<OptionPlace>
common_place_of(enum bindchain_option option, int family)
{
	switch (option) {
	case BINDCHAIN_REUSE_ADDRESS:
		return OptionPlace { SOL_SOCKET, SO_REUSEADDR };
	case BINDCHAIN_V6ONLY:
		return OptionPlace { IPPROTO_IPV6, IPV6_V6ONLY };
	case BINDCHAIN_RECEIVE_BUFFER:
		return OptionPlace { SOL_SOCKET, SO_RCVBUF };
	case BINDCHAIN_KEEPALIVE:
		return OptionPlace { SOL_SOCKET, SO_KEEPALIVE };
	case BINDCHAIN_KEEPALIVE_INTERVAL:
		return OptionPlace { IPPROTO_TCP, TCP_KEEPINTVL };
	case BINDCHAIN_KEEPALIVE_COUNT:
		return OptionPlace { IPPROTO_TCP, TCP_KEEPCNT };
	case BINDCHAIN_NODELAY:
		return OptionPlace { IPPROTO_TCP, TCP_NODELAY };
	case BINDCHAIN_SEND_BUFFER:
		return OptionPlace { SOL_SOCKET, SO_SNDBUF };
	case BINDCHAIN_HOP_LIMIT:
		return family == AF_INET6 ? OptionPlace { IPPROTO_IPV6, IPV6_UNICAST_HOPS }
		                          : OptionPlace { IPPROTO_IP, IP_TTL };
	case BINDCHAIN_TRAFFIC_CLASS:
		return family == AF_INET6 ? OptionPlace { IPPROTO_IPV6, IPV6_TCLASS }
		                          : OptionPlace { IPPROTO_IP, IP_TOS };
	case BINDCHAIN_BROADCAST:
		return OptionPlace { SOL_SOCKET, SO_BROADCAST };
	case BINDCHAIN_TIMESTAMPS:
		return OptionPlace { SOL_SOCKET, SO_TIMESTAMP };
	default:
		return std::nullopt;
	}
}
