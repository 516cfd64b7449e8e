/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD's own behaviour, as 13.0's network code was seen to have it when it was run
 * and asked, and 13.1 as a whole.  The numbers are the headers'.
 */
#include "kernel.h"

#include <sys/param.h>

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/module.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/un.h>
#include <sys/user.h>
#include <unistd.h>

#if __has_include(<netlink/netlink.h>)
#include <netlink/netlink.h>
#endif

#include "foreign.h"

/* Flags read back as their bit, and fast open as the sign. */
const struct kernel_option kernel_options[] = {
	{ KERNEL_OPTION(SOL_SOCKET, SO_REUSEADDR), .reads = 0x4 },
	{ KERNEL_OPTION(SOL_SOCKET, SO_REUSEPORT), .reads = 0x200 },
	{ KERNEL_OPTION(SOL_SOCKET, SO_REUSEPORT_LB), .reads = 0x10000 },
	{ KERNEL_OPTION(SOL_SOCKET, SO_KEEPALIVE), .reads = 0x8 },
	{ KERNEL_OPTION(SOL_SOCKET, SO_ACCEPTFILTER) },
	{ KERNEL_OPTION(IPPROTO_IP, IP_BINDANY), .reads = 1 },
	{ KERNEL_OPTION(IPPROTO_IPV6, IPV6_BINDANY), .reads = 1, .exact = true },
	{ KERNEL_OPTION(IPPROTO_IPV6, IPV6_V6ONLY), .reads = 1, .exact = true },
	/* Its number at the other family's level is another option's, and goes
	 * through. */
	{ KERNEL_OPTION(IPPROTO_IPV6, IP_BINDANY), .reads = 1 },
	{ KERNEL_OPTION(IPPROTO_TCP, TCP_FASTOPEN), .reads = INT_MIN },
	{ KERNEL_OPTION(SOL_LOCAL, LOCAL_CREDS_PERSISTENT), .reads = 1, .is_local = true },
};
const size_t kernel_option_count = sizeof kernel_options / sizeof *kernel_options;
const int kernel_balance_option = SO_REUSEPORT_LB;

const struct kernel_sysctl kernel_sysctls[] = {
	{ "kern.ipc.soacceptqueue", 128 }, { "kern.ipc.somaxconn", 128 },
	{ "net.inet6.ip6.v6only", 1 }, { "net.inet.ip.portrange.first", 10000 },
	{ "net.inet.ip.portrange.last", 65535 }, { "net.inet.ip.portrange.reservedlow", 0 },
	{ "net.inet.ip.portrange.reservedhigh", 1023 }, { "security.jail.jailed", 0 },
	{ "security.jail.vnet", 0 }, { "security.bsd.suser_enabled", 1 },
	{ "kern.osreldate", 1301000 }, { "kern.ipc.maxsockbuf", 2097152 },
	{ "net.inet.tcp.fastopen.server_enable", 0 }, { "net.inet.tcp.fastopen.client_enable", 1 },
	{ "net.inet.tcp.syncookies", 1 }, { "net.inet.tcp.syncache.rst_on_sock_fail", 1 },
	{ "net.inet.tcp.syncache.cachelimit", 15360 }, /* 512 buckets of 30 */
};
const size_t kernel_sysctl_count = sizeof kernel_sysctls / sizeof *kernel_sysctls;
const char *const kernel_long_sysctl = "kern.ipc.maxsockbuf";

const char kernel_interface[] = "em0";

/* netinet6/scope6.c, sa6_embedscope; tried on 13.0. */
const int kernel_unknown_zone_error = ENXIO;

int
kernel_socket_type(struct kernel_file *socket, int type)
{
	socket->is_nonblocking = type & SOCK_NONBLOCK;
	socket->is_close_on_exec = type & SOCK_CLOEXEC;
	type &= ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
	return type >= SOCK_STREAM && type <= SOCK_SEQPACKET ? type : -1;
}

/* netlink(4): two of Linux's protocols, from a module.  Headers before 13.2 do not
 * know them. */
enum { NETLINK_FAMILY = 38, NETLINK_ROUTES = 0, NETLINK_GENERICS = 16 };

int
kernel_check_socket(int family, int type, int protocol)
{
	if (family != NETLINK_FAMILY)
		return type == SOCK_RAW ? EPROTOTYPE : 0;
	if (!kernel_has_module("netlink"))
		return EAFNOSUPPORT;
	if (type != SOCK_RAW && type != SOCK_DGRAM)
		return EPROTOTYPE;
	return protocol == NETLINK_ROUTES || protocol == NETLINK_GENERICS ? 0 : EPROTONOSUPPORT;
}

/* Length, family, padding, number and groups: netlink/netlink_domain.c, nl_bind. */
int
kernel_bind_special(struct kernel_file *socket, const struct sockaddr *address, socklen_t length)
{
	struct {
		uint8_t length, family;
		uint16_t padding;
		uint32_t number, groups;
	} netlink;

	if (socket->family != NETLINK_FAMILY || length != sizeof netlink)
		return EINVAL;
	memcpy(&netlink, address, sizeof netlink);
	kernel_say("bind netlink ");
	kernel_say_number(netlink.number);
	kernel_say(" groups ");
	kernel_say_number(netlink.groups);
	kernel_say(netlink.padding ? " padded\n" : "\n");
	return 0;
}

/* ---- jails ---- */

static struct {
	bool is_jailed, has_stack, has_addresses, binds_reserved;
} jail;

void
foreign_kernel_jail(const char *addresses, int binds_reserved)
{
	jail.is_jailed = true;
	jail.has_stack = strcmp(addresses, "vnet") == 0;
	jail.has_addresses = !jail.has_stack && strcmp(addresses, "inherit") != 0;
	jail.binds_reserved = binds_reserved;
	foreign_kernel_set("security.jail.jailed", 1);
	foreign_kernel_set("security.jail.vnet", jail.has_stack);
	if (jail.has_addresses)
		kernel_set_addresses(addresses);
}

/* prison_local_ip4 and prison_local_ip6; seen on 13.1. */
void
kernel_replace_address(const struct kernel_file *socket, struct sockaddr_storage *address)
{
	const struct sockaddr *asked = (const struct sockaddr *)address;
	struct sockaddr_storage first;
	int v6only = 1;
	bool replaced;
	size_t count;

	if (!jail.has_addresses || (asked->sa_family != AF_INET && asked->sa_family != AF_INET6)
	    || !kernel_first_address(asked->sa_family, &first, &count))
		return;
	for (size_t i = 0; i < kernel_option_count; i++)
		if (kernel_options[i].level == IPPROTO_IPV6 && kernel_options[i].name == IPV6_V6ONLY)
			v6only = socket->values[i];
	replaced = kernel_is_wildcard(asked)
	    ? count == 1 && (asked->sa_family == AF_INET || v6only)
	    : kernel_is_loopback(asked) && !kernel_has_address(asked);
	if (!replaced)
		return;
	/* Both begin with length, family and port. */
	memcpy((char *)&first + offsetof(struct sockaddr_in, sin_port),
	    (const char *)address + offsetof(struct sockaddr_in, sin_port), sizeof(in_port_t));
	*address = first;
}

/* ufs_chmod, for users; seen on 13.1. */
int
kernel_check_mode(mode_t mode)
{
	return (mode & S_ISVTX) && !kernel_is_root() ? EFTYPE : 0;
}

/* Beyond 8/9 of it, without the mbufs' heads; seen on 13.1. */
int
kernel_largest_buffer(void)
{
	int most = 0;

	kernel_sysctl_value("kern.ipc.maxsockbuf", &most);
	return (int)((long)most * 2048 / (256 + 2048));
}

void
foreign_kernel_set_filter(int descriptor, const char *name)
{
	struct kernel_file *socket = kernel_socket_at(descriptor);

	if (!socket || strlen(name) >= sizeof socket->filter)
		kernel_trap("a filter that does not fit");
	memcpy(socket->filter, name, strlen(name) + 1);
}

/* The name comes first, so that a missing module is told before all else. */
static int
set_filter(struct kernel_file *socket, const void *data, socklen_t size)
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
check_fast_open(const struct kernel_file *socket, int value)
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
kernel_set_special(struct kernel_file *socket, int level, int name, const void *data,
    socklen_t size, bool *done)
{
	int value = 0;

	if (level == SOL_SOCKET && name == SO_ACCEPTFILTER) {
		*done = true;
		return set_filter(socket, data, size);
	}
	if (size >= sizeof value)
		memcpy(&value, data, sizeof value);
	/* Even to be cleared. */
	if (((level == IPPROTO_IP && name == IP_BINDANY)
	        || (level == IPPROTO_IPV6 && name == IPV6_BINDANY))
	    && (!kernel_is_root() || (jail.is_jailed && !jail.has_stack)))
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
get_filter(const struct kernel_file *socket, void *data, socklen_t *size)
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
kernel_get_special(const struct kernel_file *socket, int level, int name, void *data,
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
	return port > 0 && port < 1024
	    && (!kernel_is_root() || (jail.is_jailed && !jail.binds_reserved));
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

/* ---- the process, by sysctl(3) ---- */

/* kern/kern_proc.c, sysctl_kern_proc_pathname: nothing, and no error, of a
 * process that executes no file. */
static int
give_path(char *old, size_t *size)
{
	const char *path = kernel_executable();
	size_t length = path && *path ? strlen(path) + 1 : 0;

	if (!path)
		return kernel_fail(ENOENT);
	if (length > *size)
		return kernel_fail(ENOMEM);
	memcpy(old, path, length);
	*size = length;
	return 0;
}

/* kern/kern_descrip.c, pack_kinfo: no more of the path than there is. */
static struct kinfo_file
make_record(int descriptor, int type, const char *path)
{
	struct kinfo_file record = { .kf_type = type, .kf_fd = descriptor };
	size_t size = offsetof(struct kinfo_file, kf_path) + strlen(path) + 1;

	memcpy(record.kf_path, path, strlen(path) + 1);
	record.kf_structsize = (int)roundup(size, sizeof(uint64_t));
	return record;
}

/* Where the list goes: nowhere, when only its size is asked for. */
struct list {
	char *start;
	size_t room, size;
	int error;
};

/* export_kinfo_to_sb: it was the end of the list once, now it is an error. */
static void
add_record(struct list *list, struct kinfo_file record)
{
	size_t size = (size_t)record.kf_structsize;

	if (list->error)
		return;
	if (list->start && list->room - list->size < size) {
		list->error = ENOMEM;
		return;
	}
	if (list->start)
		memcpy(list->start + list->size, &record, size);
	list->size += size;
}

static struct {
	bool cuts, garbles;
	int garbled_size;
} lists;

void
foreign_kernel_cut_lists(void)
{
	lists.cuts = true;
}

void
foreign_kernel_garble_lists(int record_size)
{
	lists.garbles = true;
	lists.garbled_size = record_size;
}

void
kernel_system_reset(void)
{
	memset(&lists, 0, sizeof lists);
	memset(&jail, 0, sizeof jail);
}

/* The last record is wrong about its own size. */
static void
garble(const struct list *list, const struct kinfo_file *last)
{
	if (lists.garbles && list->start)
		memcpy(list->start + list->size - (size_t)last->kf_structsize,
		    &lists.garbled_size, sizeof lists.garbled_size);
}

/* kern_proc_filedesc_out: first what is no descriptor. */
static int
list_files(char *old, size_t *size)
{
	struct list list = { .start = old, .room = *size };
	const struct kernel_file *file;
	struct kinfo_file record = make_record(KF_FD_TYPE_TEXT, KF_TYPE_VNODE, "/usr/bin/true");

	add_record(&list, record);
	add_record(&list, make_record(KF_FD_TYPE_CWD, KF_TYPE_VNODE, "/root"));
	add_record(&list, make_record(KF_FD_TYPE_ROOT, KF_TYPE_VNODE, "/"));
	for (int i = 0; i < KERNEL_DESCRIPTORS; i++) {
		if ((file = kernel_file_at(i)) == NULL)
			continue;
		record = make_record(i, file->path ? KF_TYPE_VNODE : KF_TYPE_SOCKET,
		    file->path ? file->path : "");
		add_record(&list, record);
	}
	garble(&list, &record);
	if (!old)
		kernel_open_late_files();
	if (list.error && !lists.cuts)
		return kernel_fail(list.error);
	*size = list.size;
	return 0;
}

int
sysctl(const int *name, u_int count, void *old, size_t *old_size, const void *new, size_t new_size)
{
	if (new || new_size || count != 4 || name[0] != CTL_KERN || name[1] != KERN_PROC)
		kernel_trap("a sysctl");
	if (kernel_fails("sysctl"))
		return -1;
	if (name[2] == KERN_PROC_PATHNAME && name[3] == -1)
		return give_path(old, old_size);
	if (name[2] == KERN_PROC_FILEDESC && name[3] == getpid())
		return list_files(old, old_size);
	return kernel_fail(ENOENT);
}

/* ---- paths by descriptor, as seen on 13.1 ---- */

/* The address is a path in the directory, and the path is as long as it says. */
int
connectat(int directory, int descriptor, const struct sockaddr *address, socklen_t length)
{
	const size_t start = offsetof(struct sockaddr_un, sun_path);
	char name[sizeof(struct sockaddr_un)] = "";

	if (kernel_fails("connectat"))
		return -1;
	memcpy(name, (const char *)address + start, length - start);
	return kernel_connect(descriptor, kernel_node_in(directory, name));
}

int
funlinkat(int directory, const char *name, int object, int flags)
{
	const struct kernel_node *named = kernel_node_in(directory, name);
	const struct kernel_file *meant = kernel_file_at(object);

	kernel_say("funlinkat ");
	if (!meant)
		return -1;
	if (!named)
		return kernel_fail(ENOENT);
	if (meant->inode != named->inode)
		return kernel_fail(EDEADLK);
	return unlinkat(directory, name, flags);
}
