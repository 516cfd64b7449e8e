/* SPDX-License-Identifier: ISC */
#include "proc_processes.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compat.h"
#include "number.h"
#include "proc_file.h"

bool
proc_number_read(const char *text, long long maximum, long long *number)
{
	const struct number_rule rule = { .base = 10, .maximum = maximum };

	return number_read(text, &rule, number) == NUMBER_READ;
}

void
proc_path(char path[PROC_PATH_SIZE], pid_t pid, const char *behind)
{
	char digits[NUMBER_TEXT_SIZE];

	strlcpy(path, "/proc/", PROC_PATH_SIZE);
	strlcat(path, number_text(pid, digits), PROC_PATH_SIZE);
	strlcat(path, behind, PROC_PATH_SIZE);
}

pid_t
proc_self(void)
{
	char text[NUMBER_TEXT_SIZE];
	long long number;
	ssize_t length = readlink("/proc/self", text, sizeof text - 1);

	if (length > 0) {
		text[length] = '\0';
		if (proc_number_read(text, INT_MAX, &number))
			return (pid_t)number;
	}
	return getpid();
}

bool
proc_user(pid_t pid, uid_t *uid)
{
	char path[PROC_PATH_SIZE];
	struct stat status;

	proc_path(path, pid, "");
	if (stat(path, &status) != 0)
		return false;
	*uid = status.st_uid;
	return true;
}

void
proc_process_read(struct backend_process *process, pid_t pid)
{
	char path[PROC_PATH_SIZE];

	*process = (struct backend_process) { .pid = pid };
	proc_path(path, pid, "/comm");
	if (!proc_file_read(path, process->command, sizeof process->command))
		process->command[0] = '\0';
	process->uid_known = proc_user(pid, &process->uid);
}

bool
proc_socket_read(int directory, const char *name, uint64_t *inode)
{
	static const char prefix[] = "socket:[";
	char target[64];
	long long number;
	ssize_t length = readlinkat(directory, name, target, sizeof target - 1);

	if (length <= (ssize_t)sizeof prefix || target[length - 1] != ']')
		return false;
	target[length - 1] = '\0';
	if (strncmp(target, prefix, sizeof prefix - 1) != 0
	    || !proc_number_read(target + sizeof prefix - 1, UINT32_MAX, &number))
		return false;
	*inode = (uint64_t)number;
	return true;
}
