/* SPDX-License-Identifier: ISC */
/* What else Darwin has and Linux lacks. */
#include <crt_externs.h>
#include <errno.h>
#include <libproc.h>
#include <mach-o/dyld.h>
#include <stdlib.h>
#include <sys/event.h>
#include <sys/stat.h>
#include <unistd.h>

int
issetugid(void)
{
	return getenv("FAKE_SETUGID") != NULL;
}

int
kevent64(int queue, const struct kevent64_s *changes, int change_count,
    struct kevent64_s *events, int event_count, unsigned flags, const struct timespec *timeout)
{
	(void)events;
	(void)event_count;
	(void)flags;
	for (int i = 0; i < change_count; i++) {
		struct kevent change = { .ident = (uintptr_t)changes[i].ident,
			.filter = changes[i].filter, .flags = changes[i].flags,
			.udata = (void *)(uintptr_t)changes[i].udata };
		if (kevent(queue, &change, 1, NULL, 0, timeout) != 0)
			return -1;
	}
	return 0;
}

char ***
_NSGetEnviron(void)
{
	return &environ;
}

int
_NSGetExecutablePath(char *path, uint32_t *size)
{
	ssize_t length = readlink("/proc/self/exe", path, *size - 1);

	if (length >= 0)
		path[length] = '\0';
	return length < 0 ? -1 : 0;
}

/* PROC_PIDLISTFDS alone: returns bytes, and without a buffer those that are needed. */
int
proc_pidinfo(int process, int flavor, uint64_t argument, void *buffer, int size)
{
	struct proc_fdinfo *list = buffer;
	size_t room = (size_t)size / sizeof *list, found = 0;
	struct stat status;

	(void)argument;
	if (process != getpid() || flavor != PROC_PIDLISTFDS)
		return 0;
	for (int descriptor = 0; descriptor < 4096; descriptor++) {
		if (fstat(descriptor, &status) != 0)
			continue;
		if (list && found < room)
			list[found] = (struct proc_fdinfo) { descriptor,
				S_ISSOCK(status.st_mode) ? PROX_FDTYPE_SOCKET : 1 };
		found += !list || found < room;
	}
	return (int)((found + (list ? 0 : 20)) * sizeof *list);
}

int
proc_pidfdinfo(int process, int descriptor, int flavor, void *buffer, int size)
{
	struct socket_fdinfo *info = buffer;
	struct stat status;

	if (process != getpid() || flavor != PROC_PIDFDSOCKETINFO || size < (int)sizeof *info
	    || fstat(descriptor, &status) != 0 || !S_ISSOCK(status.st_mode))
		return 0;
	*info = (struct socket_fdinfo) { .psi.soi_so = status.st_ino };
	return (int)sizeof *info;
}
