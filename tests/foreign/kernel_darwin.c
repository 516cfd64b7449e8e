/* SPDX-License-Identifier: ISC */
/* macOS 15's own behaviour, as xnu-11417's sources have it.  The numbers are the
 * headers'. */
#include "kernel.h"

#include <errno.h>
#include <launch.h>
#include <libproc.h>
#include <mach-o/dyld.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/proc_info.h>
#include <sys/sysctl.h>
#include <unistd.h>

#include "foreign.h"

/* Flags read back as their bit: bsd/kern/uipc_socket.c, sogetoptlock. */
const struct kernel_option kernel_options[] = {
	{ KERNEL_OPTION(SOL_SOCKET, SO_REUSEADDR), .reads = 0x4 },
	{ KERNEL_OPTION(SOL_SOCKET, SO_REUSEPORT), .reads = 0x200 },
	{ KERNEL_OPTION(SOL_SOCKET, SO_KEEPALIVE), .reads = 0x8 },
	{ KERNEL_OPTION(IPPROTO_IP, IP_BOUND_IF) },
	{ KERNEL_OPTION(IPPROTO_IPV6, IPV6_BOUND_IF) },
	{ KERNEL_OPTION(IPPROTO_IPV6, IPV6_V6ONLY), .reads = 1, .exact = true },
	{ KERNEL_OPTION(IPPROTO_TCP, TCP_FASTOPEN), .reads = 1 },
};
const size_t kernel_option_count = sizeof kernel_options / sizeof *kernel_options;
const int kernel_balance_option = 0;

const struct kernel_sysctl kernel_sysctls[] = {
	{ "kern.ipc.somaxconn", 128 }, { "net.inet6.ip6.v6only", 0 },
	{ "net.inet.ip.portrange.first", 49152 }, { "net.inet.ip.portrange.last", 65535 },
	{ "net.inet.tcp.fastopen", 3 }, { "net.inet.tcp.fastopen_backlog", 10 },
	{ "kern.ipc.soqlimitcompat", 1 }, { "kern.ipc.soqlencomp", 0 },
};
const size_t kernel_sysctl_count = sizeof kernel_sysctls / sizeof *kernel_sysctls;
const char *const kernel_long_sysctl = NULL;

const char kernel_interface[] = "en0";

/* bsd/netinet6/in6_pcb.c, in6_pcbbind */
const int kernel_unknown_zone_error = EINVAL;

/* There are no flags in it. */
int
kernel_socket_type(struct kernel_file *socket, int type)
{
	(void)socket;
	return type >= SOCK_STREAM && type <= SOCK_SEQPACKET ? type : -1;
}

/* bsd/kern/uipc_domain.c, pffindproto; there is no AF_NETLINK at all. */
int
kernel_check_socket(int family, int type, int protocol)
{
	(void)protocol;
	if (family == AF_UNIX && type == SOCK_SEQPACKET)
		return EPROTONOSUPPORT;
	return type == SOCK_STREAM || type == SOCK_DGRAM ? 0 : EPROTOTYPE;
}

int
kernel_bind_special(struct kernel_file *socket, const struct sockaddr *address, socklen_t length)
{
	(void)socket;
	(void)address;
	(void)length;
	kernel_trap("a family that this kernel has not got");
}

/* bsd/netinet/tcp_usrreq.c, tcp_ctloutput */
static int
check_fast_open(const struct kernel_file *socket, int value)
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
kernel_set_special(struct kernel_file *socket, int level, int name, const void *data,
    socklen_t size, bool *done)
{
	int value = 0;

	if (size >= sizeof value)
		memcpy(&value, data, sizeof value);
	(void)done;
	if (level == IPPROTO_IPV6 && name == IPV6_V6ONLY && socket->is_bound)
		return EINVAL;
	if (level == IPPROTO_TCP && name == TCP_FASTOPEN)
		return check_fast_open(socket, value);
	return 0;
}

int
kernel_get_special(const struct kernel_file *socket, int level, int name, void *data,
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

/* There are no jails. */
void
kernel_replace_address(const struct kernel_file *socket, struct sockaddr_storage *address)
{
	(void)socket;
	(void)address;
}

/* bsd/vfs/vfs_subr.c, vnode_authattr: no word of the sticky bit. */
int
kernel_check_mode(mode_t mode)
{
	(void)mode;
	return 0;
}

/* bsd/sys/socketvar.h, SB_MAX */
int
kernel_largest_buffer(void)
{
	return 8 * 1024 * 1024;
}

/* bsd/netinet/in_pcb.c, in_pcbbind: not of the wildcard, since macOS 10.14. */
bool
kernel_is_guarded(const struct sockaddr *address, unsigned port)
{
	struct sockaddr_in6 ipv6;
	struct sockaddr_in ipv4;

	if (port == 0 || port >= IPPORT_RESERVED || kernel_is_root())
		return false;
	if (address->sa_family == AF_INET6) {
		memcpy(&ipv6, address, sizeof ipv6);
		return !IN6_IS_ADDR_UNSPECIFIED(&ipv6.sin6_addr);
	}
	memcpy(&ipv4, address, sizeof ipv4);
	return ipv4.sin_addr.s_addr != INADDR_ANY;
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
	const struct kernel_file *socket = kernel_socket_at(descriptor);
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

/* ---- the process ---- */

/* bsd/kern/proc_info.c, proc_pidfdlist: a little more is asked for than there
 * are places in the table, and what does not fit is left out.  libproc's own
 * part makes 0 of a failure. */
int
proc_pidinfo(int process, int flavor, uint64_t argument, void *buffer, int size)
{
	struct proc_fdinfo *list = buffer;
	int count = 0;

	if (process != getpid() || flavor != PROC_PIDLISTFDS || argument)
		kernel_trap("a question of proc_pidinfo");
	if (kernel_fails("proc_pidinfo"))
		return 0;
	for (int i = 0; i < KERNEL_DESCRIPTORS; i++) {
		if (!kernel_file_at(i) || (list && count == size / (int)sizeof *list))
			continue;
		if (list)
			list[count] = (struct proc_fdinfo) { .proc_fd = i,
				.proc_fdtype = PROX_FDTYPE_VNODE };
		count++;
	}
	if (!list)
		kernel_open_late_files();
	return (count + (list ? 0 : 20)) * (int)sizeof *list;
}

/* dyld(3): the path as it was executed. */
int
_NSGetExecutablePath(char *buffer, uint32_t *size)
{
	const char *path = kernel_executable();
	uint32_t length = path ? (uint32_t)strlen(path) + 1 : 0;

	if (!length)
		kernel_trap("a process that executes nothing");
	if (length > *size) {
		*size = length;
		return -1;
	}
	memcpy(buffer, path, length);
	return 0;
}

/* ---- launchd ---- */

static struct {
	const char *name; /* NULL: this is no job of its */
	unsigned count;
	bool is_activated;
} launchd;

void
kernel_system_reset(void)
{
	memset(&launchd, 0, sizeof launchd);
}

/* They always are, here. */
void
foreign_kernel_cut_lists(void)
{
}

void
foreign_kernel_launchd(const char *name, unsigned count)
{
	launchd.name = name;
	launchd.count = count;
}

/* launch.h: the error is returned, the array is the caller's. */
int
launch_activate_socket(const char *name, int **descriptors, size_t *count)
{
	if (!launchd.name)
		return ESRCH;
	if (strcmp(launchd.name, name) != 0)
		return ENOENT;
	if (launchd.is_activated)
		return EALREADY;
	*descriptors = malloc(launchd.count * sizeof **descriptors);
	if (!*descriptors)
		return ENOMEM;
	launchd.is_activated = true;
	for (*count = 0; *count < launchd.count; ++*count)
		(*descriptors)[*count] = kernel_open_file(&(struct kernel_file) {
			.family = AF_INET, .type = SOCK_STREAM, .is_listening = true });
	return 0;
}
