/* SPDX-License-Identifier: ISC */
/* The calls that only Darwin has, and the structures that they fill. */
#include "calls.h"

#include <errno.h>
#include <launch.h>
#include <libproc.h>
#include <mach-o/dyld.h>
#include <signal.h>
#include <spawn.h>
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

/* ---- serving ---- */

/* Of FreeBSD. */
void
foreign_run_child(void)
{
	calls_trap("foreign_run_child");
}

int
accept(int listener, struct sockaddr *restrict address, socklen_t *restrict length)
{
	(void)listener;
	calls_record("accept", 0, NULL);
	return calls_accept(address, length);
}

/* posix_spawn(2) and what it is told return the error. */
static int
spawn_call(const char *name)
{
	return calls_fails(name) ? EIO : 0;
}

int
posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions)
{
	*actions = NULL;
	return spawn_call("actions");
}

int
posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions)
{
	(void)actions;
	return calls_record("destroy actions", 0, NULL);
}

int
posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int from, int to)
{
	const int numbers[] = { from, to };

	(void)actions;
	calls_record("dup2", 2, numbers);
	return spawn_call("dup2");
}

int
posix_spawnattr_init(posix_spawnattr_t *attributes)
{
	*attributes = NULL;
	return spawn_call("attributes");
}

int
posix_spawnattr_destroy(posix_spawnattr_t *attributes)
{
	(void)attributes;
	return calls_record("destroy attributes", 0, NULL);
}

int
posix_spawnattr_setsigmask(posix_spawnattr_t *restrict attributes, const sigset_t *restrict mask)
{
	const int number = (int)*mask;

	(void)attributes;
	calls_record("setsigmask", 1, &number);
	return spawn_call("setsigmask");
}

int
posix_spawnattr_setflags(posix_spawnattr_t *attributes, short flags)
{
	const int number = flags;

	(void)attributes;
	calls_record("setflags", 1, &number);
	return spawn_call("setflags");
}

int
posix_spawn(pid_t *restrict pid, const char *restrict path,
    const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attributes,
    char *const argv[restrict], char *const environment[restrict])
{
	(void)actions;
	(void)attributes;
	if (!argv || environment)
		calls_trap("what posix_spawn passes");
	calls_record(path, 0, NULL);
	*pid = 4712;
	return spawn_call("posix_spawn");
}
