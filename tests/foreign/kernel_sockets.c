/* SPDX-License-Identifier: ISC */
/* Sockets: their options and addresses. */
#include "kernel.h"

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "conflict.h"

/* ---- options ---- */

static size_t
find_option(const struct kernel_file *socket, int level, int name)
{
	size_t i = 0;

	while (i < kernel_option_count
	    && (kernel_options[i].level != level || kernel_options[i].name != name
	        || (level == SOL_LOCAL
	            && kernel_options[i].is_local != (socket->family == AF_UNIX))))
		i++;
	return i;
}

static bool
has_flag(const struct kernel_file *socket, int name)
{
	size_t i = find_option(socket, SOL_SOCKET, name);

	return i < kernel_option_count && socket->values[i];
}

static void
say_option(const struct kernel_file *socket, int level, int name, const void *data,
    socklen_t size)
{
	size_t i = find_option(socket, level, name);
	int value;

	kernel_say("setsockopt ");
	kernel_say(level == SOL_SOCKET && name == SO_RCVBUF ? "SOL_SOCKET SO_RCVBUF"
	    : i < kernel_option_count ? kernel_options[i].words : "unknown");
	kernel_say(" ");
	if (size == sizeof value) {
		memcpy(&value, data, sizeof value);
		kernel_say_number(value);
	} else
		kernel_say(data); /* begins with a name */
	kernel_say("\n");
}

/* ip_ctloutput, ip6_ctloutput, uipc_ctloutput: each family has its own level. */
static bool
is_other_family(const struct kernel_file *socket, int level)
{
	switch (socket->family) {
	case AF_INET:
		return level == IPPROTO_IPV6;
	case AF_INET6:
		return level == IPPROTO_IP;
	default:
		return level != SOL_SOCKET && level != SOL_LOCAL;
	}
}

static int
set_value(struct kernel_file *socket, int level, int name, const void *data, socklen_t size)
{
	size_t i = find_option(socket, level, name);

	if (i == kernel_option_count)
		return ENOPROTOOPT;
	if (size < sizeof *socket->values
	    || (kernel_options[i].exact && size != sizeof *socket->values))
		return EINVAL;
	memcpy(&socket->values[i], data, sizeof socket->values[i]);
	return 0;
}

static int
set_receive_buffer(struct kernel_file *socket, const void *data)
{
	int size;

	memcpy(&size, data, sizeof size);
	if (size > kernel_largest_buffer())
		return kernel_fail(ENOBUFS);
	socket->receive_buffer = size;
	return 0;
}

int
setsockopt(int descriptor, int level, int name, const void *data, socklen_t size)
{
	struct kernel_file *socket = kernel_socket_at(descriptor);
	bool done = false;
	int error;

	if (!socket)
		return -1;
	say_option(socket, level, name, data, size);
	if (kernel_fails("setsockopt"))
		return -1;
	if (is_other_family(socket, level))
		return kernel_fail(EINVAL);
	if (level == SOL_SOCKET && name == SO_RCVBUF)
		return set_receive_buffer(socket, data);
	error = kernel_set_special(socket, level, name, data, size, &done);
	if (!error && !done)
		error = set_value(socket, level, name, data, size);
	return error ? kernel_fail(error) : 0;
}

/* What is there of the number, in as many bytes as there is room for. */
static int
give(int value, void *data, socklen_t *size)
{
	if (*size > sizeof value)
		*size = sizeof value;
	memcpy(data, &value, *size);
	return 0;
}

int
getsockopt(int descriptor, int level, int name, void *data, socklen_t *size)
{
	struct kernel_file *socket = kernel_socket_at(descriptor);
	bool done = false;
	size_t i;
	int error;

	if (!socket)
		return -1;
	if (is_other_family(socket, level))
		return kernel_fail(EINVAL);
	if (level == SOL_SOCKET && name == SO_TYPE)
		return give(socket->type, data, size);
	if (level == SOL_SOCKET && name == SO_ACCEPTCONN)
		return give(socket->is_listening ? SO_ACCEPTCONN : 0, data, size);
	if (level == SOL_SOCKET && name == SO_RCVBUF)
		return give(socket->receive_buffer, data, size);
	error = kernel_get_special(socket, level, name, data, size, &done);
	if (error || done)
		return error ? kernel_fail(error) : 0;
	i = find_option(socket, level, name);
	if (i == kernel_option_count)
		return kernel_fail(ENOPROTOOPT);
	return give(socket->values[i] && kernel_options[i].reads ? kernel_options[i].reads
	    : socket->values[i], data, size);
}

/* ---- from birth ---- */

/* A Unix socket without a path has the structure's head alone. */
static socklen_t
exact_length(int family)
{
	return family == AF_INET6 ? sizeof(struct sockaddr_in6)
	    : family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr);
}

int
socket(int family, int type, int protocol)
{
	struct kernel_file new = { .family = family, .protocol = protocol,
		.receive_buffer = 65536 };
	int error;

	kernel_say("socket\n");
	if (kernel_fails("socket"))
		return -1;
	new.type = kernel_socket_type(&new, type);
	if (new.type < 0)
		return kernel_fail(EINVAL);
	error = kernel_check_socket(family, new.type, protocol);
	new.address.ss_family = (sa_family_t)family;
	new.length = exact_length(family);
	return error ? kernel_fail(error) : kernel_open_file(&new);
}

int
listen(int descriptor, int backlog)
{
	struct kernel_file *socket = kernel_socket_at(descriptor);

	if (!socket)
		return -1;
	kernel_say("listen ");
	kernel_say_number(backlog);
	kernel_say("\n");
	if (kernel_fails("listen"))
		return -1;
	if (socket->type != SOCK_STREAM && socket->type != SOCK_SEQPACKET)
		return kernel_fail(EOPNOTSUPP);
	socket->is_listening = true;
	socket->queue_limit = kernel_queue_limit(backlog);
	return 0;
}

/* ---- addresses ---- */

static unsigned
port_of(const void *address)
{
	struct sockaddr_in begins_like;

	memcpy(&begins_like, address, sizeof begins_like);
	return ntohs(begins_like.sin_port);
}

static bool
binds_any(const struct kernel_file *socket)
{
	for (size_t i = 0; i < kernel_option_count; i++)
		if (strstr(kernel_options[i].words, "BINDANY") && socket->values[i])
			return true;
	return false;
}

static struct conflict_address
conflict_address(const void *address, int family)
{
	struct conflict_address own = { .family = family };
	struct sockaddr_in6 ipv6;
	struct sockaddr_in ipv4;

	if (family == AF_INET) {
		memcpy(&ipv4, address, sizeof ipv4);
		memcpy(own.bytes, &ipv4.sin_addr, sizeof ipv4.sin_addr);
		return own;
	}
	memcpy(&ipv6, address, sizeof ipv6);
	memcpy(own.bytes, &ipv6.sin6_addr, sizeof ipv6.sin6_addr);
	own.zone = ipv6.sin6_scope_id;
	return own;
}

static struct conflict_side
side_of(const struct kernel_file *socket, const void *address)
{
	size_t v6only = find_option(socket, IPPROTO_IPV6, IPV6_V6ONLY);
	struct conflict_side side = { .is_stream = socket->type == SOCK_STREAM,
		.listening = socket->is_listening,
		.reuse_address = has_flag(socket, SO_REUSEADDR),
		.share = has_flag(socket, SO_REUSEPORT),
		.address = conflict_address(address, socket->family) };

	side.balance = kernel_balance_option && has_flag(socket, kernel_balance_option);
	side.v6only = v6only < kernel_option_count && socket->values[v6only];
	return side;
}

/* The rules are the backend's, which are held against what kernels answered. */
static bool
conflicts(const struct kernel_file *socket, const struct sockaddr *address)
{
	struct conflict_side coming = side_of(socket, address), there;
	const struct kernel_file *other;

	for (int i = 0; port_of(address) && i < KERNEL_DESCRIPTORS; i++) {
		other = kernel_socket_at(i);
		if (!other || !other->is_bound || other->type != socket->type
		    || (other->family != AF_INET && other->family != AF_INET6)
		    || port_of((const struct sockaddr *)&other->address) != port_of(address))
			continue;
		there = side_of(other, &other->address);
		if (backend_conflict_rules.refuses(&there, &coming, CONFLICT_BIND) != 0)
			return true;
	}
	return false;
}

static int
bind_internet(const struct kernel_file *socket, const struct sockaddr *address, socklen_t length)
{
	struct sockaddr_in6 ipv6;

	if (length != exact_length(socket->family))
		return EINVAL;
	if (socket->family == AF_INET6) {
		memcpy(&ipv6, address, sizeof ipv6);
		if (ipv6.sin6_scope_id && !kernel_has_interface(ipv6.sin6_scope_id))
			return kernel_unknown_zone_error;
	}
	if (!kernel_has_address(address) && !binds_any(socket))
		return EADDRNOTAVAIL;
	if (kernel_is_guarded(address, port_of(address)))
		return EACCES;
	return conflicts(socket, address) ? EADDRINUSE : 0;
}

/* The path is as long as the address says, null byte or not. */
static void
read_path(const void *address, socklen_t length, char path[sizeof(struct sockaddr_un)])
{
	size_t size = length - offsetof(struct sockaddr_un, sun_path);

	memcpy(path, (const char *)address + offsetof(struct sockaddr_un, sun_path), size);
	path[size] = '\0';
}

/* unp_bind: the permissions are what the umask leaves of all. */
static int
bind_local(struct kernel_file *socket, const struct sockaddr *address, socklen_t length)
{
	char path[sizeof(struct sockaddr_un)];
	const struct kernel_node *node;

	/* uipc_bindat of FreeBSD; xnu takes longer ones, which no request has. */
	if (length <= offsetof(struct sockaddr_un, sun_path)
	    || length > sizeof(struct sockaddr_un))
		return EINVAL;
	read_path(address, length, path);
	kernel_say("bind ");
	kernel_say(path);
	kernel_say(" in ");
	kernel_say_number(length);
	kernel_say(" bytes\n");
	node = kernel_make_node(path, S_IFSOCK | 0777);
	if (!node)
		return EADDRINUSE;
	socket->bound_inode = node->inode;
	return 0;
}

static int
bind_any_family(struct kernel_file *socket, const struct sockaddr *address, socklen_t length)
{
	switch (address->sa_family) {
	case AF_INET:
	case AF_INET6:
		kernel_say("bind\n");
		return bind_internet(socket, address, length);
	case AF_UNIX:
		return bind_local(socket, address, length);
	default:
		return kernel_bind_special(socket, address, length);
	}
}

int
bind(int descriptor, const struct sockaddr *address, socklen_t length)
{
	struct kernel_file *socket = kernel_socket_at(descriptor);
	struct sockaddr_storage taken = { 0 };
	int error;

	if (!socket || kernel_fails("bind"))
		return -1;
	memcpy(&taken, address, length);
	kernel_replace_address(socket, &taken);
	error = address->sa_family != socket->family ? EAFNOSUPPORT : socket->is_bound ? EINVAL
	    : bind_any_family(socket, (const struct sockaddr *)&taken, length);
	if (error)
		return kernel_fail(error);
	memcpy(&socket->address, &taken, length);
	/* getsockaddr: whatever it was. */
	socket->address.ss_len = (unsigned char)length;
	socket->length = length;
	socket->is_bound = true;
	return 0;
}

int
getsockname(int descriptor, struct sockaddr *address, socklen_t *length)
{
	struct kernel_file *socket = kernel_socket_at(descriptor);

	if (!socket)
		return -1;
	memcpy(address, &socket->address, socket->length < *length ? socket->length : *length);
	*length = socket->length;
	return 0;
}

/* unp_connect of a datagram socket: who has the path?  xnu and FreeBSD alike, once
 * the path is found. */
int
kernel_connect(int descriptor, const struct kernel_node *node)
{
	const struct kernel_file *other, *socket = kernel_socket_at(descriptor);

	if (!socket || socket->type != SOCK_DGRAM)
		kernel_trap("a connect");
	if (!node)
		return kernel_fail(ENOENT);
	if (!S_ISSOCK(node->mode))
		return kernel_fail(ENOTSOCK);
	for (int i = 0; i < KERNEL_DESCRIPTORS; i++) {
		other = kernel_socket_at(i);
		if (!other || other->bound_inode != node->inode)
			continue;
		return other->type == SOCK_DGRAM ? 0 : kernel_fail(EPROTOTYPE);
	}
	return kernel_fail(ECONNREFUSED);
}

int
connect(int descriptor, const struct sockaddr *address, socklen_t length)
{
	char path[sizeof(struct sockaddr_un)];

	if (kernel_fails("connect"))
		return -1;
	if (address->sa_family != AF_UNIX)
		kernel_trap("a connect");
	read_path(address, length, path);
	return kernel_connect(descriptor, kernel_node_at(path));
}
