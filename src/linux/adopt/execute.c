/* SPDX-License-Identifier: ISC */
/* Calls that only Linux has. */
#include "execute.h"

#include <fcntl.h>
#include <sys/syscall.h>

#include "adopt.h"

/* musl has no execveat(2), nor has glibc before 2.34. */
static int
call_execveat(const struct execution *execution, char *const *environment)
{
	return (int)real_syscall(SYS_execveat, execution->descriptor, (long)execution->path,
	    (long)execution->arguments, (long)environment, execution->flags, 0);
}

int
adopt_execveat(int directory, const char *path, char *const *arguments,
    char *const *environment, int flags)
{
	const struct execution execution = { .call = call_execveat, .descriptor = directory,
		.path = path, .arguments = arguments, .flags = flags };

	return execute_with(&execution,
	    execute_is_own(directory, path, flags & (AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)),
	    environment);
}

static int
call_execvpe(const struct execution *execution, char *const *environment)
{
	if (execution->path)
		real_execve(execution->path, execution->arguments, environment);
	return real_execvpe(execution->name, execution->arguments, environment);
}

int
adopt_execvpe(const char *name, char *const *arguments, char *const *environment)
{
	const struct execution execution = { .call = call_execvpe, .name = name,
		.arguments = arguments };

	return execute_by_name(&execution, environment);
}
