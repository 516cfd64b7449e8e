/* SPDX-License-Identifier: ISC */
/*
 * Linux: what this process can know about itself.
 *
 * - AT_SECURE is set whenever the ids differ, but for file capabilities too
 *   (security/commoncap.c, cap_bprm_creds_from_file), so only then the ids of the
 *   auxiliary vector are compared; reading it costs no call: getauxval(3).
 * - Since 6.9 a pidfd's inode number names one process for good (pidfs);
 *   before, all pidfds share one inode and say nothing: pidfd_open(2).
 * - /proc may be absent; then nothing is known.
 */
#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "own_process.h"

/* From linux/magic.h, 6.9. */
#define PIDFS_FILE_SYSTEM 0x50494446

const bool backend_has_file_capabilities = true;

bool
backend_is_set_id(void)
{
	return getauxval(AT_SECURE)
	    && (getauxval(AT_UID) != getauxval(AT_EUID) || getauxval(AT_GID) != getauxval(AT_EGID));
}

bool
backend_own_path(char path[PATH_MAX])
{
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);

	if (length <= 0)
		return false;
	path[length] = '\0';
	return true;
}

bool
backend_own_executable(struct stat *executable)
{
	return stat("/proc/self/exe", executable) == 0;
}

bool
backend_process_identity(uint64_t *identity)
{
#ifdef SYS_pidfd_open
	struct statfs file_system;
	struct stat status;
	long descriptor = syscall(SYS_pidfd_open, getpid(), 0);
	bool known;

	if (descriptor < 0)
		return false;
	known = fstatfs((int)descriptor, &file_system) == 0
	    && file_system.f_type == PIDFS_FILE_SYSTEM && fstat((int)descriptor, &status) == 0;
	close((int)descriptor);
	if (known)
		*identity = status.st_ino;
	return known;
#else
	(void)identity;
	return false;
#endif
}

/* As far as the limit goes unless fs.nr_open is changed: proc_sys_fs(5). */
#define DESCRIPTORS_MAX (1 << 20)

/* So many are asked about in one call. */
#define BATCH 1024

static int
highest_by_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > DESCRIPTORS_MAX)
		return DESCRIPTORS_MAX - 1;
	return (int)limit.rlim_cur - 1;
}

/* The highest open one from FIRST, of COUNT, or -1.  poll(2) marks those that are closed;
 * where it fails the last may be open. */
static int
highest_in_batch(int first, int count)
{
	struct pollfd batch[BATCH];

	for (int i = 0; i < count; i++)
		batch[i] = (struct pollfd) { .fd = first + i };
	if (poll(batch, (nfds_t)count, 0) < 0)
		return first + count - 1;
	while (count > 0 && batch[count - 1].revents & POLLNVAL)
		count--;
	return count > 0 ? first + count - 1 : -1;
}

static int
highest_without_proc(void)
{
	int end = highest_by_limit() + 1, highest = -1;

	while (end > 0 && highest < 0) {
		int first = end > BATCH ? end - BATCH : 0;
		highest = highest_in_batch(first, end - first);
		end = first;
	}
	return highest;
}

int
backend_highest_descriptor(void)
{
	DIR *directory = opendir("/proc/self/fd");
	const struct dirent *entry;
	int highest = -1;

	if (!directory)
		return highest_without_proc();
	while ((entry = readdir(directory)) != NULL) {
		int descriptor = (int)strtol(entry->d_name, NULL, 10); /* "." is 0 */
		if (descriptor > highest)
			highest = descriptor;
	}
	closedir(directory);
	return highest;
}

int
backend_launchd_sockets(const char *name, int **descriptors, size_t *count)
{
	(void)name;
	*descriptors = NULL;
	*count = 0;
	return ENOTSUP;
}
