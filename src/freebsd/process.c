/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: what this process can know about itself.
 *
 * - /proc and a /dev/fd beyond 2 are not mounted by default: fdescfs(5).  The
 *   kernel tells the same through sysctl(3), a process's own in jails too.
 * - The executable's name is found in the name cache, and not when the file is
 *   gone or was renamed in between: then it is unknown.  There is none, and no
 *   error, of what executes no file: kern/kern_proc.c, sysctl_kern_proc_pathname.
 * - A list of descriptors is asked for twice, first its size, and can have grown
 *   in between.  What does not fit is left out without a word, or the list is
 *   ENOMEM, which changed over time: kern/kern_descrip.c, export_kinfo_to_sb.
 * - The soft limit says nothing about descriptors opened before it was lowered.
 */
#include <errno.h>
#include <sys/types.h>

#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/user.h>
#include <unistd.h>

#include "own_process.h"

bool
backend_own_path(char path[PATH_MAX])
{
	int name[] = { CTL_KERN, KERN_PROC, KERN_PROC_PATHNAME, -1 };
	size_t size = PATH_MAX;

	return sysctl(name, sizeof name / sizeof *name, path, &size, NULL, 0) == 0 && size > 0;
}

/* What begins a record, up to the last of it that is read. */
#define HEAD_SIZE (offsetof(struct kinfo_file, kf_fd) + sizeof(int))

/* Records of varying length, each of which begins with its size: sysctl(3).
 * Returns whether they make sense up to the end. */
static bool
find_highest(const char *records, size_t size, int *highest)
{
	while (size > 0) {
		const struct kinfo_file *file = (const void *)records;
		size_t step = size < HEAD_SIZE ? 0 : (size_t)file->kf_structsize;
		if (step < HEAD_SIZE || step > size)
			return false;
		/* Below 0 are the working directory and the like. */
		if (file->kf_fd > *highest)
			*highest = file->kf_fd;
		records += step;
		size -= step;
	}
	return true;
}

/* Records that may come while the list is read. */
#define ROOM_TO_GROW (8 * sizeof(struct kinfo_file))

int
backend_highest_descriptor(void)
{
	int name[] = { CTL_KERN, KERN_PROC, KERN_PROC_FILEDESC, getpid() };
	const u_int length = sizeof name / sizeof *name;
	int limit = getdtablesize() - 1, highest = -1;
	char *records = NULL;
	size_t room = 0, size;
	bool is_whole = false;

	if (sysctl(name, length, NULL, &room, NULL, 0) == 0)
		records = malloc(room += ROOM_TO_GROW);
	size = room;
	if (records && sysctl(name, length, records, &size, NULL, 0) == 0)
		is_whole = find_highest(records, size, &highest)
		    && room - size >= sizeof(struct kinfo_file);
	free(records);
	return is_whole || highest > limit ? highest : limit;
}

int
backend_launchd_sockets(const char *name, int **descriptors, size_t *count)
{
	(void)name;
	*descriptors = NULL;
	*count = 0;
	return ENOTSUP;
}
