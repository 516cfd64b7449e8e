/* SPDX-License-Identifier: ISC */
/* The calls that only FreeBSD has, and the structures that they fill. */
#include "calls.h"

#include <sys/param.h>

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/module.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/user.h>
#include <unistd.h>

#include "foreign.h"

static struct {
	bool truncates, garbles;
	int garbled_size;
} lists;
static bool runs_child;

void
calls_reset_system(void)
{
	memset(&lists, 0, sizeof lists);
	runs_child = false;
}

void
foreign_truncate_lists(void)
{
	lists.truncates = true;
}

void
foreign_garble_lists(int record_size)
{
	lists.garbles = true;
	lists.garbled_size = record_size;
}

void
foreign_set_filter(const char *name)
{
	struct accept_filter_arg filter = { .af_name = "" };

	memcpy(filter.af_name, name, strlen(name));
	foreign_set_option(SOL_SOCKET, SO_ACCEPTFILTER, &filter, sizeof filter);
}

/* Of Darwin. */
void
foreign_set_queue(int listens, int limit, int length, int incomplete)
{
	(void)listens;
	(void)limit;
	(void)length;
	(void)incomplete;
	calls_trap("foreign_set_queue");
}

int
sysctlbyname(const char *name, void *old, size_t *old_size, const void *new, size_t new_size)
{
	(void)new;
	(void)new_size;
	return calls_read_sysctl(name, old, old_size);
}

/* kern/kern_proc.c, sysctl_kern_proc_pathname: nothing, and no error, of a process that
 * executes no file. */
static int
give_path(char *old, size_t *size)
{
	const char *path = calls_executable();
	size_t length = path && *path ? strlen(path) + 1 : 0;

	if (!path)
		return calls_fail(ENOENT);
	if (length > *size)
		return calls_fail(ENOMEM);
	memcpy(old, path, length);
	*size = length;
	return 0;
}

/* kern/kern_descrip.c, pack_kinfo: no more of the path than there is. */
static struct kinfo_file
make_record(int descriptor, size_t path_length)
{
	struct kinfo_file record = { .kf_type = KF_TYPE_VNODE, .kf_fd = descriptor };
	size_t size = offsetof(struct kinfo_file, kf_path) + path_length + 1;

	memset(record.kf_path, 'p', path_length);
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

/* kern_proc_filedesc_out: first what is no descriptor. */
static int
list_descriptors(char *old, size_t *size)
{
	static const int others[] = { KF_FD_TYPE_TEXT, KF_FD_TYPE_CWD, KF_FD_TYPE_ROOT };
	struct list list = { .start = old, .room = *size };
	const struct calls_descriptor *open = NULL;
	struct kinfo_file record = { 0 };

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		add_record(&list, make_record(others[i], strlen("/root")));
	while ((open = calls_next_descriptor(open)) != NULL)
		add_record(&list, record = make_record(open->number, open->path_length));
	if (lists.garbles && old)
		memcpy(old + list.size - (size_t)record.kf_structsize, &lists.garbled_size,
		    sizeof lists.garbled_size);
	if (!old)
		calls_open_late_descriptors();
	if (list.error && !lists.truncates)
		return calls_fail(list.error);
	*size = list.size;
	return 0;
}

int
sysctl(const int *name, u_int count, void *old, size_t *old_size, const void *new, size_t new_size)
{
	if (new || new_size || count != 4 || name[0] != CTL_KERN || name[1] != KERN_PROC)
		calls_trap("a sysctl");
	if (calls_fails("list"))
		return -1;
	if (name[2] == KERN_PROC_PATHNAME && name[3] == -1)
		return give_path(old, old_size);
	if (name[2] == KERN_PROC_FILEDESC && name[3] == getpid())
		return list_descriptors(old, old_size);
	return calls_fail(ENOENT);
}

/* Of a path in the directory. */
int
connectat(int directory, int descriptor, const struct sockaddr *address, socklen_t length)
{
	(void)directory;
	return connect(descriptor, address, length);
}

/* ---- serving ---- */

void
foreign_run_child(void)
{
	runs_child = true;
}

int
accept4(int listener, struct sockaddr *restrict address, socklen_t *restrict length, int flags)
{
	(void)listener;
	calls_record("accept4", 1, &flags);
	return calls_accept(address, length);
}

/* Of the child, then of its parent: vfork(2). */
pid_t
vfork(void)
{
	calls_record("vfork", 0, NULL);
	if (calls_fails("vfork"))
		return -1;
	return runs_child ? 0 : 4712;
}

_Noreturn void
_exit(int status)
{
	calls_record("_exit", 1, &status);
	__builtin_longjmp(calls_parent, 1);
}
