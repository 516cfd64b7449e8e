/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD 13.0's own behaviour, as its network code was seen to have it when it
 * was run and asked.  The numbers are the headers'.
 */
#include "kernel.h"

#include <sys/param.h>

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/module.h>
#include <sys/sysctl.h>
#include <unistd.h>

#define OPTION(level, name, reads, exact) { level, name, #level " " #name, reads, exact }

/* Flags read back as their bit, and fast open as the sign. */
const struct kernel_option kernel_options[] = {
	OPTION(SOL_SOCKET, SO_REUSEADDR, 0x4, false),
	OPTION(SOL_SOCKET, SO_REUSEPORT, 0x200, false),
	OPTION(SOL_SOCKET, SO_REUSEPORT_LB, 0x10000, false),
	OPTION(IPPROTO_IP, IP_BINDANY, 1, false),
	OPTION(IPPROTO_IPV6, IPV6_BINDANY, 1, true),
	OPTION(IPPROTO_IPV6, IPV6_V6ONLY, 1, true),
	/* Its number at the other family's level is another option's, and goes
	 * through. */
	OPTION(IPPROTO_IPV6, IP_BINDANY, 1, false),
	OPTION(IPPROTO_TCP, TCP_FASTOPEN, INT_MIN, false),
	OPTION(SOL_SOCKET, SO_ACCEPTFILTER, 0, false),
};
const size_t kernel_option_count = sizeof kernel_options / sizeof *kernel_options;

const struct kernel_sysctl kernel_sysctls[] = {
	{ "kern.ipc.soacceptqueue", 128 }, { "kern.ipc.somaxconn", 128 },
	{ "net.inet6.ip6.v6only", 1 }, { "net.inet.ip.portrange.first", 10000 },
	{ "net.inet.ip.portrange.last", 65535 }, { "net.inet.ip.portrange.reservedlow", 0 },
	{ "net.inet.ip.portrange.reservedhigh", 1023 }, { "security.jail.jailed", 0 },
	{ "net.inet.tcp.fastopen.server_enable", 0 }, { "net.inet.tcp.fastopen.client_enable", 1 },
};
const size_t kernel_sysctl_count = sizeof kernel_sysctls / sizeof *kernel_sysctls;

int
kernel_socket_type(struct kernel_socket *socket, int type)
{
	socket->is_nonblocking = type & SOCK_NONBLOCK;
	socket->is_close_on_exec = type & SOCK_CLOEXEC;
	type &= ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
	return type == SOCK_STREAM || type == SOCK_DGRAM ? type : -1;
}

/* The name comes first, so that a missing module is told before all else. */
static int
set_filter(struct kernel_socket *socket, const void *data, socklen_t size)
{
	struct accept_filter_arg filter;
	char module[16] = "accf_";

	if (size < sizeof filter)
		return EINVAL;
	memcpy(&filter, data, sizeof filter);
	/* "dataready" is of accf_data. */
	memcpy(module + 5, filter.af_name, strcspn(filter.af_name, "r"));
	if (!kernel_has_module(module))
		return ENOENT;
	if (!socket->is_listening || socket->filter[0])
		return EINVAL;
	memcpy(socket->filter, filter.af_name, sizeof socket->filter);
	return 0;
}

static int
check_fast_open(const struct kernel_socket *socket, int value)
{
	int server = 0, client = 0;

	kernel_sysctl_value("net.inet.tcp.fastopen.server_enable", &server);
	kernel_sysctl_value("net.inet.tcp.fastopen.client_enable", &client);
	if (socket->type != SOCK_STREAM)
		return EINVAL;
	if ((!server && !client) || (socket->is_listening && value && !server))
		return EPERM;
	return 0;
}

int
kernel_set_special(struct kernel_socket *socket, int level, int name, const void *data,
    socklen_t size, bool *done)
{
	int value = 0;

	if (level == SOL_SOCKET && name == SO_ACCEPTFILTER) {
		*done = true;
		return set_filter(socket, data, size);
	}
	if (size >= sizeof value)
		memcpy(&value, data, sizeof value);
	if (level == SOL_SOCKET && name == SO_RCVBUF) {
		*done = true;
		socket->receive_buffer = value;
	}
	/* Even to be cleared. */
	if (((level == IPPROTO_IP && name == IP_BINDANY)
	        || (level == IPPROTO_IPV6 && name == IPV6_BINDANY)) && !kernel_is_root())
		return EPERM;
	if (level == IPPROTO_IPV6 && name == IPV6_V6ONLY && socket->is_bound)
		return EINVAL;
	if (level == IPPROTO_TCP && name == TCP_FASTOPEN)
		return check_fast_open(socket, value);
	return 0;
}

static void
give(int value, void *data, socklen_t *size)
{
	memcpy(data, &value, sizeof value);
	*size = sizeof value;
}

static int
get_filter(const struct kernel_socket *socket, void *data, socklen_t *size)
{
	struct accept_filter_arg filter = { .af_name = "" };

	if (!socket->filter[0])
		return EINVAL;
	memcpy(filter.af_name, socket->filter, sizeof filter.af_name);
	memcpy(data, &filter, sizeof filter);
	*size = sizeof filter;
	return 0;
}

int
kernel_get_special(const struct kernel_socket *socket, int level, int name, void *data,
    socklen_t *size, bool *done)
{
	if (level != SOL_SOCKET)
		return 0;
	*done = true;
	switch (name) {
	case SO_LISTENQLIMIT:
		give(socket->queue_limit, data, size);
		return 0;
	case SO_LISTENQLEN:
		give(socket->complete, data, size);
		return 0;
	case SO_LISTENINCQLEN:
		give(socket->incomplete, data, size);
		return 0;
	case SO_ACCEPTFILTER:
		return get_filter(socket, data, size);
	default:
		*done = false;
		return 0;
	}
}

int
kernel_queue_limit(int backlog)
{
	int limit = 0;

	kernel_sysctl_value("kern.ipc.soacceptqueue", &limit);
	return backlog < 0 || backlog > limit ? limit : backlog;
}

bool
kernel_is_guarded(const struct sockaddr *address, unsigned port)
{
	(void)address;
	return port > 0 && port < 1024;
}

const char *
kernel_error_name(int error)
{
	switch (error) {
	case EPERM: return "EPERM";
	case ENOENT: return "ENOENT";
	case EACCES: return "EACCES";
	case EINVAL: return "EINVAL";
	case ENOPROTOOPT: return "ENOPROTOOPT";
	case EADDRNOTAVAIL: return "EADDRNOTAVAIL";
	case EADDRINUSE: return "EADDRINUSE";
	default: return "another error";
	}
}

/* ---- calls that other systems do not have ---- */

int
sysctlbyname(const char *name, void *old, size_t *old_size, const void *new, size_t new_size)
{
	if (new || new_size)
		kernel_trap("a sysctl set");
	return kernel_read_sysctl(name, old, old_size);
}

int
modfind(const char *name)
{
	if (kernel_has_module(name))
		return 1;
	errno = ENOENT;
	return -1;
}
