/* SPDX-License-Identifier: ISC */
/* The calls that only Darwin has, and the structures that they fill. */
#include "calls.h"

#include <errno.h>
#include <launch.h>
#include <libproc.h>
#include <mach-o/dyld.h>
#include <stdlib.h>
#include <string.h>
#include <sys/proc_info.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <unistd.h>

#include "foreign.h"

static struct socket_fdinfo queue;

void
calls_reset_system(void)
{
	memset(&queue, 0, sizeof queue);
}

/* bsd/kern/socket_info.c, fill_common_sockinfo: the length counts both. */
void
foreign_set_queue(int listens, int limit, int length, int incomplete)
{
	queue.psi.soi_options = listens ? SO_ACCEPTCONN : 0;
	queue.psi.soi_qlimit = (short)limit;
	queue.psi.soi_qlen = (short)(length + incomplete);
	queue.psi.soi_incqlen = (short)incomplete;
}

/* They always are, here. */
void
foreign_truncate_lists(void)
{
}

/* Of FreeBSD. */
void
foreign_garble_lists(int record_size)
{
	(void)record_size;
	calls_trap("foreign_garble_lists");
}

void
foreign_set_filter(const char *name)
{
	calls_trap(name);
}

int
sysctlbyname(const char *name, void *old, size_t *old_size, void *new, size_t new_size)
{
	(void)new;
	(void)new_size;
	return calls_read_sysctl(name, old, old_size);
}

int
proc_pidfdinfo(int process, int descriptor, int flavor, void *buffer, int size)
{
	(void)descriptor;
	if (process != getpid() || flavor != PROC_PIDFDSOCKETINFO || size < (int)sizeof queue)
		return 0;
	memcpy(buffer, &queue, sizeof queue);
	return sizeof queue;
}

/* bsd/kern/proc_info.c, proc_pidfdlist: a little more is asked for than there are places in
 * the table, and what does not fit is left out.  libproc's own part makes 0 of a failure. */
int
proc_pidinfo(int process, int flavor, uint64_t argument, void *buffer, int size)
{
	const struct calls_descriptor *open = NULL;
	struct proc_fdinfo *list = buffer;
	int count = 0;

	if (process != getpid() || flavor != PROC_PIDLISTFDS || argument)
		calls_trap("a question of proc_pidinfo");
	if (calls_fails("list"))
		return 0;
	while ((open = calls_next_descriptor(open)) != NULL) {
		if (list && count == size / (int)sizeof *list)
			break;
		if (list)
			list[count] = (struct proc_fdinfo) { .proc_fd = open->number,
				.proc_fdtype = PROX_FDTYPE_VNODE };
		count++;
	}
	if (!list)
		calls_open_late_descriptors();
	return (count + (list ? 0 : 20)) * (int)sizeof *list;
}

/* dyld(3): the path as it was executed. */
int
_NSGetExecutablePath(char *buffer, uint32_t *size)
{
	const char *path = calls_executable();
	uint32_t length = path ? (uint32_t)strlen(path) + 1 : 0;

	if (length > *size) {
		*size = length;
		return -1;
	}
	memcpy(buffer, path, length);
	return 0;
}

/* launch.h: the error is returned. */
int
launch_activate_socket(const char *name, int **descriptors, size_t *count)
{
	if (strcmp(name, "Listeners") != 0)
		return ENOENT;
	*descriptors = malloc(2 * sizeof **descriptors);
	*count = 2;
	return *descriptors ? 0 : ENOMEM;
}
