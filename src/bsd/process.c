/* SPDX-License-Identifier: ISC */
/* What FreeBSD and Darwin tell a process about itself alike. */
#include <errno.h>
#include <unistd.h>

#include "own_process.h"

const bool backend_has_file_capabilities = false;

bool
backend_is_set_id(void)
{
	return issetugid();
}

bool
backend_own_executable(struct stat *executable)
{
	char path[PATH_MAX];

	return backend_own_path(path) && stat(path, executable) == 0;
}

/* setgroups(2), setgid(2), setuid(2). */
const char *
backend_ids_refused(const char *call, int error)
{
	(void)call;
	return error == EPERM && geteuid() != 0 ? "only root can take other users and groups" : NULL;
}

/* There is no LISTEN_PIDFDID without Linux's pidfd. */
bool
backend_process_identity(uint64_t *identity)
{
	(void)identity;
	return false;
}

/* Neither kernel hands out descriptors of another process. */
int
backend_process_sockets(pid_t pid, int **descriptors, size_t *count)
{
	(void)pid;
	(void)descriptors;
	(void)count;
	return ENOTSUP;
}
