/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD and Darwin: what stands at a path.
 *
 * - FreeBSD has descriptors of objects (O_PATH, AT_EMPTY_PATH) since 13.1; before,
 *   and on Darwin, the name is all there is, and no link at it is followed.
 * - Of a socket's descriptor fstat(2) tells another inode than the path has, and no
 *   call tells the path's; fchmod(2) of it fails.
 * - A datagram socket asks for the owner of a path.  To one that nobody has,
 *   connecting it is ECONNREFUSED, to one bound by a socket of another type
 *   EPROTOTYPE, whether that listens or not and however full its queue is; another
 *   datagram socket it is connected to, which that one does not notice:
 *   kern/uipc_usrreq.c of both, unp_connect.
 */
#include "paths.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "close.h"
#include "path_place.h"

#ifdef O_SEARCH
const int path_directory_flags = O_SEARCH | O_DIRECTORY | O_CLOEXEC;
#else
const int path_directory_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
#endif

const bool path_mode_is_of_socket = false;

#if defined O_PATH && defined AT_EMPTY_PATH
int
path_entry_find(struct path_entry *entry)
{
	return path_entry_open(entry, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

int
path_entry_chown(const struct path_entry *entry, uid_t user, gid_t group)
{
	return fchownat(entry->object, "", user, group, AT_EMPTY_PATH);
}

int
path_entry_chmod(const struct path_entry *entry, mode_t mode)
{
	return fchmodat(entry->object, "", mode, AT_EMPTY_PATH);
}
#else
int
path_entry_find(struct path_entry *entry)
{
	entry->object = -1;
	return fstatat(entry->directory, entry->name, &entry->status, AT_SYMLINK_NOFOLLOW);
}

int
path_entry_chown(const struct path_entry *entry, uid_t user, gid_t group)
{
	return fchownat(entry->directory, entry->name, user, group, AT_SYMLINK_NOFOLLOW);
}

int
path_entry_chmod(const struct path_entry *entry, mode_t mode)
{
	return fchmodat(entry->directory, entry->name, mode, AT_SYMLINK_NOFOLLOW);
}
#endif

/* ---- is it what the socket is bound to ---- */

/* The clock that file systems read is behind by a tick, at most. */
#define TICK_NANOSECONDS 20000000L

/* Some file systems keep whole seconds alone. */
static bool
is_older(const struct timespec *birth, const struct timespec *since)
{
	struct timespec first = *since;

	if (birth->tv_sec <= 0)
		return false;
	if (birth->tv_nsec == 0)
		return birth->tv_sec < since->tv_sec;
	first.tv_nsec -= TICK_NANOSECONDS;
	if (first.tv_nsec < 0) {
		first.tv_nsec += 1000000000L;
		first.tv_sec--;
	}
	return birth->tv_sec < first.tv_sec
	    || (birth->tv_sec == first.tv_sec && birth->tv_nsec < first.tv_nsec);
}

/* A stranger cannot make such a thing; one that he has moved here is older, or has
 * no owner. */
int
path_entry_is_bound(const struct path_entry *entry, const char *path, int descriptor,
    const struct timespec *since, const char **call)
{
	(void)descriptor;
	if (!S_ISSOCK(entry->status.st_mode) || entry->status.st_uid != geteuid()
	    || entry->status.st_nlink != 1 || is_older(&entry->status.st_birthtimespec, since))
		return 0;
	errno = path_entry_ask_owner(entry, path, call);
	return errno == 0 ? 1 : errno == ECONNREFUSED ? 0 : -1;
}

void
path_clock(struct timespec *now)
{
	if (clock_gettime(CLOCK_REALTIME, now) != 0)
		*now = (struct timespec) { 0 };
}

int
bsd_owner_answer(int error)
{
	return error == EPROTOTYPE ? 0 : error;
}

/* ---- FIFOs ---- */

/* Fails with EEXIST if DESCRIPTOR is another object. */
static int
check_opened(const struct path_entry *entry, int descriptor)
{
	struct stat status;

	if (fstat(descriptor, &status) != 0)
		return -1;
	if (path_is_same(&status, &entry->status))
		return 0;
	errno = EEXIST;
	return -1;
}

static int
block_again(int descriptor)
{
	int status = fcntl(descriptor, F_GETFL);

	return status < 0 ? -1 : fcntl(descriptor, F_SETFL, status & ~O_NONBLOCK);
}

/* Something else may be opened, without waiting for anything, and is closed again. */
static int
open_by_name(const struct path_entry *entry, int flags)
{
	int descriptor = openat(entry->directory, entry->name, flags | O_NOFOLLOW | O_NONBLOCK);

	if (descriptor < 0)
		return -1;
	if (check_opened(entry, descriptor) == 0
	    && (flags & O_NONBLOCK || block_again(descriptor) == 0))
		return descriptor;
	close_keeping_errno(descriptor);
	return -1;
}

/* By the object where the kernel can: O_EMPTY_PATH of FreeBSD. */
int
path_entry_open_fifo(const struct path_entry *entry, int flags)
{
#ifdef O_EMPTY_PATH
	int descriptor = openat(entry->object, "", flags | O_EMPTY_PATH);

	if (descriptor >= 0 || errno != ENOENT)
		return descriptor;
#endif
	return open_by_name(entry, flags);
}
