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
	case BINDCHAIN_KEEPALIVE_IDLE:
		return OptionPlace { IPPROTO_TCP, TCP_KEEPIDLE };
	case BINDCHAIN_KEEPALIVE_INTERVAL:
		return OptionPlace { IPPROTO_TCP, TCP_KEEPINTVL };
	case BINDCHAIN_KEEPALIVE_COUNT:
		return OptionPlace { IPPROTO_TCP, TCP_KEEPCNT };
	case BINDCHAIN_NODELAY:
		return OptionPlace { IPPROTO_TCP, TCP_NODELAY };
	case BINDCHAIN_SEND_BUFFER:
		return OptionPlace { SOL_SOCKET, SO_SNDBUF };
	case BINDCHAIN_TRAFFIC_CLASS:
		return family == AF_INET6 ? OptionPlace { IPPROTO_IPV6, IPV6_TCLASS }
		                          : OptionPlace { IPPROTO_IP, IP_TOS };
	case BINDCHAIN_BROADCAST:
		return OptionPlace { SOL_SOCKET, SO_BROADCAST };
	case BINDCHAIN_TIMESTAMPS:
		return OptionPlace { SOL_SOCKET, SO_TIMESTAMP };
	case BINDCHAIN_HOP_LIMIT:
		return family == AF_INET6 ? OptionPlace { IPPROTO_IPV6, IPV6_UNICAST_HOPS }
		                          : OptionPlace { IPPROTO_IP, IP_TTL };
	case BINDCHAIN_PACKET_INFO:
		return family == AF_INET6 ? OptionPlace { IPPROTO_IPV6, IPV6_RECVPKTINFO }
		                          : OptionPlace { IPPROTO_IP, IP_RECVDSTADDR };
	default:
		return std::nullopt;
	}
}

std::string
device_of(int)
{
	return "";
}
