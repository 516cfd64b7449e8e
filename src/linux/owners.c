/* SPDX-License-Identifier: ISC */
/*
 * Linux: which process has a socket.
 *
 * - The links in /proc/PID/fd read "socket:[INODE]": proc(5).  Those of other
 *   users' processes cannot be read without CAP_SYS_PTRACE, and with the mount
 *   option hidepid the processes are not even listed.
 * - A process in another PID namespace does not appear at all.
 * - /proc lists processes by ascending number, so that of a parent and the
 *   children that inherited its socket the parent usually comes first.
 * - pidfd_getfd(2) since 5.6; asks for the right to trace.
 */
#include "owners.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "compat.h"
#include "number.h"
#include "proc_file.h"
#include "sock_diag.h"
#include "text.h"

struct search {
	const uint64_t *identities;
	size_t count;
	const struct timespec *deadline;
	backend_owner_visitor *visit;
	void *context;
	struct backend_sight *sight;
	bool going;
	/* The process that is looked into; read when it is found to have one. */
	struct backend_process process;
	char command[64];
};

#define PATH_SIZE 48 /* "/proc/" and a number, and "/fd" or "/comm" */

static int
compare_identities(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

static bool
is_wanted(const struct search *search, uint64_t identity)
{
	return bsearch(&identity, search->identities, search->count, sizeof identity,
	    compare_identities) != NULL;
}

/* MAXIMUM: that of a pid_t, of a descriptor, or of an inode of a socket, which has 32
 * bits. */
static bool
read_decimal(const char *text, long long maximum, long long *number)
{
	const struct number_rule rule = { .base = 10, .maximum = maximum };

	return number_read(text, &rule, number) == NUMBER_READ;
}

/* The inode of a link "socket:[INODE]"; false for what is no socket. */
static bool
read_link(int directory, const char *name, uint64_t *inode)
{
	static const char prefix[] = "socket:[";
	char target[64];
	long long number;
	ssize_t length = readlinkat(directory, name, target, sizeof target - 1);

	if (length <= (ssize_t)sizeof prefix || target[length - 1] != ']')
		return false;
	target[length - 1] = '\0';
	if (strncmp(target, prefix, sizeof prefix - 1) != 0
	    || !read_decimal(target + sizeof prefix - 1, UINT32_MAX, &number))
		return false;
	*inode = (uint64_t)number;
	return true;
}

static void
make_path(char path[PATH_SIZE], pid_t pid, const char *behind)
{
	char digits[NUMBER_TEXT_SIZE];

	strlcpy(path, "/proc/", PATH_SIZE);
	strlcat(path, number_text(pid, digits), PATH_SIZE);
	strlcat(path, behind, PATH_SIZE);
}

static void
read_process(struct search *search, pid_t pid)
{
	struct backend_process *process = &search->process;
	char path[PATH_SIZE];
	struct stat status;

	*process = (struct backend_process) { .pid = pid };
	make_path(path, pid, "/comm");
	if (proc_file_read(path, search->command, sizeof search->command))
		process->command = search->command;
	make_path(path, pid, "");
	process->uid_known = stat(path, &status) == 0;
	process->uid = process->uid_known ? status.st_uid : 0;
}

static void
report(struct search *search, uint64_t identity, pid_t pid, int descriptor)
{
	if (search->process.pid != pid)
		read_process(search, pid);
	search->process.descriptor = descriptor;
	search->going = search->visit(search->context, identity, &search->process);
}

/* One process may have thousands of descriptors: the clock is read now and then. */
#define DESCRIPTORS_A_CLOCK 256

static void
stop_at_deadline(struct search *search)
{
	if (!diag_deadline_over(search->deadline))
		return;
	search->going = false;
	search->sight->complete = false;
	search->sight->error = ETIMEDOUT;
	search->sight->hidden = "the search was broken off at its time limit";
}

static void
look_into_directory(struct search *search, pid_t pid, DIR *directory)
{
	const struct dirent *entry;
	unsigned seen = 0;

	while (search->going && (entry = readdir(directory)) != NULL) {
		uint64_t inode;
		long long descriptor;
		if (read_decimal(entry->d_name, INT_MAX, &descriptor)
		    && read_link(dirfd(directory), entry->d_name, &inode)
		    && is_wanted(search, inode))
			report(search, inode, pid, (int)descriptor);
		if (search->going && ++seen % DESCRIPTORS_A_CLOCK == 0)
			stop_at_deadline(search);
	}
}

static void
look_into_process(struct search *search, pid_t pid)
{
	char path[PATH_SIZE];
	DIR *directory;

	make_path(path, pid, "/fd");
	directory = opendir(path);
	if (directory) {
		look_into_directory(search, pid, directory);
		closedir(directory);
		return;
	}
	/* It may have ended meanwhile; then it has nothing any more. */
	if (errno == ENOENT || errno == ESRCH)
		return;
	search->sight->complete = false;
	search->sight->error = errno;
	search->sight->hidden = errno == EACCES || errno == EPERM
	    ? "processes of other users cannot be looked into without CAP_SYS_PTRACE"
	    : "not every process could be looked into";
}

void
backend_visit_owners(const uint64_t *identities, size_t count, const struct timespec *deadline,
    backend_owner_visitor *visit, void *context, struct backend_sight *sight)
{
	struct search search = { .identities = identities, .count = count, .deadline = deadline,
		.visit = visit, .context = context, .sight = sight, .going = true };
	DIR *directory = opendir("/proc");
	const struct dirent *entry;
	bool any = false;

	*sight = (struct backend_sight) { .complete = true };
	while (directory && search.going && (entry = readdir(directory)) != NULL) {
		long long pid;
		if (!read_decimal(entry->d_name, INT_MAX, &pid))
			continue;
		any = true;
		look_into_process(&search, (pid_t)pid);
		if (search.going)
			stop_at_deadline(&search);
	}
	if (!any)
		*sight = (struct backend_sight) { .error = directory ? ENOENT : errno,
			.hidden = "/proc, which lists the processes, cannot be read" };
	if (directory)
		closedir(directory);
}

int
owner_borrow_socket(const struct backend_process *process)
{
#if defined(SYS_pidfd_open) && defined(SYS_pidfd_getfd)
	long borrowed, pidfd = syscall(SYS_pidfd_open, process->pid, 0);
	int error;

	if (pidfd < 0)
		return -1;
	borrowed = syscall(SYS_pidfd_getfd, (int)pidfd, process->descriptor, 0);
	error = errno;
	close((int)pidfd);
	errno = error;
	return (int)borrowed;
#else
	(void)process;
	errno = ENOSYS;
	return -1;
#endif
}
