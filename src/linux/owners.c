/* SPDX-License-Identifier: ISC */
/*
 * Linux: which process has a socket.
 *
 * - The links in /proc/PID/fd read "socket:[INODE]": proc(5).  Those of other
 *   users' processes cannot be read without CAP_SYS_PTRACE, and with the mount
 *   option hidepid the processes are not even listed.
 * - A process in another PID namespace does not appear at all.
 * - /proc lists processes and descriptors by ascending number, so that of a parent
 *   and the children that inherited its socket the parent usually comes first.
 * - /proc may be that of another PID namespace; /proc/self is this process even then.
 * - pidfd_getfd(2) since 5.6; asks for the right to trace.
 */
#include "owners.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "compat.h"
#include "number.h"
#include "observe.h"
#include "proc_file.h"
#include "search_limit.h"
#include "text.h"

struct search {
	const uint64_t *identities;
	size_t count;
	backend_owner_visitor *visit;
	void *context;
	struct backend_sight *sight;
	/* This pass over the processes: which descriptors, and for how long. */
	struct search_limit limit;
	int lowest, highest;
	size_t processes_above; /* that have descriptors above the highest */
	size_t processes_done;  /* that had any from the lowest on */
	bool any_looked_at;     /* of the process at hand */
	bool going, stopped; /* stopped: at the limit */
	/* The process that is inspected; read when it is found to have one. */
	struct backend_process process;
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
	if (!proc_file_read(path, process->command, sizeof process->command))
		process->command[0] = '\0';
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

static void
stop_at_limit(struct search *search)
{
	if (!search->going || !search_limit_is_over(&search->limit))
		return;
	search->stopped = true;
	search->sight->complete = false;
	search->sight->error = 0;
	search->sight->hidden = "the search ended at its time limit";
}

/* Of getdents64(2), which readdir(3) calls for 1,300 descriptors at once: the kernel takes
 * milliseconds for that, and a few may be enough. */
struct directory_entry {
	uint64_t inode;
	int64_t offset;
	uint16_t length;
	unsigned char type;
	char name[];
};

union directory_part {
	struct directory_entry entry;
	unsigned char bytes[4096];
};

/* Returns whether this pass is done with the process. */
static bool
look_at_descriptor(struct search *search, pid_t pid, int directory, const char *name)
{
	uint64_t inode;
	long long descriptor;

	if (!read_decimal(name, INT_MAX, &descriptor) || descriptor < search->lowest)
		return false;
	if (descriptor > search->highest) {
		search->processes_above++;
		return true;
	}
	search->any_looked_at = true;
	if (read_link(directory, name, &inode) && is_wanted(search, inode))
		report(search, inode, pid, (int)descriptor);
	return !search->going;
}

static bool
look_at_part(struct search *search, pid_t pid, int directory, const union directory_part *part,
    size_t size)
{
	const size_t head = offsetof(struct directory_entry, name);

	for (size_t at = 0; at + head < size;) {
		const struct directory_entry *entry = (const void *)(part->bytes + at);
		if (entry->length <= head || entry->length > size - at
		    || look_at_descriptor(search, pid, directory, entry->name))
			return true;
		at += entry->length;
	}
	stop_at_limit(search);
	return search->stopped;
}

static void
look_into_directory(struct search *search, pid_t pid, int directory)
{
	union directory_part part;
	long size;

	do {
		size = syscall(SYS_getdents64, directory, &part, sizeof part);
	} while (size > 0 && !look_at_part(search, pid, directory, &part, (size_t)size));
}

/* PATH is that of its descriptors. */
static void
look_into_process(struct search *search, pid_t pid, const char *path)
{
	int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (directory >= 0) {
		look_into_directory(search, pid, directory);
		close(directory);
		return;
	}
	/* It may have ended meanwhile; then it has nothing any more. */
	if (errno == ENOENT || errno == ESRCH)
		return;
	search->sight->complete = false;
	search->sight->error = errno;
	search->sight->hidden = errno == EACCES || errno == EPERM
	    ? "processes of other users cannot be inspected without CAP_SYS_PTRACE"
	    : "not every process could be inspected";
}

/* Returns whether there was any. */
static bool
look_into_others(struct search *search, DIR *processes)
{
	const struct dirent *entry;
	char path[PATH_SIZE];
	bool any = false;

	rewinddir(processes);
	search->stopped = false;
	while (search->going && !search->stopped && (entry = readdir(processes)) != NULL) {
		long long pid;
		if (!read_decimal(entry->d_name, INT_MAX, &pid))
			continue;
		any = true;
		if (pid == getpid())
			continue;
		make_path(path, (pid_t)pid, "/fd");
		search->any_looked_at = false;
		look_into_process(search, (pid_t)pid, path);
		search->processes_done += search->any_looked_at && !search->stopped;
		stop_at_limit(search);
	}
	return any;
}

static size_t
count_rest(DIR *processes)
{
	const struct dirent *entry;
	long long pid;
	size_t count = 0;

	while ((entry = readdir(processes)) != NULL)
		if (read_decimal(entry->d_name, INT_MAX, &pid) && pid != getpid())
			count++;
	return count;
}

static const char no_processes[] = "/proc, which lists the processes, cannot be read";

/* Most have fewer descriptors; one may have a million, and would use up the limit. */
#define LOW_DESCRIPTORS 256

static void
look_in_two_passes(struct search *search, DIR *processes, int limit)
{
	search_limit_start(&search->limit, limit);
	search->highest = LOW_DESCRIPTORS - 1;
	if (!look_into_others(search, processes))
		*search->sight = (struct backend_sight) { .error = ENOENT, .hidden = no_processes };
	if (search->stopped)
		search->sight->left_out = count_rest(processes);
	if (!search->going || !search->processes_above)
		return;
	search->processes_done = 0;
	search_limit_start(&search->limit, limit);
	search->lowest = LOW_DESCRIPTORS;
	search->highest = INT_MAX;
	look_into_others(search, processes);
	if (search->stopped && search->processes_above > search->processes_done)
		search->sight->left_out += search->processes_above - search->processes_done;
}

void
backend_visit_owners(const uint64_t *identities, size_t count, int limit,
    backend_owner_visitor *visit, void *context, struct backend_sight *sight)
{
	struct search search = { .identities = identities, .count = count, .visit = visit,
		.context = context, .sight = sight, .highest = INT_MAX, .going = true };
	DIR *processes;

	*sight = (struct backend_sight) { .complete = true };
	look_into_process(&search, getpid(), "/proc/self/fd");
	if (!search.going)
		return;
	processes = opendir("/proc");
	if (!processes) {
		*sight = (struct backend_sight) { .error = errno, .hidden = no_processes };
		return;
	}
	look_in_two_passes(&search, processes, limit);
	closedir(processes);
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
