/* SPDX-License-Identifier: ISC */
/*
 * The kernel lists the descriptors of this process, and tells a handle of each socket:
 * proc_pidinfo(), libproc.h.  No malloc(3): bind(2) is async-signal-safe.
 */
#include <sys/types.h>

#include "adopt.h"

#include <libproc.h>
#include <sys/mman.h>
#include <unistd.h>

uintptr_t
socket_identity(int descriptor)
{
	struct socket_fdinfo socket;

	return proc_pidfdinfo(getpid(), descriptor, PROC_PIDFDSOCKETINFO, &socket,
	               (int)sizeof socket) == (int)sizeof socket
	    ? (uintptr_t)socket.psi.soi_so : 0;
}

static int
find_in(const struct proc_fdinfo *list, size_t size, int descriptor, int found[DUPLICATES_MAX])
{
	uintptr_t identity = socket_identity(descriptor);
	int count = 0;

	for (size_t i = 0; identity && count < DUPLICATES_MAX && i < size; i++)
		if (list[i].proc_fdtype == PROX_FDTYPE_SOCKET && list[i].proc_fd != descriptor
		    && socket_identity(list[i].proc_fd) == identity)
			found[count++] = list[i].proc_fd;
	return count;
}

int
duplicates_find(int descriptor, int found[DUPLICATES_MAX])
{
	/* With room for 20 more than there are now: xnu, bsd/kern/proc_info.c. */
	int room = proc_pidinfo(getpid(), PROC_PIDLISTFDS, 0, NULL, 0), size, count = 0;
	struct proc_fdinfo *list = room <= 0 ? MAP_FAILED
	    : mmap(NULL, (size_t)room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);

	if (list == MAP_FAILED)
		return 0;
	size = proc_pidinfo(getpid(), PROC_PIDLISTFDS, 0, list, room);
	if (size > 0)
		count = find_in(list, (size_t)size / sizeof *list, descriptor, found);
	munmap(list, (size_t)room);
	return count;
}
