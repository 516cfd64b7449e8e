/* SPDX-License-Identifier: ISC */
/* macOS 15's own behaviour, as xnu-11417's sources have it.  The numbers are the
 * headers'. */
#include "kernel.h"

#include <errno.h>
#include <libproc.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/proc_info.h>
#include <sys/sysctl.h>
#include <unistd.h>

#define OPTION(level, name, reads, exact) { level, name, #level " " #name, reads, exact }

/* Flags read back as their bit: bsd/kern/uipc_socket.c, sogetoptlock. */
const struct kernel_option kernel_options[] = {
	OPTION(SOL_SOCKET, SO_REUSEADDR, 0x4, false),
	OPTION(SOL_SOCKET, SO_REUSEPORT, 0x200, false),
	OPTION(IPPROTO_IPV6, IPV6_V6ONLY, 1, true),
	OPTION(IPPROTO_TCP, TCP_FASTOPEN, 1, false),
};
const size_t kernel_option_count = sizeof kernel_options / sizeof *kernel_options;

const struct kernel_sysctl kernel_sysctls[] = {
	{ "kern.ipc.somaxconn", 128 }, { "net.inet6.ip6.v6only", 0 },
	{ "net.inet.ip.portrange.first", 49152 }, { "net.inet.ip.portrange.last", 65535 },
	{ "net.inet.tcp.fastopen", 3 },
};
const size_t kernel_sysctl_count = sizeof kernel_sysctls / sizeof *kernel_sysctls;

/* There are no flags in it. */
int
kernel_socket_type(struct kernel_socket *socket, int type)
{
	(void)socket;
	return type == SOCK_STREAM || type == SOCK_DGRAM ? type : -1;
}

/* bsd/netinet/tcp_usrreq.c, tcp_ctloutput */
static int
check_fast_open(const struct kernel_socket *socket, int value)
{
	int bits = 0;

	kernel_sysctl_value("net.inet.tcp.fastopen", &bits);
	if (value < 0 || value > 1)
		return EINVAL;
	if (!(bits & 1))
		return ENOTSUP;
	return socket->is_listening ? 0 : EINVAL;
}

int
kernel_set_special(struct kernel_socket *socket, int level, int name, const void *data,
    socklen_t size, bool *done)
{
	int value = 0;

	if (size >= sizeof value)
		memcpy(&value, data, sizeof value);
	if (level == SOL_SOCKET && name == SO_RCVBUF) {
		*done = true;
		socket->receive_buffer = value;
	}
	if (level == IPPROTO_IPV6 && name == IPV6_V6ONLY && socket->is_bound)
		return EINVAL;
	if (level == IPPROTO_TCP && name == TCP_FASTOPEN)
		return check_fast_open(socket, value);
	return 0;
}

int
kernel_get_special(const struct kernel_socket *socket, int level, int name, void *data,
    socklen_t *size, bool *done)
{
	(void)socket;
	(void)level;
	(void)name;
	(void)data;
	(void)size;
	(void)done;
	return 0;
}

/* bsd/kern/uipc_socket.c, solisten: kept in a short. */
int
kernel_queue_limit(int backlog)
{
	int limit = 0;

	kernel_sysctl_value("kern.ipc.somaxconn", &limit);
	return (short)(backlog <= 0 || backlog > limit ? limit : backlog);
}

/* bsd/netinet/in_pcb.c, in_pcbbind: not of the wildcard, since macOS 10.14. */
bool
kernel_is_guarded(const struct sockaddr *address, unsigned port)
{
	struct sockaddr_in6 ipv6;
	struct sockaddr_in ipv4;

	if (port == 0 || port >= IPPORT_RESERVED)
		return false;
	if (address->sa_family == AF_INET6) {
		memcpy(&ipv6, address, sizeof ipv6);
		return !IN6_IS_ADDR_UNSPECIFIED(&ipv6.sin6_addr);
	}
	memcpy(&ipv4, address, sizeof ipv4);
	return ipv4.sin_addr.s_addr != INADDR_ANY;
}

const char *
kernel_error_name(int error)
{
	switch (error) {
	case EACCES: return "EACCES";
	case EINVAL: return "EINVAL";
	case ENOPROTOOPT: return "ENOPROTOOPT";
	case ENOTSUP: return "ENOTSUP";
	case EADDRNOTAVAIL: return "EADDRNOTAVAIL";
	default: return "another error";
	}
}

/* ---- calls that other systems do not have ---- */

int
sysctlbyname(const char *name, void *old, size_t *old_size, void *new, size_t new_size)
{
	if (new || new_size)
		kernel_trap("a sysctl set");
	return kernel_read_sysctl(name, old, old_size);
}

/* bsd/kern/socket_info.c, fill_common_sockinfo: the length counts both. */
int
proc_pidfdinfo(int process, int descriptor, int flavor, void *buffer, int size)
{
	const struct kernel_socket *socket = kernel_find_socket(descriptor);
	struct socket_fdinfo info = { 0 };

	if (!socket || process != getpid() || flavor != PROC_PIDFDSOCKETINFO
	    || size < (int)sizeof info)
		return 0;
	info.psi.soi_options = socket->is_listening ? SO_ACCEPTCONN : 0;
	info.psi.soi_qlimit = (short)socket->queue_limit;
	info.psi.soi_qlen = (short)(socket->complete + socket->incomplete);
	info.psi.soi_incqlen = (short)socket->incomplete;
	memcpy(buffer, &info, sizeof info);
	return sizeof info;
}
