/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shim.h"

#define NAME(symbol) { symbol, #symbol }

/* sys/fcntl.h of each; Linux has nothing there that the tools use. */
#define FREEBSD_O_SEARCH 0x00040000
#define FREEBSD_O_EMPTY_PATH 0x02000000
#define DARWIN_O_SEARCH 0x40000000

static const struct record_name commands[] = { NAME(F_GETFD), NAME(F_SETFD), NAME(F_GETFL),
	NAME(F_SETFL), NAME(F_DUPFD), NAME(F_DUPFD_CLOEXEC), { 0, NULL } };
static const struct record_name status_flags[] = { NAME(O_RDONLY), NAME(O_WRONLY),
	NAME(O_RDWR), NAME(O_NONBLOCK), NAME(O_APPEND), NAME(O_CLOEXEC), NAME(O_CREAT),
	NAME(O_EXCL), NAME(O_DIRECTORY), NAME(O_NOFOLLOW), NAME(O_NOCTTY), NAME(O_PATH),
	{ FREEBSD_O_SEARCH, "O_SEARCH" }, { FREEBSD_O_EMPTY_PATH, "O_EMPTY_PATH" },
	{ DARWIN_O_SEARCH, "O_SEARCH" }, { 0, NULL } };
static const struct record_name descriptor_flags[] = { NAME(FD_CLOEXEC), { 0, NULL } };

/* A close that fails has closed all the same: close(2) of Linux and FreeBSD. */
static int
close_descriptor(struct world *world, int descriptor)
{
	struct world_socket *socket = descriptor_socket(world, descriptor);
	int status = real_close(descriptor);

	if (socket && status == 0)
		descriptor_closed(world, socket);
	return status;
}

int
fake_close(int descriptor)
{
	struct record record;
	int status;

	record_begin(&record, CALL_close);
	record_number(&record, descriptor);
	status = close_descriptor(record.world, descriptor);
	return (int)record_end(&record, record.struck ? -record.error : status);
}

int
fake_dup(int descriptor)
{
	struct record record;

	record_begin(&record, CALL_dup);
	record_number(&record, descriptor);
	return (int)record_end(&record, record.struck ? -record.error : real_dup(descriptor));
}

static int
replace(struct world *world, int from, int to, int flags)
{
	struct world_socket *replaced = from == to ? NULL : descriptor_socket(world, to);
	int status = flags ? real_dup3(from, to, flags) : real_dup2(from, to);

	if (replaced && status >= 0)
		descriptor_closed(world, replaced);
	return status;
}

int
fake_dup2(int from, int to)
{
	struct record record;

	record_begin(&record, CALL_dup2);
	record_number(&record, from);
	record_number(&record, to);
	return (int)record_end(&record, record.struck ? -record.error
	    : replace(record.world, from, to, 0));
}

int
fake_dup3(int from, int to, int flags)
{
	struct record record;

	record_begin(&record, CALL_dup3);
	record_number(&record, from);
	record_number(&record, to);
	record_number(&record, flags);
	return (int)record_end(&record, record.struck ? -record.error
	    : replace(record.world, from, to, flags));
}

int
fake_close_range(unsigned first, unsigned last, int flags)
{
	struct record record;

	record_begin(&record, CALL_close_range);
	record_number(&record, first);
	record_number(&record, last);
	record_number(&record, flags);
	return (int)record_end(&record, record.struck ? -record.error
	    : real_close_range(first, last, flags));
}

static void
record_fcntl_argument(struct record *record, int command, long argument)
{
	switch (command) {
	case F_SETFD:
		record_named(record, descriptor_flags, argument);
		break;
	case F_SETFL:
		record_flags(record, status_flags, O_ACCMODE, argument);
		break;
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		record_number(record, argument);
		break;
	default:
		break;
	}
}

int
fake_fcntl(int descriptor, int command, long argument)
{
	struct record record;

	record_begin(&record, CALL_fcntl);
	record_number(&record, descriptor);
	record_named(&record, commands, command);
	record_fcntl_argument(&record, command, argument);
	return (int)record_end(&record, record.struck ? -record.error
	    : real_fcntl(descriptor, command, argument));
}

int
fake_fstat(int descriptor, struct stat *status)
{
	struct record record;
	int result;

	record_begin(&record, CALL_fstat);
	record_number(&record, descriptor);
	result = record.struck ? -record.error : real_fstat(descriptor, status);
	if (result == 0)
		descriptor_fake_owner(record.world, status);
	return (int)record_end(&record, result);
}

int
fake_fstatfs(int descriptor, struct statfs *status)
{
	struct record record;

	record_begin(&record, CALL_fstatfs);
	record_number(&record, descriptor);
	return (int)record_end(&record, record.struck ? -record.error
	    : real_fstatfs(descriptor, status));
}

/* On FreeBSD and macOS no socket has a mode: facts of FreeBSD 13.1 and of xnu's
 * soo_fileops. */
static int
change_mode(struct world *world, int descriptor, mode_t mode)
{
	struct stat status;
	int refused = 0;

	if (world->system != WORLD_LINUX && descriptor_socket(world, descriptor))
		return -EINVAL;
	if (real_fstat(descriptor, &status) == 0)
		refused = file_refuses_mode(world, &status, mode);
	return refused ? refused : real_fchmod(descriptor, mode);
}

int
fake_fchmod(int descriptor, mode_t mode)
{
	struct record record;

	record_begin(&record, CALL_fchmod);
	record_number(&record, descriptor);
	record_number(&record, mode);
	return (int)record_end(&record, record.struck ? -record.error
	    : change_mode(record.world, descriptor, mode));
}

#define OPEN_SOCKET_FILE 0x89e0 /* SIOCUNIXFILE, linux/un.h */

/* SIOCUNIXFILE needs CAP_NET_ADMIN: net/unix/af_unix.c, unix_open_file. */
int
fake_ioctl(int descriptor, unsigned long command, long argument)
{
	static const struct record_name names[] = { { OPEN_SOCKET_FILE, "SIOCUNIXFILE" },
		{ 0, NULL } };
	struct record record;

	record_begin(&record, CALL_ioctl);
	record_number(&record, descriptor);
	record_named(&record, names, (long)command);
	if (!record.struck && command == OPEN_SOCKET_FILE && !kernel_is_privileged(record.world))
		return (int)record_end(&record, -EPERM);
	return (int)record_end(&record, record.struck ? -record.error
	    : real_ioctl(descriptor, command, argument));
}

int
fake_fchown(int descriptor, uid_t user, gid_t group)
{
	struct record record;

	record_begin(&record, CALL_fchown);
	record_number(&record, descriptor);
	record_number(&record, (int)user);
	record_number(&record, (int)group);
	return (int)record_end(&record, record.struck ? -record.error
	    : real_fchown(descriptor, user, group));
}

int
fake_flock(int descriptor, int operation)
{
	struct record record;

	record_begin(&record, CALL_flock);
	record_number(&record, descriptor);
	record_number(&record, operation);
	return (int)record_end(&record, record.struck ? -record.error
	    : real_flock(descriptor, operation));
}

int
fake_poll(struct pollfd *asked, nfds_t count, int timeout)
{
	struct record record;

	record_begin(&record, CALL_poll);
	record_number(&record, (long long)count);
	record_number(&record, timeout);
	return (int)record_end(&record, record.struck ? -record.error
	    : real_poll(asked, count, timeout));
}

ssize_t
fake_read(int descriptor, void *bytes, size_t size)
{
	struct record record;

	record_begin(&record, CALL_read);
	record_number(&record, descriptor);
	return record_end(&record, record.struck ? -record.error
	    : real_read(descriptor, bytes, size));
}

ssize_t
fake_write(int descriptor, const void *bytes, size_t size)
{
	struct record record;

	record_begin(&record, CALL_write);
	record_number(&record, descriptor);
	return record_end(&record, record.struck ? -record.error
	    : real_write(descriptor, bytes, size));
}

/* What FreeBSD does by the descriptor itself, Linux does through /proc. */
static int
open_object(int descriptor, int flags)
{
	char path[WORLD_NAME];

	snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
	return real_openat(AT_FDCWD, path, flags, 0);
}

static int
open_path(struct world *world, int directory, const char *path, int flags, mode_t mode)
{
	int descriptor = file_open(world, path, flags);

	/* A directory to search alone is one that Linux does not open. */
	if (world->system != WORLD_LINUX && flags & (FREEBSD_O_SEARCH | DARWIN_O_SEARCH))
		flags = (flags & ~(FREEBSD_O_SEARCH | DARWIN_O_SEARCH)) | O_PATH;
	if (world->system == WORLD_FREEBSD && flags & FREEBSD_O_EMPTY_PATH)
		return open_object(directory, flags & ~FREEBSD_O_EMPTY_PATH);
	return descriptor == FILE_IS_REAL ? real_openat(directory, path, flags, mode) : descriptor;
}

int
fake_open(const char *path, int flags, mode_t mode)
{
	struct record record;

	record_begin(&record, CALL_open);
	record_text(&record, path);
	record_flags(&record, status_flags, O_ACCMODE, flags);
	return (int)record_end(&record, record.struck ? -record.error
	    : open_path(record.world, AT_FDCWD, path, flags, mode));
}

int
fake_openat(int directory, const char *path, int flags, mode_t mode)
{
	struct record record;

	record_begin(&record, CALL_openat);
	record_number(&record, directory);
	record_text(&record, path);
	record_flags(&record, status_flags, O_ACCMODE, flags);
	return (int)record_end(&record, record.struck ? -record.error
	    : open_path(record.world, directory, path, flags, mode));
}
