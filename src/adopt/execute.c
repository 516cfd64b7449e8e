/* SPDX-License-Identifier: ISC */
/*
 * A daemon that executes its own program again, to read its configuration for example, closes
 * what it listens on and binds anew: then it takes again what it had taken.  Another program,
 * and a child, get only the sockets that nobody has taken.
 */
#include "adopt.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "originals.h"

static const char variable[] = "BINDCHAIN_ADOPT=";

/* More: the daemon binds itself. */
#define ENTRIES_MAX 1024

static bool
is_own_program(const char *path)
{
	struct stat own, other;

	return path && stat(path, &other) == 0 && adopt_own_executable(&own)
	    && own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

/* A copy of the ENVIRONMENT with ENTRY in place of the variable; false if it has none. */
static bool
copy_environment(char *const *environment, char *entry, char *copy[ENTRIES_MAX + 1])
{
	size_t count = 0;
	bool has_variable = false;

	for (; environment && environment[count]; count++) {
		bool is_variable = strncmp(environment[count], variable, sizeof variable - 1) == 0;
		if (count == ENTRIES_MAX)
			return false;
		copy[count] = is_variable ? entry : environment[count];
		has_variable = has_variable || is_variable;
	}
	copy[count] = NULL;
	return has_variable;
}

/* Apart, since its frame is large: children on small stacks execute too. */
__attribute__((noinline)) static int
execute_again(const char *path, char *const *arguments, char *const *environment)
{
	char entry[sizeof variable + ADOPT_VALUE_SIZE], *copy[ENTRIES_MAX + 1];
	int status, error;

	if (!copy_environment(environment, entry, copy)
	    || !originals_pass(entry + sizeof variable - 1))
		return real_execve(path, arguments, environment);
	memcpy(entry, variable, sizeof variable - 1);
	status = real_execve(path, arguments, copy);
	error = errno;
	originals_stay();
	errno = error;
	return status;
}

int
adopt_execve(const char *path, char *const *arguments, char *const *environment)
{
	originals_keep_open();
	return originals_are_own() && is_own_program(path)
	    ? execute_again(path, arguments, environment)
	    : real_execve(path, arguments, environment);
}

int
adopt_execv(const char *path, char *const *arguments)
{
	return adopt_execve(path, arguments, adopt_environment());
}

/* Where execvp(3) finds NAME. */
static bool
find_program(const char *name, char path[PATH_MAX])
{
	const char *directories = getenv("PATH");

	while (directories && *directories) {
		size_t length = strcspn(directories, ":");
		int size = snprintf(path, PATH_MAX, "%.*s%s%s", (int)length, directories,
		    length > 0 ? "/" : "", name);
		if (size < PATH_MAX && access(path, X_OK) == 0)
			return true;
		directories += length + (directories[length] == ':');
	}
	return false;
}

__attribute__((noinline)) static int
search_and_execute(const char *name, char *const *arguments)
{
	char path[PATH_MAX];

	return find_program(name, path) && is_own_program(path) ? adopt_execv(path, arguments)
	                                                       : real_execvp(name, arguments);
}

int
adopt_execvp(const char *name, char *const *arguments)
{
	originals_keep_open();
	if (!originals_are_own() || !name)
		return real_execvp(name, arguments);
	if (!strchr(name, '/'))
		return search_and_execute(name, arguments);
	return is_own_program(name) ? adopt_execv(name, arguments) : real_execvp(name, arguments);
}
