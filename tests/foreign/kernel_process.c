/* SPDX-License-Identifier: ISC */
/* The process that runs: its environment, and what it executes.  There is no setenv(3),
 * so that what calls it is not linked: FreeBSD's undoes what others wrote. */
#include "kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "foreign.h"

#define VARIABLES_MAX 16
#define VARIABLE_SIZE 256

char **environ;

static struct {
	char *variables[VARIABLES_MAX + 1];
	char texts[VARIABLES_MAX][VARIABLE_SIZE];
	size_t count;
	char *const *next; /* what the last execve was given */
	const char *executable;
	bool is_set_id;
} process;

void
kernel_process_reset(void)
{
	memset(&process, 0, sizeof process);
	environ = process.variables;
}

/* ---- for the tests ---- */

void
foreign_kernel_execute(const char *path)
{
	process.executable = path;
}

void
foreign_kernel_set_id(int is_set_id)
{
	process.is_set_id = is_set_id;
}

void
foreign_kernel_give_variable(const char *name, const char *value)
{
	size_t length = strlen(name), size = length + strlen(value) + 2;
	char *text = process.texts[process.count];

	if (process.count == VARIABLES_MAX || size > VARIABLE_SIZE)
		kernel_trap("no room for a variable");
	memcpy(text, name, length);
	text[length] = '=';
	memcpy(text + length + 1, value, size - length - 1);
	process.variables[process.count++] = text;
}

const char *
foreign_kernel_next_variable(int index)
{
	if (!process.next)
		kernel_trap("nothing was executed");
	return process.next[index];
}

int
foreign_kernel_variables_stand(void)
{
	return process.next == environ && environ == process.variables;
}

/* ---- for the rest of the kernel ---- */

const char *
kernel_executable(void)
{
	return process.executable;
}

/* ---- calls ---- */

int
issetugid(void)
{
	return process.is_set_id;
}

pid_t
getpid(void)
{
	return 4711;
}

int
clock_gettime(clockid_t clock, struct timespec *now)
{
	if (clock != CLOCK_MONOTONIC && clock != CLOCK_REALTIME)
		kernel_trap("a clock");
	*now = (struct timespec) { .tv_sec = 1000 };
	return 0;
}

/* No file of this kernel's is a program: none has "#!". */
int
execve(const char *path, char *const arguments[], char *const variables[])
{
	struct stat status;

	(void)arguments;
	process.next = variables;
	kernel_say("execve ");
	kernel_say(path);
	kernel_say("\n");
	if (kernel_fails("execve") || stat(path, &status) != 0)
		return -1;
	return kernel_fail(S_ISREG(status.st_mode) && status.st_mode & 0111 ? ENOEXEC : EACCES);
}

size_t
confstr(int name, char *value, size_t size)
{
	static const char path[] = "/usr/bin:/bin:/usr/sbin:/sbin";

	if (name != _CS_PATH || size < sizeof path)
		kernel_trap("confstr");
	memcpy(value, path, sizeof path);
	return sizeof path;
}
