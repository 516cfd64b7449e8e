/* SPDX-License-Identifier: ISC */
/* Calls that only BSD kernels have; the overlays' headers declare them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../overlay/darwin/libproc.h"
#include "../overlay/darwin/sys/proc_info.h"
#include "../overlay/freebsd/sys/capsicum.h"
#include "../overlay/freebsd/sys/sysctl.h"
#include "../overlay/freebsd/sys/user.h"
#include "names.h"
#include "shim.h"

int
fake_sysctlbyname(const char *name, void *old_value, size_t *old_size, const void *new_value,
    size_t new_size)
{
	struct record record;

	record_begin(&record, CALL_sysctlbyname);
	record_text(&record, name);
	return (int)record_end(&record, record.struck ? -record.error
	    : new_value || new_size ? -EPERM : kernel_sysctl(record.world, name, old_value, old_size));
}

static bool
is_own(int process)
{
	return process == -1 || process == getpid();
}

/* A path with its null byte, as sysctl(3) and libproc hand it out. */
static int
own_path(const struct world *world, void *buffer, size_t *size)
{
	size_t length = strlen(world->target) + 1;

	if (buffer && *size < length)
		return -ENOMEM;
	if (buffer)
		memcpy(buffer, world->target, length);
	*size = length;
	return 0;
}

/* The records of KERN_PROC_FILEDESC: one for each open descriptor. */
static int
list_descriptors(void *buffer, size_t *size)
{
	struct kinfo_file *records = buffer;
	size_t count = 0, room = *size / sizeof *records;

	for (int descriptor = 0; descriptor < DESCRIPTORS; descriptor++) {
		if (!descriptor_is_open(descriptor))
			continue;
		if (buffer && count == room)
			return -ENOMEM;
		if (buffer)
			records[count] = (struct kinfo_file) { .kf_structsize = sizeof *records,
				.kf_fd = descriptor };
		count++;
	}
	*size = count * sizeof *records;
	return 0;
}

static int
process_sysctl(const struct world *world, const int *name, unsigned count, void *value,
    size_t *size)
{
	if (world->system != WORLD_FREEBSD || count != 4 || name[0] != CTL_KERN
	    || name[1] != KERN_PROC || !is_own(name[3]))
		return -ENOENT;
	switch (name[2]) {
	case KERN_PROC_PATHNAME:
		return own_path(world, value, size);
	case KERN_PROC_FILEDESC:
		return list_descriptors(value, size);
	default:
		return -ENOENT;
	}
}

int
fake_sysctl(const int *name, unsigned count, void *old_value, size_t *old_size,
    const void *new_value, size_t new_size)
{
	struct record record;

	(void)new_value;
	(void)new_size;
	record_begin(&record, CALL_sysctl);
	for (unsigned i = 0; i < count; i++)
		record_number(&record, name[i]);
	return (int)record_end(&record, record.struck ? -record.error
	    : process_sysctl(record.world, name, count, old_value, old_size));
}

/* An accept filter "dataready" comes with a module "accf_data": accf_data(9).  Netlink
 * is one by that name: netlink/netlink_module.c. */
static int
find_module(const struct world *world, const char *name)
{
	static const char prefix[] = "accf_";
	const char *short_name = name + sizeof prefix - 1;

	if (strcmp(name, "netlink") == 0)
		return world->netlink_count ? 1 : -ENOENT;
	if (strncmp(name, prefix, sizeof prefix - 1) != 0)
		return -ENOENT;
	for (uint32_t i = 0; i < world->filter_count; i++)
		if (strncmp(world->filters[i], short_name, strlen(short_name)) == 0)
			return (int)i + 1;
	return -ENOENT;
}

int
fake_modfind(const char *name)
{
	struct record record;

	record_begin(&record, CALL_modfind);
	record_text(&record, name);
	return (int)record_end(&record, record.struck ? -record.error
	    : find_module(record.world, name));
}

/* ---- rights of descriptors ---- */

static void
record_rights(struct record *record, const struct cap_rights *rights)
{
#define RIGHT(name) { #name, name }
	static const struct {
		const char *name;
		uint64_t right;
	} names[] = {
		RIGHT(CAP_ACCEPT), RIGHT(CAP_CONNECT), RIGHT(CAP_EVENT), RIGHT(CAP_FCNTL),
		RIGHT(CAP_FSTAT), RIGHT(CAP_GETPEERNAME), RIGHT(CAP_GETSOCKNAME),
		RIGHT(CAP_GETSOCKOPT), RIGHT(CAP_IOCTL), RIGHT(CAP_LISTEN), RIGHT(CAP_READ),
		RIGHT(CAP_SETSOCKOPT), RIGHT(CAP_SHUTDOWN), RIGHT(CAP_WRITE),
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct cap_rights one;
		cap_rights_init(&one, names[i].right);
		if (cap_rights_contains(rights, &one))
			record_word(record, names[i].name);
	}
}

/* No right comes back: cap_rights_limit(2). */
static int
limit_rights(struct world *world, int descriptor, const struct cap_rights *rights)
{
	struct world_socket *socket = descriptor_socket(world, descriptor);
	struct cap_rights present;

	if (world->system != WORLD_FREEBSD)
		return -ENOSYS;
	if (!socket)
		return -EBADF;
	memcpy(&present, socket->rights, sizeof present);
	if (socket->is_limited && !cap_rights_contains(&present, rights))
		return -SHIM_ENOTCAPABLE;
	socket->is_limited = true;
	memcpy(socket->rights, rights, sizeof socket->rights);
	return 0;
}

int
fake_cap_rights_limit(int descriptor, const struct cap_rights *rights)
{
	struct record record;

	record_begin(&record, CALL_cap_rights_limit);
	record_number(&record, descriptor);
	record_rights(&record, rights);
	return (int)record_end(&record, record.struck ? -record.error
	    : limit_rights(record.world, descriptor, rights));
}

static int
get_rights(struct world *world, int descriptor, struct cap_rights *rights)
{
	const struct world_socket *socket = descriptor_socket(world, descriptor);

	if (!socket)
		return -EBADF;
	memset(rights, 0xff, sizeof *rights);
	if (socket->is_limited)
		memcpy(rights, socket->rights, sizeof *rights);
	return 0;
}

int
fake___cap_rights_get(int version, int descriptor, struct cap_rights *rights)
{
	struct record record;

	(void)version;
	record_begin(&record, CALL___cap_rights_get);
	record_number(&record, descriptor);
	return (int)record_end(&record, record.struck ? -record.error
	    : get_rights(record.world, descriptor, rights));
}

int
fake_cap_ioctls_limit(int descriptor, const unsigned long *commands, size_t count)
{
	static const struct record_name names[] = { { FIONREAD, "FIONREAD" },
		{ FIONBIO, "FIONBIO" }, { FIOCLEX, "FIOCLEX" }, { FIONCLEX, "FIONCLEX" }, { 0, NULL } };
	struct record record;

	record_begin(&record, CALL_cap_ioctls_limit);
	record_number(&record, descriptor);
	for (size_t i = 0; i < count; i++)
		record_named(&record, names, (long)commands[i]);
	return (int)record_end(&record, record.struck ? -record.error
	    : record.world->system != WORLD_FREEBSD ? -ENOSYS : 0);
}

/* ---- Darwin's libproc: a failure is 0, with errno ---- */

static int
end_proc(struct record *record, int result)
{
	record_end(record, result);
	if (result >= 0)
		return result;
	errno = -result;
	return 0;
}

static int
socket_info(struct world *world, int process, int descriptor, int flavor, void *buffer, int size)
{
	struct socket_fdinfo info;
	const struct world_socket *socket = descriptor_socket(world, descriptor);

	if (world->system != WORLD_DARWIN)
		return -ENOSYS;
	if (!is_own(process))
		return -EPERM;
	if (!socket || flavor != PROC_PIDFDSOCKETINFO)
		return -EBADF;
	if (size < (int)sizeof info)
		return -ENOMEM;
	memset(&info, 0, sizeof info);
	info.psi.soi_type = socket->type;
	info.psi.soi_protocol = socket->protocol;
	info.psi.soi_family = socket->family;
	info.psi.soi_options = (short)(socket->listening ? SO_ACCEPTCONN : 0);
	info.psi.soi_qlimit = (short)socket->limit;
	memcpy(buffer, &info, sizeof info);
	return sizeof info;
}

int
fake_proc_pidfdinfo(int process, int descriptor, int flavor, void *buffer, int size)
{
	struct record record;

	record_begin(&record, CALL_proc_pidfdinfo);
	record_number(&record, descriptor);
	record_number(&record, flavor);
	return end_proc(&record, record.struck ? -record.error
	    : socket_info(record.world, process, descriptor, flavor, buffer, size));
}

/* Room is asked for 20 more than there are: xnu, bsd/kern/proc_info.c. */
static int
list_for_libproc(const struct world *world, int process, int flavor, struct proc_fdinfo *list,
    int size)
{
	int count = 0, room = size / (int)sizeof *list;

	if (world->system != WORLD_DARWIN || !is_own(process) || flavor != PROC_PIDLISTFDS)
		return -EINVAL;
	for (int descriptor = 0; descriptor < DESCRIPTORS; descriptor++) {
		if (!descriptor_is_open(descriptor) || (list && count == room))
			continue;
		if (list)
			list[count] = (struct proc_fdinfo) { descriptor, 0 };
		count++;
	}
	return (count + (list ? 0 : 20)) * (int)sizeof *list;
}

int
fake_proc_pidinfo(int process, int flavor, uint64_t argument, void *buffer, int size)
{
	struct record record;

	(void)argument;
	record_begin(&record, CALL_proc_pidinfo);
	record_number(&record, flavor);
	return end_proc(&record, record.struck ? -record.error
	    : list_for_libproc(record.world, process, flavor, buffer, size));
}

int
fake__NSGetExecutablePath(char *path, uint32_t *size)
{
	struct record record;
	size_t length = *size;
	int status;

	record_begin(&record, CALL__NSGetExecutablePath);
	status = record.struck ? -record.error : own_path(record.world, path, &length);
	record_end(&record, status);
	*size = (uint32_t)length;
	return status == 0 ? 0 : -1;
}

/* Every socket that launchd keeps under that name; the caller frees the array. */
static int
activate(struct world *world, const char *name, int **descriptors, size_t *count)
{
	int *list = calloc(WORLD_SOCKETS, sizeof *list);

	*count = 0;
	*descriptors = list;
	for (uint32_t i = 0; list && i < world->socket_count; i++) {
		struct world_socket *socket = &world->sockets[i];
		if (socket->used && strcmp(socket->launchd, name) == 0)
			list[(*count)++] = descriptor_stand_in(socket, 0);
	}
	if (*count)
		return 0;
	free(list);
	return list ? ENOENT : ENOMEM;
}

static bool
is_launchd_job(const struct world *world)
{
	for (uint32_t i = 0; i < world->socket_count; i++)
		if (world->sockets[i].used && world->sockets[i].launchd[0])
			return true;
	return false;
}

int
fake_launch_activate_socket(const char *name, int **descriptors, size_t *count)
{
	struct record record;
	int error;

	record_begin(&record, CALL_launch_activate_socket);
	record_text(&record, name);
	error = record.struck ? record.error : !is_launchd_job(record.world) ? ESRCH
	    : activate(record.world, name, descriptors, count);
	record_end(&record, -error);
	return error;
}

int
fake_issetugid(void)
{
	struct record record;

	/* It cannot fail: a script that has it fail says that it is. */
	record_begin(&record, CALL_issetugid);
	return (int)record_end(&record, record.struck);
}
