/* SPDX-License-Identifier: ISC */
#include "adopt.h"

#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

/* socket(7), ip(7), ipv6(7), tcp(7). */
const struct carried_option carried_options[] = {
	{ SOL_SOCKET, SO_KEEPALIVE, 1 },
	{ SOL_SOCKET, SO_BROADCAST, 1 },
	{ SOL_SOCKET, SO_PRIORITY, 1 },
	{ SOL_SOCKET, SO_RCVBUF, 2 },
	{ SOL_SOCKET, SO_SNDBUF, 2 },
	{ SOL_SOCKET, SO_PASSCRED, 1 },
	{ SOL_SOCKET, SO_RCVLOWAT, 1 },
	{ SOL_SOCKET, SO_MARK, 1 },
	{ SOL_SOCKET, SO_LINGER, 0 },
	{ SOL_SOCKET, SO_BINDTODEVICE, 0 },
	{ IPPROTO_TCP, TCP_NODELAY, 1 },
	{ IPPROTO_TCP, TCP_DEFER_ACCEPT, 1 },
	{ IPPROTO_TCP, TCP_KEEPIDLE, 1 },
	{ IPPROTO_TCP, TCP_KEEPINTVL, 1 },
	{ IPPROTO_TCP, TCP_KEEPCNT, 1 },
	{ IPPROTO_TCP, TCP_USER_TIMEOUT, 1 },
	{ IPPROTO_TCP, TCP_CONGESTION, 0 },
	{ IPPROTO_TCP, TCP_FASTOPEN, 1 },
	{ IPPROTO_IP, IP_TOS, 1 },
	{ IPPROTO_IP, IP_TTL, 1 },
	{ IPPROTO_IP, IP_PKTINFO, 1 },
	{ IPPROTO_IP, IP_RECVTTL, 1 },
	{ IPPROTO_IP, IP_RECVTOS, 1 },
	{ IPPROTO_IP, IP_MTU_DISCOVER, 1 },
	{ IPPROTO_IP, IP_RECVERR, 1 },
	{ IPPROTO_IPV6, IPV6_RECVPKTINFO, 1 },
	{ IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1 },
	{ IPPROTO_IPV6, IPV6_RECVTCLASS, 1 },
	{ IPPROTO_IPV6, IPV6_TCLASS, 1 },
	{ IPPROTO_IPV6, IPV6_UNICAST_HOPS, 1 },
	{ IPPROTO_IPV6, IPV6_V6ONLY, 1 },
	{ IPPROTO_IPV6, IPV6_MTU_DISCOVER, 1 },
	{ IPPROTO_IPV6, IPV6_RECVERR, 1 },
	{ -1, 0, 0 }
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

/* The file that has been put in the place of one that was removed, as packages do. */
static void
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
