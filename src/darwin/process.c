/* SPDX-License-Identifier: ISC */
/*
 * Darwin: what this process can know about itself.
 *
 * - The executable's path is the one that was executed, perhaps relative to
 *   where the process started: dyld(3).  Nothing here changes the directory.
 * - There is no /proc; proc_pidinfo() lists one's own descriptors: libproc.h.  It
 *   asks for room for 20 more than there are places in the table now; what does
 *   not fit is left out without a word: xnu, bsd/kern/proc_info.c, proc_pidfdlist.
 * - The soft limit says nothing about descriptors opened before it was lowered.
 */
#include <sys/types.h>

#include <launch.h>
#include <libproc.h>
#include <limits.h>
#include <mach-o/dyld.h>
#include <stdlib.h>
#include <sys/proc_info.h>
#include <sys/socket.h>
#include <unistd.h>

#include "own_process.h"

bool
backend_own_path(char path[PATH_MAX])
{
	uint32_t size = PATH_MAX;

	return _NSGetExecutablePath(path, &size) == 0;
}

static int
highest_of(const struct proc_fdinfo *descriptors, size_t count)
{
	int highest = -1;

	for (size_t i = 0; i < count; i++)
		if (descriptors[i].proc_fd > highest)
			highest = descriptors[i].proc_fd;
	return highest;
}

int
backend_highest_descriptor(void)
{
	int limit = getdtablesize() - 1, highest = -1;
	int room = proc_pidinfo(getpid(), PROC_PIDLISTFDS, 0, NULL, 0), size = 0;
	struct proc_fdinfo *descriptors = room > 0 ? malloc((size_t)room) : NULL;
	bool is_whole;

	if (descriptors)
		size = proc_pidinfo(getpid(), PROC_PIDLISTFDS, 0, descriptors, room);
	if (size > 0)
		highest = highest_of(descriptors, (size_t)size / sizeof *descriptors);
	free(descriptors);
	is_whole = size > 0 && room - size >= (int)sizeof *descriptors;
	return is_whole || highest > limit ? highest : limit;
}

int
backend_launchd_sockets(const char *name, int **descriptors, size_t *count)
{
	return launch_activate_socket(name, descriptors, count);
}
