/* SPDX-License-Identifier: ISC */
#include <sys/types.h>

#include "adopt.h"

#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <unistd.h>

/* setsockopt(2), ip(4), ip6(4), tcp(4). */
const struct carried_option carried_options[] = {
	{ SOL_SOCKET, SO_KEEPALIVE, 1, 0 },
	{ SOL_SOCKET, SO_BROADCAST, 1, 0 },
	{ SOL_SOCKET, SO_RCVBUF, 1, 0 },
	{ SOL_SOCKET, SO_SNDBUF, 1, 0 },
	{ SOL_SOCKET, SO_TIMESTAMP, 1, 0 },
	{ SOL_SOCKET, SO_RCVLOWAT, 1, 0 },
	{ SOL_SOCKET, SO_LINGER, 0, 0 },
	{ IPPROTO_TCP, TCP_NODELAY, 1, 0 },
	{ IPPROTO_IP, IP_TOS, 1, 0 },
	{ IPPROTO_IP, IP_TTL, 1, 0 },
	{ IPPROTO_IP, IP_RECVDSTADDR, 1, 0 },
	{ IPPROTO_IP, IP_RECVIF, 1, 0 },
	{ IPPROTO_IP, IP_DONTFRAG, 1, 0 },
	{ IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, 0 },
	{ IPPROTO_IPV6, IPV6_TCLASS, 1, 0 },
	{ IPPROTO_IPV6, IPV6_UNICAST_HOPS, 1, 0 },
	{ IPPROTO_IPV6, IPV6_V6ONLY, 1, 0 },
	{ -1, 0, 0, 0 }
};

/* sys/netinet6/ip6_output.c: EINVAL of a bound socket. */
const struct refused_option refused_options[] = {
	{ IPPROTO_IPV6, IPV6_V6ONLY },
	{ IPPROTO_IP, IP_BINDANY },
	{ IPPROTO_IPV6, IPV6_BINDANY },
	{ SOL_SOCKET, SO_REUSEPORT_LB },
	{ -1, 0 }
};

bool
adopt_is_privileged(void)
{
	return issetugid() != 0;
}

int
close_numbers(unsigned first, unsigned last, int flags)
{
	return real_close_range(first, last, flags);
}

/* bindat(2): with AT_FDCWD it is bind(2). */
int
adopt_bindat(int directory, int descriptor, const struct sockaddr *address, socklen_t length)
{
	return directory == AT_FDCWD ? adopt_bind(descriptor, address, length)
	                             : real_bindat(directory, descriptor, address, length);
}

/* sysctl(3) */
bool
adopt_own_executable(struct stat *status)
{
	int name[] = { CTL_KERN, KERN_PROC, KERN_PROC_PATHNAME, -1 };
	char path[PATH_MAX];
	size_t size = sizeof path;

	return sysctl(name, sizeof name / sizeof *name, path, &size, NULL, 0) == 0 && size > 0
	    && stat(path, status) == 0;
}

/* The program's: lib/csu defines it, of which the linker of a library knows nothing. */
extern char **environ __attribute__((weak));

char **
adopt_environment(void)
{
	return environ;
}

const char adopt_preload_variable[] = "LD_PRELOAD";
