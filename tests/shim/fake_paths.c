/* SPDX-License-Identifier: ISC */
/* Names in the file system: the host's, but for what file_hidden() hides. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shim.h"

#ifndef RENAME_NOREPLACE /* of glibc 2.28 with _GNU_SOURCE */
#define RENAME_NOREPLACE 1
#endif

int
fake_stat(const char *path, struct stat *status)
{
	struct record record;
	int hidden;

	record_begin(&record, CALL_stat);
	record_text(&record, path);
	hidden = record.struck ? -record.error : file_hidden(record.world, path);
	return (int)record_end(&record, hidden ? hidden : real_stat(path, status));
}

int
fake_lstat(const char *path, struct stat *status)
{
	struct record record;
	int hidden;

	record_begin(&record, CALL_lstat);
	record_text(&record, path);
	hidden = record.struck ? -record.error : file_hidden(record.world, path);
	return (int)record_end(&record, hidden ? hidden : real_lstat(path, status));
}

int
fake_access(const char *path, int mode)
{
	struct record record;
	int hidden;

	record_begin(&record, CALL_access);
	record_text(&record, path);
	record_number(&record, mode);
	hidden = record.struck ? -record.error : file_hidden(record.world, path);
	return (int)record_end(&record, hidden ? hidden : real_access(path, mode));
}

int
fake_unlink(const char *path)
{
	struct record record;

	record_begin(&record, CALL_unlink);
	record_text(&record, path);
	return (int)record_end(&record, record.struck ? -record.error : real_unlink(path));
}

ssize_t
fake_readlink(const char *path, char *bytes, size_t size)
{
	struct record record;

	record_begin(&record, CALL_readlink);
	record_text(&record, path);
	return record_end(&record, record.struck ? -record.error
	    : real_readlink(path, bytes, size));
}

ssize_t
fake_readlinkat(int directory, const char *path, char *bytes, size_t size)
{
	struct record record;

	record_begin(&record, CALL_readlinkat);
	record_number(&record, directory);
	record_text(&record, path);
	return record_end(&record, record.struck ? -record.error
	    : real_readlinkat(directory, path, bytes, size));
}

int
fake_chmod(const char *path, mode_t mode)
{
	struct record record;

	struct stat status;
	int refused = 0;

	record_begin(&record, CALL_chmod);
	record_text(&record, path);
	record_number(&record, mode);
	if (record.struck)
		refused = -record.error;
	else if (real_stat(path, &status) == 0)
		refused = file_refuses_mode(record.world, &status, mode);
	return (int)record_end(&record, refused ? refused : real_chmod(path, mode));
}

/* ---- names in a directory ---- */

int
fake_fstatat(int directory, const char *name, struct stat *status, int flags)
{
	struct record record;
	int result;

	record_begin(&record, CALL_fstatat);
	record_number(&record, directory);
	record_text(&record, name);
	result = record.struck ? -record.error : real_fstatat(directory, name, status, flags);
	if (result == 0)
		descriptor_fake_owner(record.world, status);
	return (int)record_end(&record, result);
}

int
fake_mkdirat(int directory, const char *name, mode_t mode)
{
	struct record record;

	record_begin(&record, CALL_mkdirat);
	record_number(&record, directory);
	record_text(&record, name);
	record_number(&record, mode);
	return (int)record_end(&record, record.struck ? -record.error
	    : real_mkdirat(directory, name, mode));
}

int
fake_symlinkat(const char *target, int directory, const char *name)
{
	struct record record;

	record_begin(&record, CALL_symlinkat);
	record_text(&record, target);
	record_number(&record, directory);
	record_text(&record, name);
	return (int)record_end(&record, record.struck ? -record.error
	    : real_symlinkat(target, directory, name));
}

int
fake_mkfifo(const char *path, mode_t mode)
{
	struct record record;

	record_begin(&record, CALL_mkfifo);
	record_text(&record, path);
	record_number(&record, mode);
	return (int)record_end(&record, record.struck ? -record.error : real_mkfifo(path, mode));
}

int
fake_mkfifoat(int directory, const char *name, mode_t mode)
{
	struct record record;

	record_begin(&record, CALL_mkfifoat);
	record_number(&record, directory);
	record_text(&record, name);
	record_number(&record, mode);
	return (int)record_end(&record, record.struck ? -record.error
	    : real_mkfifoat(directory, name, mode));
}

/* By an O_PATH descriptor, as FreeBSD does it, Linux has a way through /proc. */
static int
change_mode(const struct world *world, int directory, const char *name, mode_t mode, int flags)
{
	char path[WORLD_NAME];
	struct stat status;
	int refused = 0;

	if (real_fstatat(directory, name, &status, flags) == 0)
		refused = file_refuses_mode(world, &status, mode);
	if (refused)
		return refused;
	if (!(flags & AT_EMPTY_PATH))
		return real_fchmodat(directory, name, mode, flags);
	snprintf(path, sizeof path, "/proc/self/fd/%d", directory);
	return real_chmod(path, mode);
}

int
fake_fchmodat(int directory, const char *name, mode_t mode, int flags)
{
	struct record record;

	record_begin(&record, CALL_fchmodat);
	record_number(&record, directory);
	record_text(&record, name);
	record_number(&record, mode);
	return (int)record_end(&record, record.struck ? -record.error
	    : change_mode(record.world, directory, name, mode, flags));
}

int
fake_fchownat(int directory, const char *name, uid_t user, gid_t group, int flags)
{
	struct record record;

	record_begin(&record, CALL_fchownat);
	record_number(&record, directory);
	record_text(&record, name);
	record_number(&record, (int)user);
	record_number(&record, (int)group);
	return (int)record_end(&record, record.struck ? -record.error
	    : real_fchownat(directory, name, user, group, flags));
}

int
fake_renameat(int from_directory, const char *from, int to_directory, const char *to)
{
	struct record record;

	record_begin(&record, CALL_renameat);
	record_number(&record, from_directory);
	record_text(&record, from);
	record_number(&record, to_directory);
	record_text(&record, to);
	return (int)record_end(&record, record.struck ? -record.error
	    : real_renameat(from_directory, from, to_directory, to));
}

/* renameatx_np(2) is renameat2(2); RENAME_SWAP, 2, is RENAME_EXCHANGE, and RENAME_EXCL,
 * 4, RENAME_NOREPLACE. */
int
fake_renameatx_np(int from_directory, const char *from, int to_directory, const char *to,
    unsigned flags)
{
	struct record record;

	record_begin(&record, CALL_renameatx_np);
	record_number(&record, from_directory);
	record_text(&record, from);
	record_number(&record, to_directory);
	record_text(&record, to);
	return (int)record_end(&record, record.struck ? -record.error
	    : (int)real_syscall(SYS_renameat2, (const long[6]) { from_directory,
	          (long)(intptr_t)from, to_directory, (long)(intptr_t)to,
	          flags == 2 ? 2 : RENAME_NOREPLACE }));
}

int
fake_linkat(int from_directory, const char *from, int to_directory, const char *to, int flags)
{
	struct record record;

	record_begin(&record, CALL_linkat);
	record_number(&record, from_directory);
	record_text(&record, from);
	record_number(&record, to_directory);
	record_text(&record, to);
	return (int)record_end(&record, record.struck ? -record.error
	    : real_linkat(from_directory, from, to_directory, to, flags));
}

int
fake_unlinkat(int directory, const char *name, int flags)
{
	struct record record;

	record_begin(&record, CALL_unlinkat);
	record_number(&record, directory);
	record_text(&record, name);
	record_number(&record, flags);
	return (int)record_end(&record, record.struck ? -record.error
	    : real_unlinkat(directory, name, flags));
}

/* funlinkat(2): EDEADLK when the name is another object's. */
static int
unlink_object(int directory, const char *name, int object, int flags)
{
	struct stat named, meant;
	int status = real_fstatat(directory, name, &named, AT_SYMLINK_NOFOLLOW);

	if (status == 0)
		status = real_fstat(object, &meant);
	if (status != 0)
		return status;
	if (named.st_dev != meant.st_dev || named.st_ino != meant.st_ino)
		return -EDEADLK;
	return real_unlinkat(directory, name, flags);
}

int
fake_funlinkat(int directory, const char *name, int object, int flags)
{
	struct record record;

	record_begin(&record, CALL_funlinkat);
	record_number(&record, directory);
	record_text(&record, name);
	record_number(&record, object);
	return (int)record_end(&record, record.struck ? -record.error
	    : unlink_object(directory, name, object, flags));
}

/* It cannot fail: umask(2). */
mode_t
fake_umask(mode_t mode)
{
	struct record record;

	record_begin(&record, CALL_umask);
	record_number(&record, mode);
	return (mode_t)record_end(&record, (long)real_umask(mode));
}

DIR *
fake_opendir(const char *path)
{
	struct record record;
	DIR *directory = NULL;
	int error;

	record_begin(&record, CALL_opendir);
	record_text(&record, path);
	errno = record.struck ? record.error : -file_hidden(record.world, path);
	if (errno == 0)
		directory = real_opendir(path);
	error = errno;
	record_end(&record, directory ? 0 : -error);
	errno = error;
	return directory;
}

char *
fake_realpath(const char *path, char *resolved)
{
	struct record record;
	char *result = NULL;
	int error;

	record_begin(&record, CALL_realpath);
	record_text(&record, path);
	errno = record.error;
	if (!record.struck)
		result = real_realpath(path, resolved);
	error = errno;
	record_end(&record, result ? 0 : -error);
	errno = error;
	return result;
}
