/* SPDX-License-Identifier: ISC */
#include "chain.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend.h"
#include "failure.h"
#include "name_service.h"

extern char **environ;

const char *
chain_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool
is_own_executable(const char *path)
{
	struct stat own, found;

	return stat(path, &found) == 0 && backend_own_executable(&own)
	    && found.st_dev == own.st_dev && found.st_ino == own.st_ino
	    && access(path, X_OK) == 0;
}

/* Returns 0 to stay in this process, or -1 with errno. */
static int
try_file(const char *path, char *const argv[], bool may_stay)
{
	if (may_stay && is_own_executable(path))
		return 0;
	execve(path, argv, environ);
	return -1;
}

/* Errors that mean "not here": the search goes on (POSIX, exec). */
static bool
search_goes_on(int error)
{
	return error == ENOENT || error == ENOTDIR || error == EACCES || error == ENAMETOOLONG
	    || error == ELOOP || error == ENODEV || error == ETIMEDOUT || error == ESTALE;
}

/* DIRECTORY "/" NAME; an empty directory is the current one. */
static bool
join_path(char path[PATH_MAX], const char *directory, size_t length, const char *name)
{
	size_t name_size = strlen(name) + 1;

	if (length + 1 + name_size > PATH_MAX)
		return false;
	memcpy(path, directory, length);
	if (length)
		path[length++] = '/';
	memcpy(path + length, name, name_size);
	return true;
}

static int
search(const char *directories, char *const argv[], bool may_stay)
{
	char path[PATH_MAX];
	int error = ENOENT;

	for (;;) {
		size_t length = strcspn(directories, ":");
		if (join_path(path, directories, length, argv[0])) {
			if (try_file(path, argv, may_stay) == 0)
				return 0;
			if (!search_goes_on(errno))
				return -1;
			if (errno == EACCES)
				error = EACCES;
		}
		if (!directories[length])
			break;
		directories += length + 1;
	}
	errno = error;
	return -1;
}

static int
search_path(char *const argv[], bool may_stay)
{
	char standard[PATH_MAX];
	const char *path = getenv("PATH");
	size_t size;

	if (path)
		return search(path, argv, may_stay);
	size = confstr(_CS_PATH, standard, sizeof standard);
	if (size == 0 || size > sizeof standard) {
		errno = ENOENT;
		return -1;
	}
	return search(standard, argv, may_stay);
}

int
chain_execute(char *const argv[], bool may_stay, struct bindchain_failure *failure)
{
	int status;

	may_stay = may_stay && !name_service_was_used();
	if (!*argv[0]) {
		errno = ENOENT;
		status = -1;
	} else if (strchr(argv[0], '/'))
		status = try_file(argv[0], argv, may_stay);
	else
		status = search_path(argv, may_stay);
	if (status == 0)
		return 0;
	failure_set(failure, BINDCHAIN_EXEC, errno);
	failure->subject = argv[0];
	return -1;
}
