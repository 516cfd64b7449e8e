/* SPDX-License-Identifier: ISC */
/* The calls that only FreeBSD has, and the structures that they fill. */
#include "calls.h"

#include <sys/param.h>

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/capsicum.h>
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
static cap_rights_t limited; /* none: all of them */

void
calls_reset_system(void)
{
	memset(&lists, 0, sizeof lists);
	runs_child = false;
	memset(&limited, 0, sizeof limited);
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

/* Of a name in the directory. */
int
bindat(int directory, int descriptor, const struct sockaddr *address, socklen_t length)
{
	calls_record("bindat", 1, &directory);
	return bind(descriptor, address, length);
}

/* Of a path in the directory. */
int
connectat(int directory, int descriptor, const struct sockaddr *address, socklen_t length)
{
	(void)directory;
	return connect(descriptor, address, length);
}

/* ---- rights of descriptors: lib/libc of FreeBSD has the first three ---- */

static cap_rights_t *
add_rights(cap_rights_t *rights, va_list list)
{
	for (uint64_t right; (right = va_arg(list, uint64_t));)
		rights->cr_rights[CAPIDXBIT(right) - 1] |= right;
	return rights;
}

cap_rights_t *
__cap_rights_init(int version, cap_rights_t *rights, ...)
{
	va_list list;

	if (version != CAP_RIGHTS_VERSION)
		calls_trap("another version of rights");
	CAP_NONE(rights);
	va_start(list, rights);
	add_rights(rights, list);
	va_end(list);
	return rights;
}

cap_rights_t *
__cap_rights_set(cap_rights_t *rights, ...)
{
	va_list list;

	va_start(list, rights);
	add_rights(rights, list);
	va_end(list);
	return rights;
}

bool
cap_rights_contains(const cap_rights_t *big, const cap_rights_t *little)
{
	return !(little->cr_rights[0] & ~big->cr_rights[0])
	    && !(little->cr_rights[1] & ~big->cr_rights[1]);
}

int
cap_rights_limit(int descriptor, const cap_rights_t *rights)
{
	int halves[4];

	(void)descriptor;
	limited = *rights;
	memcpy(halves, rights, sizeof halves);
	return calls_record("cap_rights_limit", 4, halves);
}

int
cap_ioctls_limit(int descriptor, const cap_ioctl_t *commands, size_t count)
{
	int numbers[8];

	(void)descriptor;
	for (size_t i = 0; i < count; i++)
		numbers[i] = (int)commands[i];
	return calls_record("cap_ioctls_limit", count, numbers);
}

int
__cap_rights_get(int version, int descriptor, cap_rights_t *rights)
{
	(void)version;
	(void)descriptor;
	*rights = limited;
	if (!limited.cr_rights[0])
		CAP_ALL(rights);
	return 0;
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
