/* SPDX-License-Identifier: ISC */
/*
 * The files in which a kernel shows its numbers.  What a profile lists has the
 * profile's content, in a real descriptor; what else there is below the same
 * directories on the host is not to be seen.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shim.h"

static bool
starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* The host's own numbers and sockets say nothing about the fake system. */
static bool
is_kernel_file(const char *path)
{
	return starts_with(path, "/proc/sys/") || starts_with(path, "/proc/net/")
	    || starts_with(path, "/proc/self/net/");
}

int
file_hidden(const struct world *world, const char *path)
{
	const struct world_view *view = kernel_view(world, path, true);

	if (view)
		return -view->error;
	return is_kernel_file(path) ? -ENOENT : 0;
}

/* An ordinary user's sticky bit is for directories alone: ufs_chmod of FreeBSD. */
int
file_refuses_mode(const struct world *world, const struct stat *status, mode_t mode)
{
	bool is_sticky_file = (mode & S_ISVTX) && !S_ISDIR(status->st_mode);

	return is_sticky_file && !kernel_is_privileged(world)
	    ? -world->rules[RULE_STICKY_FILE] : 0;
}

static int
file_with(const char *text, size_t length)
{
	int descriptor = (int)real_syscall(SYS_memfd_create,
	    (const long[6]) { (long)(intptr_t)"file", MFD_CLOEXEC });

	if (descriptor < 0)
		return descriptor;
	real_write(descriptor, text, length);
	real_syscall(SYS_lseek, (const long[6]) { descriptor, 0, SEEK_SET });
	return descriptor;
}

int
file_open(struct world *world, const char *path, int flags)
{
	const struct world_view *view = kernel_view(world, path, true);
	int hidden = file_hidden(world, path);
	char text[2 * WORLD_TEXT];

	if (hidden)
		return hidden;
	if (!view)
		return FILE_IS_REAL;
	if ((flags & O_ACCMODE) != O_RDONLY)
		return kernel_is_privileged(world) ? -EROFS : -EACCES;
	return file_with(text, kernel_view_text(world, view, text, sizeof text));
}
