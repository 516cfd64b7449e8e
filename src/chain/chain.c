/* SPDX-License-Identifier: ISC */
#include "chain.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "environment.h"
#include "failure.h"
#include "name_service.h"
#include "own_process.h"
#include "path_place.h"

const char *
chain_basename(const char *path)
{
	const char *name = path;

	for (; *path; path++)
		if (*path == '/')
			name = path + 1;
	return name;
}

static bool
is_own_executable(const char *path)
{
	struct stat own, found;

	return stat(path, &found) == 0 && backend_own_executable(&own)
	    && path_is_same(&found, &own) && access(path, X_OK) == 0;
}

/* Called for each candidate of the search: 0 ends the search, -1 with errno rejects the
 * file. */
struct attempt {
	int (*try_file)(struct attempt *, const char *path);
	char *const *argv, *const *environment;
	bool may_stay;
	struct chain_target *target;
};

static int
execute_file(struct attempt *attempt, const char *path)
{
	if (attempt->may_stay && is_own_executable(path))
		return 0;
	execve(path, attempt->argv, attempt->environment);
	return -1;
}

/* Without executing it: a regular file with permission to execute. */
static int
look_at_file(struct attempt *attempt, const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0 || access(path, X_OK) != 0)
		return -1;
	if (!S_ISREG(status.st_mode)) {
		errno = EACCES;
		return -1;
	}
	attempt->target->stays = attempt->may_stay && is_own_executable(path);
	strlcpy(attempt->target->path, path, sizeof attempt->target->path);
	return 0;
}

/* After these errors the search continues (POSIX, exec). */
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
search(const char *directories, struct attempt *attempt)
{
	char path[PATH_MAX];
	int error = ENOENT;

	for (;;) {
		size_t length = strcspn(directories, ":");
		if (join_path(path, directories, length, attempt->argv[0])) {
			if (attempt->try_file(attempt, path) == 0)
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
search_path(struct attempt *attempt)
{
	char standard[PATH_MAX];
	const char *path = environment_find(attempt->environment, "PATH");
	size_t size;

	if (path)
		return search(path, attempt);
	size = confstr(_CS_PATH, standard, sizeof standard);
	if (size == 0 || size > sizeof standard) {
		errno = ENOENT;
		return -1;
	}
	return search(standard, attempt);
}

static int
attempt_chain(struct attempt *attempt, struct bindchain_failure *failure)
{
	const char *program = attempt->argv[0];
	int status = -1;

	attempt->may_stay = attempt->may_stay && !name_service_was_used();
	if (strchr(program, '/'))
		status = attempt->try_file(attempt, program);
	else if (*program)
		status = search_path(attempt);
	else
		errno = ENOENT;
	if (status == 0)
		return 0;
	failure_set(failure, BINDCHAIN_EXEC, errno);
	failure->subject = program;
	return -1;
}

/* The PATH for the search of a word, or NULL. */
static const char *
path_for(const char *word, char *const *environment)
{
	return strchr(word, '/') ? NULL : environment_find(environment, "PATH");
}

/*
 * The last word that was found to be this executable, and its PATH: the same search has
 * the same result.  Permissions are the same, since a command that changes the user asks
 * a name service first, after which every program is executed.  This saves three of some
 * twelve system calls for each further command; without it a chain of eight adds 19 % more.
 */
static struct {
	const char *word, *path;
} way_back;

static bool
led_back_before(const char *word, const char *path)
{
	return way_back.word && strcmp(way_back.word, word) == 0 && way_back.path == path;
}

int
chain_execute(char *const argv[], char *const environment[], bool may_stay,
    struct bindchain_failure *failure)
{
	struct attempt attempt = { execute_file, argv, environment,
		may_stay && !name_service_was_used(), NULL };
	const char *path = path_for(argv[0], environment);

	if (attempt.may_stay && led_back_before(argv[0], path))
		return 0;
	if (attempt_chain(&attempt, failure) != 0)
		return -1;
	way_back.word = argv[0];
	way_back.path = path;
	return 0;
}

int
chain_find(char *const argv[], bool may_stay, struct chain_target *target,
    struct bindchain_failure *failure)
{
	struct attempt attempt = { look_at_file, argv, environment_all(), may_stay, target };

	return attempt_chain(&attempt, failure);
}
