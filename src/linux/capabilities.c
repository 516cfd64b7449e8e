/* SPDX-License-Identifier: ISC */
#include "capabilities.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "own_process.h"
#include "proc_file.h"

static struct bindchain_fact
effective_capability(unsigned number)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (syscall(SYS_capget, &header, sets) != 0)
		return (struct bindchain_fact) { 0 };
	return (struct bindchain_fact) { true,
		(sets[0].effective >> number) & 1 };
}

struct bindchain_fact
capability_to_bind_low_ports(void)
{
	return effective_capability(CAP_NET_BIND_SERVICE);
}

bool
capabilities_lack_network(bool raw)
{
	struct bindchain_fact admin = effective_capability(CAP_NET_ADMIN);
	struct bindchain_fact packets = effective_capability(CAP_NET_RAW);

	return admin.known && !admin.value && packets.known && !(raw && packets.value);
}

bool
capabilities_lack_audit(void)
{
	struct bindchain_fact audit = effective_capability(CAP_AUDIT_READ);

	return audit.known && !audit.value;
}

bool
backend_may_chown(void)
{
	struct bindchain_fact may = effective_capability(CAP_CHOWN);

	return !may.known || may.value;
}

/* PROC_USER_INIT_INO of include/linux/proc_ns.h: the inode of the initial user namespace. */
#define INITIAL_USER_NAMESPACE 0xeffffffdU

/* capable() of net/core/sock.c, sockopt_capable: no other user namespace's counts. */
struct bindchain_fact
capability_to_exceed_buffer_limits(void)
{
	struct bindchain_fact admin = effective_capability(CAP_NET_ADMIN);
	struct stat namespace;

	if (!admin.known || !admin.value)
		return admin;
	admin.known = stat("/proc/self/ns/user", &namespace) == 0;
	admin.value = admin.known && namespace.st_ino == INITIAL_USER_NAMESPACE;
	return admin;
}

/* EPERM: an outer user namespace owns it, ioctl_ns(2). */
struct bindchain_fact
capabilities_count_for_network(void)
{
	int descriptor = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int owner, error;

	if (descriptor < 0)
		return (struct bindchain_fact) { 0 };
	owner = ioctl(descriptor, NS_GET_USERNS);
	error = errno;
	close(descriptor);
	if (owner >= 0)
		close(owner);
	return (struct bindchain_fact) { owner >= 0 || error == EPERM, owner >= 0 };
}

/* user_namespaces(7): "deny" until whoever made the namespace allows it, for good once the
 * group map was written without privilege. */
static bool
denies_setgroups(void)
{
	char allowed[8];

	return proc_file_read("/proc/self/setgroups", allowed, sizeof allowed)
	    && strcmp(allowed, "deny") == 0;
}

/* setuid(2), setgid(2), setgroups(2). */
const char *
backend_ids_refused(const char *call, int error)
{
	bool is_user = strcmp(call, "setuid") == 0;
	bool is_groups = strcmp(call, "setgid") != 0 && !is_user;
	struct bindchain_fact privilege = effective_capability(is_user ? CAP_SETUID : CAP_SETGID);

	if (error == EINVAL)
		return is_user
		    ? "the user has no number in this user namespace: /proc/self/uid_map"
		    : "the group has no number in this user namespace: /proc/self/gid_map";
	if (error != EPERM)
		return NULL;
	if (privilege.known && !privilege.value)
		return is_user ? "only root, or a process with CAP_SETUID, can take another user"
		               : "only root, or a process with CAP_SETGID, can take other groups";
	return is_groups && denies_setgroups()
	    ? "this user namespace does not allow it: /proc/self/setgroups is deny" : NULL;
}
