/* SPDX-License-Identifier: ISC */
/*
 * Compiled once for each system, with its overlay in front and SYSTEM_NAMES the
 * array's name: the numbers are those that the tools were compiled with.
 */
#include "option_names.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#define OPTION(level, name) { #name, #level, level, name },

const struct option_name SYSTEM_NAMES[] = {
	OPTION(SOL_SOCKET, SO_REUSEADDR)
	OPTION(SOL_SOCKET, SO_REUSEPORT)
	OPTION(SOL_SOCKET, SO_TYPE)
	OPTION(SOL_SOCKET, SO_ACCEPTCONN)
	OPTION(SOL_SOCKET, SO_RCVBUF)
	OPTION(IPPROTO_IPV6, IPV6_V6ONLY)
	OPTION(IPPROTO_TCP, TCP_FASTOPEN)
#ifdef SO_REUSEPORT_LB
	OPTION(SOL_SOCKET, SO_REUSEPORT_LB)
#endif
#ifdef SO_ACCEPTFILTER
	OPTION(SOL_SOCKET, SO_ACCEPTFILTER)
#endif
#ifdef SO_LISTENQLIMIT
	OPTION(SOL_SOCKET, SO_LISTENQLIMIT)
	OPTION(SOL_SOCKET, SO_LISTENQLEN)
	OPTION(SOL_SOCKET, SO_LISTENINCQLEN)
#endif
#ifdef IP_BINDANY
	OPTION(IPPROTO_IP, IP_BINDANY)
	OPTION(IPPROTO_IPV6, IPV6_BINDANY)
#endif
#ifdef SO_RCVBUFFORCE
	OPTION(SOL_SOCKET, SO_RCVBUFFORCE)
#endif
#ifdef SO_DOMAIN
	OPTION(SOL_SOCKET, SO_DOMAIN)
	OPTION(SOL_SOCKET, SO_PROTOCOL)
#endif
#ifdef IP_FREEBIND
	OPTION(IPPROTO_IP, IP_FREEBIND)
#endif
#ifdef IPV6_FREEBIND
	OPTION(IPPROTO_IPV6, IPV6_FREEBIND)
#endif
#ifdef TCP_INFO
	OPTION(IPPROTO_TCP, TCP_INFO)
#endif
#ifdef TCP_DEFER_ACCEPT
	OPTION(IPPROTO_TCP, TCP_DEFER_ACCEPT)
#endif
	{ NULL, NULL, 0, 0 }
};
