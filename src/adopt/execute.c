/* SPDX-License-Identifier: ISC */
/*
 * A daemon that executes its own program again, to read its configuration for example, closes
 * what it listens on and binds anew: then it takes again what it had taken.  Another program,
 * and a child, get only sockets that nobody has taken, and none that the daemon has closed or
 * marked close-on-exec.
 */
#include "execute.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adopt.h"
#include "close_on_exec.h"
#include "originals.h"
#include "preload.h"
#include "variable.h"

static const char variable[] = "BINDCHAIN_ADOPT=";

/* More: the next program takes nothing again. */
#define ENTRIES_MAX 1024

/* What a program gets that is executed, on the stack, as large as it needs: handlers of signals
 * and children on small stacks execute too. */
struct passing {
	char *entry, *preload;
	char **copy;
	size_t count, preload_size;
	struct originals_changes changes;
};

/* Otherwise no system call is made: all have been taken, and by other processes. */
static bool
matters(void)
{
	return adopt_is_waiting() || originals_have_passed() || originals_are_own();
}

static bool
is_own_file(const struct stat *file)
{
	struct stat own;

	return adopt_own_executable(&own) && own.st_dev == file->st_dev
	    && own.st_ino == file->st_ino;
}

bool
execute_is_own(int directory, const char *path, int flags)
{
	struct stat file;

	return path && matters() && fstatat(directory, path, &file, flags) == 0
	    && is_own_file(&file);
}

bool
execute_is_own_open(int descriptor)
{
	struct stat file;

	return matters() && fstat(descriptor, &file) == 0 && is_own_file(&file);
}

static bool
is_variable(const char *entry)
{
	return strncmp(entry, variable, sizeof variable - 1) == 0;
}

/* More are not copied. */
static size_t
count_entries(char *const *environment)
{
	size_t count = 0;

	while (count <= ENTRIES_MAX && environment && environment[count])
		count++;
	return count <= ENTRIES_MAX ? count : 0;
}

/* A copy of the ENVIRONMENT with the entry in place of the variable; false if it has none, or is
 * too large. */
static bool
copy_environment(struct passing *passing, char *const *environment)
{
	bool has_variable = false;
	size_t i;

	for (i = 0; i < passing->count && environment[i]; i++) {
		bool is_ours = is_variable(environment[i]);
		passing->copy[i] = is_ours ? passing->entry : environment[i];
		has_variable = has_variable || is_ours;
	}
	passing->copy[i] = NULL;
	return has_variable;
}

/* The library is loaded again into those that get sockets. */
static void
copy_preload(struct passing *passing)
{
	bool gets_any = passing->entry[sizeof variable - 1];

	for (char **entry = passing->copy; *entry; entry++)
		if (preload_change(*entry, gets_any, passing->preload, passing->preload_size)) {
			*entry = passing->preload;
			return;
		}
}

/* The daemon may have kept a copy of the environment as it was. */
static bool
has_old_variable(char *const *environment)
{
	for (; originals_exist() && environment && *environment; environment++)
		if (is_variable(*environment) && (*environment)[sizeof variable - 1])
			return true;
	return false;
}

static enum originals_next
judge_next(bool is_own, bool is_copied, char *const *environment)
{
	if (!preload_is_possible(environment))
		return ORIGINALS_UNKNOWN;
	if (is_copied)
		return is_own ? ORIGINALS_OWN : ORIGINALS_OTHER;
	return has_old_variable(environment) ? ORIGINALS_OTHER : ORIGINALS_UNKNOWN;
}

/* Returns the environment for the next program: one that is too large stays as it is. */
static char *const *
begin_passing(struct passing *passing, bool is_own, char *const *environment)
{
	bool is_copied = copy_environment(passing, environment);
	enum originals_next next = judge_next(is_own, is_copied, environment);

	memcpy(passing->entry, variable, sizeof variable - 1);
	passing->changes = originals_pass(next, passing->entry + sizeof variable - 1);
	if (is_copied)
		copy_preload(passing);
	return is_copied ? passing->copy : environment;
}

__attribute__((noinline)) static int
execute_passing(const struct execution *execution, bool is_own, char *const *environment)
{
	struct passing passing = { .count = count_entries(environment),
		.preload_size = preload_size(environment) };
	char entry[sizeof variable + variable_value_size()], preload[passing.preload_size];
	char *copy[passing.count + 1];
	int status, error;

	passing.entry = entry;
	passing.preload = preload;
	passing.copy = copy;
	environment = begin_passing(&passing, is_own, environment);
	status = execution->call(execution, environment);
	error = errno;
	originals_stay(&passing.changes);
	errno = error;
	return status;
}

int
execute_with(const struct execution *execution, bool is_own, char *const *environment)
{
	return matters() || has_old_variable(environment)
	    ? execute_passing(execution, is_own, environment)
	    : execution->call(execution, environment);
}

/* ---- by a path ---- */

static int
call_execve(const struct execution *execution, char *const *environment)
{
	return real_execve(execution->path, execution->arguments, environment);
}

int
adopt_execve(const char *path, char *const *arguments, char *const *environment)
{
	const struct execution execution = { .call = call_execve, .path = path,
		.arguments = arguments };

	return execute_with(&execution, execute_is_own(AT_FDCWD, path, 0), environment);
}

int
adopt_execv(const char *path, char *const *arguments)
{
	return adopt_execve(path, arguments, adopt_environment());
}

/* ---- by a name ---- */

/* Where execvp(3) finds NAME. */
static bool
find_program(const char *name, char path[PATH_MAX])
{
	const char *directories = strchr(name, '/') ? "" : getenv("PATH");
	bool is_found = false;

	if (strchr(name, '/'))
		return snprintf(path, PATH_MAX, "%s", name) < PATH_MAX;
	while (!is_found && directories && *directories) {
		size_t length = strcspn(directories, ":");
		int size = snprintf(path, PATH_MAX, "%.*s%s%s", (int)length, directories,
		    length > 0 ? "/" : "", name);
		is_found = size < PATH_MAX && access(path, X_OK) == 0;
		directories += length + (directories[length] == ':');
	}
	return is_found;
}

/* What cannot be executed so, as a script without "#!", is left to the C library. */
static int
call_execvp(const struct execution *execution, char *const *environment)
{
	if (execution->path)
		real_execve(execution->path, execution->arguments, environment);
	return real_execvp(execution->name, execution->arguments);
}

__attribute__((noinline)) static int
search_and_execute(const struct execution *execution, char *const *environment)
{
	struct execution found = *execution;
	char path[PATH_MAX];

	if (find_program(execution->name, path))
		found.path = path;
	return execute_with(&found, execute_is_own(AT_FDCWD, found.path, 0), environment);
}

int
execute_by_name(const struct execution *execution, char *const *environment)
{
	return execution->name && (matters() || has_old_variable(environment))
	    ? search_and_execute(execution, environment)
	    : execution->call(execution, environment);
}

int
adopt_execvp(const char *name, char *const *arguments)
{
	const struct execution execution = { .call = call_execvp, .name = name,
		.arguments = arguments };

	return execute_by_name(&execution, adopt_environment());
}

/* ---- by a list ---- */

static size_t
count_arguments(const char *first, va_list list)
{
	size_t count = 0;

	for (; first; first = va_arg(list, const char *))
		count++;
	return count;
}

/* An array on the stack, as in the C libraries: malloc(3) is not async-signal-safe. */
int
execute_list(enum execute_list kind, const char *path, const char *first, va_list list)
{
	va_list counted;
	size_t count;

	va_copy(counted, list);
	count = count_arguments(first, counted);
	va_end(counted);

	const char *arguments[count + 1];
	arguments[0] = first;
	for (size_t i = 1; i <= count; i++)
		arguments[i] = va_arg(list, const char *);
	/* execve(2) changes none of them. */
	char *const *words = (char *const *)arguments;
	if (kind == EXECUTE_LIST_BY_NAME)
		return adopt_execvp(path, words);
	return adopt_execve(path, words,
	    kind == EXECUTE_LIST ? adopt_environment() : va_arg(list, char *const *));
}

/* ---- in a child ---- */

struct spawning {
	pid_t *process;
	const posix_spawn_file_actions_t *actions;
	const posix_spawnattr_t *attributes;
};

static int
call_spawn(const struct execution *execution, char *const *environment)
{
	const struct spawning *spawning = execution->spawning;

	return execution->name
	    ? real_posix_spawnp(spawning->process, execution->name, spawning->actions,
	          spawning->attributes, execution->arguments, environment)
	    : real_posix_spawn(spawning->process, execution->path, spawning->actions,
	          spawning->attributes, execution->arguments, environment);
}

/* A child, even one of the same program, is another to which nothing passes that was taken. */
int
adopt_posix_spawn(pid_t *process, const char *path, const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment)
{
	const struct spawning spawning = { process, actions, attributes };
	const struct execution execution = { .call = call_spawn, .path = path,
		.arguments = arguments, .spawning = &spawning };

	return execute_with(&execution, false, environment);
}

int
adopt_posix_spawnp(pid_t *process, const char *name, const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment)
{
	const struct spawning spawning = { process, actions, attributes };
	const struct execution execution = { .call = call_spawn, .name = name,
		.arguments = arguments, .spawning = &spawning };

	return execute_with(&execution, false, environment);
}

/* ---- by a shell ---- */

/* The C library executes it by functions that are not seen. */
int
adopt_system(const char *command)
{
	if (adopt_is_waiting())
		originals_settle();
	return real_system(command);
}

FILE *
adopt_popen(const char *command, const char *mode)
{
	if (adopt_is_waiting())
		originals_settle();
	return real_popen(command, mode);
}
