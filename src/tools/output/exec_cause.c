/* SPDX-License-Identifier: ISC */
#include "exec_cause.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chain.h"

/* More than kernels read of the first line: execve(2). */
#define START_SIZE 512

/* Reads the first bytes of the file at PATH, and ends them with a null byte. */
static bool
read_start(const char *path, char start[START_SIZE])
{
	int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	ssize_t length = descriptor < 0 ? -1 : read(descriptor, start, START_SIZE - 1);

	if (descriptor >= 0)
		close(descriptor);
	if (length < 0)
		return false;
	start[length] = '\0';
	return true;
}

/* Leaves of "#! INTERPRETER ARGUMENT" the interpreter; "" if there is none. */
static const char *
interpreter(char *start)
{
	char *name = start + 2;

	name[strcspn(name, "\n")] = '\0';
	name += strspn(name, " \t");
	name[strcspn(name, " \t")] = '\0';
	return name;
}

static bool
add_interpreter(struct text *text, const char *path, const char *name, int error)
{
	struct stat status;

	if (error == ENOEXEC && !name[0])
		text_printf(text, "%s: its first line, #!, names no interpreter", path);
	else if (error == ENOENT && name[0] && stat(name, &status) != 0 && errno == ENOENT)
		text_printf(text, "%s: its interpreter does not exist: %s", path, name);
	else if (error == EACCES && name[0] && access(name, X_OK) != 0 && errno == EACCES)
		text_printf(text, "%s: no permission to execute its interpreter: %s", path, name);
	else
		return false;
	return true;
}

bool
exec_cause_add(struct text *text, char *const argv[], const struct bindchain_failure *failure)
{
	struct bindchain_failure missing;
	struct chain_target target;
	char start[START_SIZE];

	if (failure->operation != BINDCHAIN_EXEC || !argv
	    || chain_find(argv, false, &target, &missing) != 0 || !read_start(target.path, start))
		return false;
	if (start[0] == '#' && start[1] == '!')
		return add_interpreter(text, target.path, interpreter(start), failure->error);
	if (failure->error != ENOEXEC)
		return false;
	if (strncmp(start, "\177ELF", 4) == 0)
		text_printf(text, "%s: a program for another processor or system, or damaged",
		    target.path);
	else if (!start[0])
		text_printf(text, "%s: an empty file, or one that begins with a null byte",
		    target.path);
	else
		text_printf(text, "%s: a script needs a first line with its interpreter, such as"
		    " #!/bin/sh", target.path);
	return true;
}
