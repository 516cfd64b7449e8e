/* SPDX-License-Identifier: ISC */
#include "adopt.h"

#include <crt_externs.h>
#include <limits.h>
#include <mach-o/dyld.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/event.h>
#include <sys/stat.h>
#include <unistd.h>

/* setsockopt(2), ip(4), ip6(4), tcp(4). */
const struct carried_option carried_options[] = {
	{ SOL_SOCKET, SO_KEEPALIVE, 1, 0 },
	{ SOL_SOCKET, SO_BROADCAST, 1, 0 },
	{ SOL_SOCKET, SO_RCVBUF, 1, 0 },
	{ SOL_SOCKET, SO_SNDBUF, 1, 0 },
	{ SOL_SOCKET, SO_NOSIGPIPE, 1, 0 },
	{ SOL_SOCKET, SO_LINGER, 0, 0 },
	{ IPPROTO_TCP, TCP_NODELAY, 1, 0 },
	{ IPPROTO_IP, IP_TOS, 1, 0 },
	{ IPPROTO_IP, IP_TTL, 1, 0 },
	{ IPPROTO_IP, IP_RECVDSTADDR, 1, 0 },
	{ IPPROTO_IP, IP_RECVIF, 1, 0 },
	{ IPPROTO_IPV6, IPV6_UNICAST_HOPS, 1, 0 },
	{ IPPROTO_IPV6, IPV6_V6ONLY, 1, 0 },
	{ -1, 0, 0, 0 }
};

/* bsd/netinet6/ip6_output.c: EINVAL of a bound socket. */
const struct refused_option refused_options[] = {
	{ IPPROTO_IPV6, IPV6_V6ONLY },
	{ -1, 0 }
};

bool
adopt_is_privileged(void)
{
	return issetugid() != 0;
}

/* What it registers can be registered again by kevent(2): it is the same queue. */
int
adopt_kevent64(int queue, const struct kevent64_s *changes, int change_count,
    struct kevent64_s *events, int event_count, unsigned flags, const struct timespec *timeout)
{
	for (int i = 0; adopt_is_waiting() && i < change_count; i++) {
		const struct kevent64_s *wide = &changes[i];
		struct kevent change = { .ident = (uintptr_t)wide->ident, .filter = wide->filter,
			.flags = wide->flags, .fflags = wide->fflags, .data = (intptr_t)wide->data,
			.udata = (void *)(uintptr_t)wide->udata };
		watches_note(queue, &change);
	}
	return real_kevent64(queue, changes, change_count, events, event_count, flags, timeout);
}

/* dyld(3) */
bool
adopt_own_executable(struct stat *status)
{
	char path[PATH_MAX];
	uint32_t size = sizeof path;

	return _NSGetExecutablePath(path, &size) == 0 && stat(path, status) == 0;
}

/* environ(7): libraries do not have the variable. */
char **
adopt_environment(void)
{
	return *_NSGetEnviron();
}

const char adopt_preload_variable[] = "DYLD_INSERT_LIBRARIES";
