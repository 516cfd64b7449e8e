/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD and macOS: the routing socket, route(4).  Its messages about interfaces and
 * addresses follow the change.
 *
 * - Messages about routes have the types below RTM_NEWADDR, those about addresses and
 *   interfaces the others, RTM_IFANNOUNCE of FreeBSD among them: net/route.h of both.
 *   A routing socket cannot refuse messages about routes: net/rtsock.c.
 * - A tentative IPv6 address cannot be bound: sys/netinet6/in6_pcb.c, in6_pcbbind
 *   (IN6_IFF_NOTREADY).  No message tells that duplicate address detection has ended:
 *   netinet6/nd6_nbr.c, nd6_dad_timer, of both.
 */
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "address.h"
#include "backend.h"
#include "close.h"
#include "nearest_address.h"
#include "routing_messages.h"

const char backend_watch_source[] = "route(4)";

int
backend_watch_open(const char **call)
{
	int birth = backend_birth_flags(BACKEND_CLOSE_ON_EXEC);
	int descriptor = socket(PF_ROUTE, SOCK_RAW | birth, 0);

	*call = descriptor < 0 ? "socket" : "fcntl";
	if (descriptor < 0 || birth || fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0)
		return descriptor;
	close_keeping_errno(descriptor);
	return -1;
}

/* All messages begin in the same way: route(4). */
bool
backend_watch_is_event(const void *message, size_t size)
{
	struct rt_msghdr header;
	const size_t begin = offsetof(struct rt_msghdr, rtm_type) + sizeof header.rtm_type;

	if (size < begin)
		return false;
	memcpy(&header, message, begin);
	return header.rtm_version == RTM_VERSION && header.rtm_type >= RTM_NEWADDR;
}

/* Link-local addresses, whose zone some systems put into the bytes, count as there. */
static bool
is_there(const struct address *address)
{
	struct local_address nearest;

	return address_is_link_local(address)
	    || (local_nearest(address, &nearest, 1) > 0 && nearest.same);
}

bool
backend_watch_misses(const struct request *request, const struct bindchain_failure *failure)
{
	if (failure->operation == BINDCHAIN_FIND_INTERFACE)
		return !bsd_announces_interfaces;
	return failure->error == EADDRNOTAVAIL && address_family(&request->address) == AF_INET6
	    && is_there(&request->address);
}
