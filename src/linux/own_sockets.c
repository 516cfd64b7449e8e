/* SPDX-License-Identifier: ISC */
#include "own_sockets.h"

#include <net/if.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include "address.h"
#include "observe.h"
#include "own_process.h"

/* Where /proc is missing the highest descriptor is not known, and the limit may be
 * without bound: as far as fs.nr_open goes unless changed, proc_sys_fs(5). */
#define DESCRIPTORS_MAX (1 << 20)

static bool
read_int(int descriptor, int level, int name, int *value)
{
	socklen_t size = sizeof *value;

	return getsockopt(descriptor, level, name, value, &size) == 0;
}

static bool
read_address(int descriptor, struct address *address)
{
	struct sockaddr_storage name;
	socklen_t size = sizeof name;

	if (getsockname(descriptor, (struct sockaddr *)&name, &size) != 0)
		return false;
	address_set(address, (const struct sockaddr *)&name, size);
	return true;
}

static bool
is_connected(int descriptor)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof peer;

	return getpeername(descriptor, (struct sockaddr *)&peer, &size) == 0;
}

static enum backend_socket_state
read_state(int descriptor)
{
	int accepts = 0;

	if (read_int(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &accepts) && accepts)
		return BACKEND_LISTENING;
	return is_connected(descriptor) ? BACKEND_CONNECTED : BACKEND_BOUND;
}

static unsigned
read_interface(int descriptor)
{
	char name[IF_NAMESIZE] = "";
	socklen_t size = sizeof name;

	if (getsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, name, &size) != 0 || !name[0])
		return 0;
	return if_nametoindex(name);
}

static void
read_rest(int descriptor, struct backend_socket *socket)
{
	struct stat status;
	int value;

	socket->state = read_state(descriptor);
	read_int(descriptor, SOL_SOCKET, SO_TYPE, &socket->type);
	if (address_is_internet(&socket->address))
		socket->interface = read_interface(descriptor);
	if (address_family(&socket->address) == AF_INET6
	    && read_int(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &value))
		socket->v6only = (struct bindchain_fact) { .known = true, .value = value != 0 };
	if (fstat(descriptor, &status) == 0) {
		socket->identity = status.st_ino;
		socket->uid_known = true;
		socket->uid = status.st_uid;
	}
}

static bool
is_wanted(int descriptor, const struct address *address, int protocol, unsigned port)
{
	int own = 0;

	if (!protocol)
		return address_family(address) == AF_UNIX
		    && address->length > offsetof(struct sockaddr, sa_data);
	return address_is_internet(address) && address_port(address) == port
	    && read_int(descriptor, SOL_SOCKET, SO_PROTOCOL, &own) && own == protocol;
}

/* ---- the network namespace ---- */

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71 /* where musl runs; before 5.14 no kernel has it */
#endif

static uint64_t
read_cookie(int descriptor)
{
	uint64_t cookie = 0;
	socklen_t size = sizeof cookie;

	return getsockopt(descriptor, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) == 0 ? cookie
	                                                                               : 0;
}

static bool
is_of_this_namespace(int descriptor)
{
	int fresh = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint64_t cookie;

	if (fresh < 0)
		return true;
	cookie = read_cookie(fresh);
	close(fresh);
	return !cookie || cookie == read_cookie(descriptor);
}

void
own_sockets_visit(int protocol, unsigned port, own_socket_visitor *visit, void *context)
{
	int highest = backend_highest_descriptor();

	for (int i = 0; i <= highest && i < DESCRIPTORS_MAX; i++) {
		struct backend_socket socket = { 0 };
		if (!read_address(i, &socket.address)
		    || !is_wanted(i, &socket.address, protocol, port) || !is_of_this_namespace(i))
			continue;
		read_rest(i, &socket);
		visit(context, &socket, i);
	}
}
