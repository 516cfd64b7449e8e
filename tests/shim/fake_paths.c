/* SPDX-License-Identifier: ISC */
/* Names in the file system: the host's, but for what file_hidden() hides. */
#include <errno.h>
#include <unistd.h>

#include "shim.h"

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

int
fake_rename(const char *from, const char *to)
{
	struct record record;

	record_begin(&record, CALL_rename);
	record_text(&record, from);
	record_text(&record, to);
	return (int)record_end(&record, record.struck ? -record.error : real_rename(from, to));
}

int
fake_mkstemp(char *path)
{
	struct record record;

	record_begin(&record, CALL_mkstemp);
	record_text(&record, path);
	return (int)record_end(&record, record.struck ? -record.error : real_mkstemp(path));
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

int
fake_lchown(const char *path, uid_t user, gid_t group)
{
	struct record record;

	record_begin(&record, CALL_lchown);
	record_text(&record, path);
	record_number(&record, (int)user);
	record_number(&record, (int)group);
	return (int)record_end(&record, record.struck ? -record.error
	    : real_lchown(path, user, group));
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
