/* SPDX-License-Identifier: ISC */
#include "adopt.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

/* setsockopt(2), ip(4), ip6(4), tcp(4). */
const struct carried_option carried_options[] = {
	{ SOL_SOCKET, SO_KEEPALIVE, 1 },
	{ SOL_SOCKET, SO_BROADCAST, 1 },
	{ SOL_SOCKET, SO_RCVBUF, 1 },
	{ SOL_SOCKET, SO_SNDBUF, 1 },
	{ SOL_SOCKET, SO_TIMESTAMP, 1 },
	{ SOL_SOCKET, SO_RCVLOWAT, 1 },
	{ SOL_SOCKET, SO_LINGER, 0 },
	{ IPPROTO_TCP, TCP_NODELAY, 1 },
	{ IPPROTO_IP, IP_TOS, 1 },
	{ IPPROTO_IP, IP_TTL, 1 },
	{ IPPROTO_IP, IP_RECVDSTADDR, 1 },
	{ IPPROTO_IP, IP_RECVIF, 1 },
	{ IPPROTO_IP, IP_DONTFRAG, 1 },
	{ IPPROTO_IPV6, IPV6_RECVPKTINFO, 1 },
	{ IPPROTO_IPV6, IPV6_TCLASS, 1 },
	{ IPPROTO_IPV6, IPV6_UNICAST_HOPS, 1 },
	{ -1, 0, 0 }
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
adopt_dup3(int from, int to, int flags)
{
	if (from != to && fcntl(from, F_GETFD) >= 0)
		adopt_make_room(to);
	return real_dup3(from, to, flags);
}

int
adopt_close_range(unsigned first, unsigned last, int flags)
{
	int original, status = 0;

	if (first > last)
		return real_close_range(first, last, flags);
	while (status == 0 && (original = adopt_next_original(first)) >= 0
	       && (unsigned)original <= last) {
		if ((unsigned)original > first)
			status = real_close_range(first, (unsigned)original - 1, flags);
		first = (unsigned)original + 1;
	}
	return status == 0 && first <= last ? real_close_range(first, last, flags) : status;
}

void
adopt_closefrom(int first)
{
	int original = adopt_next_original(first < 0 ? 0 : (unsigned)first);

	for (; original >= 0; original = adopt_next_original((unsigned)first)) {
		for (; first < original; first++)
			real_close(first);
		first++;
	}
	real_closefrom(first);
}
