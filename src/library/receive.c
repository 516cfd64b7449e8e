/* SPDX-License-Identifier: ISC */
/* The sockets of LISTEN_FDS: sd_listen_fds(3). */
#include "receive.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bindchain.h"
#include "listen_fds.h"

/* ---- flags, numbers, results ---- */

bool
receive_flags_are_known(unsigned flags)
{
	const unsigned all = BINDCHAIN_REMOVE_VARIABLES | BINDCHAIN_KEEP_OPEN_ON_EXEC
	    | BINDCHAIN_ANY_PID;

	return !(flags & ~all);
}

int
receive_as_errno(int result)
{
	if (result >= 0)
		return result;
	errno = -result;
	return -1;
}

int
receive_read_number(const char *text, long long minimum, long long maximum, long long *number)
{
	switch (listen_number_read(text, minimum, maximum, number)) {
	case NUMBER_READ:
		return 0;
	case NUMBER_OUT_OF_RANGE:
		return -ERANGE;
	default:
		return -EINVAL;
	}
}

int
receive_read_pid(const char *text, pid_t *pid)
{
	long long number;
	int status = receive_read_number(text, 1, INT_MAX, &number);

	if (status == 0)
		*pid = (pid_t)number;
	return status;
}

/* ---- the environment ---- */

int
receive_remove_variables(const char (*names)[LISTEN_VARIABLE_SIZE])
{
	int status = 0;

	for (; **names; names++)
		if (unsetenv(*names) != 0)
			status = -1;
	return status;
}

/* 1 if it is for this process, 0 if not, or a negative errno. */
static int
is_for_us(const struct listen_environment *environment)
{
	pid_t pid;

	if (environment->owner == LISTEN_OWNER_OTHER)
		return receive_read_pid(environment->pid, &pid);
	return environment->owner == LISTEN_OWNER_US;
}

static int
count_sockets(const struct listen_environment *environment, unsigned flags)
{
	int status = flags & BINDCHAIN_ANY_PID ? 1 : is_for_us(environment);
	long long count;

	if (status <= 0 || !environment->fds)
		return status < 0 ? status : 0;
	status = receive_read_number(environment->fds, INT_MIN, INT_MAX, &count);
	if (status == 0 && (count <= 0 || count > INT_MAX - LISTEN_FDS_START))
		status = -EINVAL;
	return status < 0 ? status : (int)count;
}

/* ---- descriptors ---- */

int
receive_close_on_exec(int descriptor)
{
	int flags = fcntl(descriptor, F_GETFD);

	if (flags < 0)
		return -1;
	return (flags & FD_CLOEXEC) ? 0 : fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC);
}

/* Returns 0, or a negative errno. */
static int
check_descriptors(int count, unsigned flags)
{
	if (flags & BINDCHAIN_KEEP_OPEN_ON_EXEC)
		return listen_environment_first_closed(count) < 0 ? 0 : -EBADF;
	for (int i = 0; i < count; i++)
		if (receive_close_on_exec(LISTEN_FDS_START + i) != 0)
			return -errno;
	return 0;
}

/* ---- names ---- */

static void
free_names(char **names)
{
	for (char **name = names; name && *name; name++)
		free(*name);
	free((void *)names);
}

/* A list of COUNT copies, from LIST, or "unknown".  NULL if out of memory. */
static char **
copy_names(const char *list, int count)
{
	static const char unknown[] = "unknown";
	char **names = calloc((size_t)count + 1, sizeof *names);
	int length = sizeof unknown - 1;

	for (int i = 0; names && i < count; i++) {
		const char *name = list ? listen_names_next(&list, &length) : unknown;
		names[i] = strndup(name, (size_t)length);
		if (!names[i]) {
			free_names(names);
			return NULL;
		}
	}
	return names;
}

/* Returns 0, or a negative errno. */
static int
make_names(const char *list, int count, char ***names)
{
	if (list && listen_names_count(list) != count)
		return -EINVAL;
	*names = copy_names(list, count);
	return *names ? 0 : -ENOMEM;
}

/* ---- all of it ---- */

/* The number of sockets, and if there are any and NAMES is not NULL, theirs. */
static int
receive(const struct listen_environment *environment, unsigned flags, char ***names)
{
	int count = count_sockets(environment, flags), status = 0;

	if (count > 0)
		status = check_descriptors(count, flags);
	if (status == 0 && count > 0 && names)
		status = make_names(environment->names, count, names);
	return status < 0 ? status : count;
}

int
receive_listen_fds(unsigned flags, char ***names)
{
	struct listen_environment environment;
	char **list = NULL;
	int result;

	listen_environment_read(&environment);
	result = receive(&environment, flags, names ? &list : NULL);
	if (flags & BINDCHAIN_REMOVE_VARIABLES
	    && receive_remove_variables(listen_variables) != 0 && result >= 0) {
		result = -errno;
		free_names(list);
	}
	if (result > 0 && names)
		*names = list;
	return result;
}

int
bindchain_listen_fds_with_names(unsigned flags, char ***names)
{
	return receive_as_errno(receive_flags_are_known(flags) ? receive_listen_fds(flags, names)
	                                                       : -EINVAL);
}

int
bindchain_listen_fds(unsigned flags)
{
	return bindchain_listen_fds_with_names(flags, NULL);
}
