/* SPDX-License-Identifier: ISC */
#include "adopt.h"

#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

/* socket(7), ip(7), ipv6(7), tcp(7). */
const struct carried_option carried_options[] = {
	{ SOL_SOCKET, SO_KEEPALIVE, 1, 0 },
	{ SOL_SOCKET, SO_BROADCAST, 1, 0 },
	{ SOL_SOCKET, SO_PRIORITY, 1, 0 },
	{ SOL_SOCKET, SO_RCVBUF, 2, 0 },
	{ SOL_SOCKET, SO_SNDBUF, 2, 0 },
	{ SOL_SOCKET, SO_RCVBUFFORCE, 2, SO_RCVBUF },
	{ SOL_SOCKET, SO_SNDBUFFORCE, 2, SO_SNDBUF },
	{ SOL_SOCKET, SO_TIMESTAMP, 1, 0 },
	{ SOL_SOCKET, SO_TIMESTAMPNS, 1, 0 },
	{ SOL_SOCKET, SO_TIMESTAMPING, 0, 0 },
	{ SOL_SOCKET, SO_RXQ_OVFL, 1, 0 },
	{ SOL_SOCKET, SO_OOBINLINE, 1, 0 },
	{ SOL_SOCKET, SO_DONTROUTE, 1, 0 },
	{ SOL_SOCKET, SO_NO_CHECK, 1, 0 },
	{ SOL_SOCKET, SO_BUSY_POLL, 1, 0 },
	{ SOL_SOCKET, SO_INCOMING_CPU, 1, 0 },
	{ SOL_SOCKET, SO_MAX_PACING_RATE, 0, 0 },
	{ SOL_SOCKET, SO_PASSSEC, 1, 0 },
	{ SOL_SOCKET, SO_PASSCRED, 1, 0 },
	{ SOL_SOCKET, SO_RCVLOWAT, 1, 0 },
	{ SOL_SOCKET, SO_MARK, 1, 0 },
	{ SOL_SOCKET, SO_LINGER, 0, 0 },
	{ SOL_SOCKET, SO_BINDTODEVICE, 0, 0 },
	{ IPPROTO_TCP, TCP_NODELAY, 1, 0 },
	{ IPPROTO_TCP, TCP_DEFER_ACCEPT, 1, 0 },
	{ IPPROTO_TCP, TCP_KEEPIDLE, 1, 0 },
	{ IPPROTO_TCP, TCP_KEEPINTVL, 1, 0 },
	{ IPPROTO_TCP, TCP_KEEPCNT, 1, 0 },
	{ IPPROTO_TCP, TCP_USER_TIMEOUT, 1, 0 },
	{ IPPROTO_TCP, TCP_CONGESTION, 0, 0 },
	{ IPPROTO_TCP, TCP_FASTOPEN, 1, 0 },
	{ IPPROTO_TCP, TCP_MAXSEG, 1, 0 },
	{ IPPROTO_TCP, TCP_SYNCNT, 1, 0 },
	{ IPPROTO_TCP, TCP_LINGER2, 1, 0 },
	{ IPPROTO_TCP, TCP_WINDOW_CLAMP, 1, 0 },
	{ IPPROTO_TCP, TCP_NOTSENT_LOWAT, 1, 0 },
	{ IPPROTO_TCP, TCP_SAVE_SYN, 1, 0 },
	{ IPPROTO_IP, IP_TOS, 1, 0 },
	{ IPPROTO_IP, IP_TTL, 1, 0 },
	{ IPPROTO_IP, IP_PKTINFO, 1, 0 },
	{ IPPROTO_IP, IP_RECVTTL, 1, 0 },
	{ IPPROTO_IP, IP_RECVTOS, 1, 0 },
	{ IPPROTO_IP, IP_MTU_DISCOVER, 1, 0 },
	{ IPPROTO_IP, IP_RECVERR, 1, 0 },
	{ IPPROTO_IP, IP_RECVOPTS, 1, 0 },
	{ IPPROTO_IP, IP_RECVORIGDSTADDR, 1, 0 },
	{ IPPROTO_IP, IP_MINTTL, 1, 0 },
	{ IPPROTO_IP, IP_TRANSPARENT, 1, 0 },
	{ IPPROTO_IP, IP_MULTICAST_IF, 0, 0 },
	{ IPPROTO_IP, IP_MULTICAST_TTL, 1, 0 },
	{ IPPROTO_IP, IP_MULTICAST_LOOP, 1, 0 },
	{ IPPROTO_IP, IP_MULTICAST_ALL, 1, 0 },
	{ IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, 0 },
	{ IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, 0 },
	{ IPPROTO_IPV6, IPV6_RECVTCLASS, 1, 0 },
	{ IPPROTO_IPV6, IPV6_TCLASS, 1, 0 },
	{ IPPROTO_IPV6, IPV6_UNICAST_HOPS, 1, 0 },
	{ IPPROTO_IPV6, IPV6_V6ONLY, 1, 0 },
	{ IPPROTO_IPV6, IPV6_MTU_DISCOVER, 1, 0 },
	{ IPPROTO_IPV6, IPV6_RECVERR, 1, 0 },
	{ IPPROTO_IPV6, IPV6_MULTICAST_IF, 1, 0 },
	{ IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 1, 0 },
	{ IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1, 0 },
	{ IPPROTO_IPV6, IPV6_MULTICAST_ALL, 1, 0 },
	{ IPPROTO_IPV6, IPV6_RECVPATHMTU, 1, 0 },
	{ IPPROTO_IPV6, IPV6_DONTFRAG, 1, 0 },
	{ IPPROTO_UDP, UDP_GRO, 1, 0 },
	{ IPPROTO_UDP, UDP_SEGMENT, 1, 0 },
	{ -1, 0, 0, 0 }
};

/* net/ipv6/ipv6_sockglue.c: EINVAL of a bound socket. */
const struct refused_option refused_options[] = {
	{ IPPROTO_IPV6, IPV6_V6ONLY },
	{ -1, 0 }
};

bool
adopt_is_privileged(void)
{
	return getauxval(AT_SECURE) != 0;
}

/* The file that has been put in the place of one that was removed, as packages do.
 * Apart, since its frame is large. */
__attribute__((noinline)) static void
find_successor(struct stat *status)
{
	static const char removed[] = " (deleted)";
	char path[PATH_MAX];
	struct stat successor;
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
	ssize_t end = length - (ssize_t)(sizeof removed - 1);

	if (end <= 0 || memcmp(path + end, removed, sizeof removed - 1) != 0)
		return;
	path[end] = '\0';
	if (stat(path, &successor) == 0)
		*status = successor;
}

/* proc(5) */
bool
adopt_own_executable(struct stat *status)
{
	if (stat("/proc/self/exe", status) != 0)
		return false;
	if (status->st_nlink == 0)
		find_successor(status);
	return true;
}

char **
adopt_environment(void)
{
	return environ;
}

const char adopt_preload_variable[] = "LD_PRELOAD";
