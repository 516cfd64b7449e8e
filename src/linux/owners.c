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
 * - Other processes are searched by a child, which nothing can make wait for ever:
 *   search_child.h.  Where there can be no child, as in qemu-user and where a seccomp filter
 *   refuses clone(2), this process does it; if one only cannot be started now, nobody does.
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
#include "search_child.h"
#include "search_limit.h"
#include "text.h"

struct search {
	const uint64_t *identities;
	size_t count;
	int milliseconds; /* the limit of each pass */
	bool with_options;
	owner_visitor *visit;
	void *context;
	struct backend_sight *sight;
	DIR *processes;
	pid_t asking;             /* the process that wants to know, in the numbers of /proc */
	struct search_line *line; /* in the child, to that process; else NULL */
	/* This pass over the processes: which descriptors, and for how long. */
	struct search_limit limit;
	int lowest, highest;
	size_t processes_above; /* that have descriptors above the highest */
	size_t processes_done;  /* that had any from the lowest on */
	bool any_looked_at;     /* of the process at hand */
	bool going, stopped;    /* stopped: at the limit */
	size_t passed;          /* number of processes inspected in the first pass */
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
	struct owner_options options = { 0 };

	if (search->process.pid != pid)
		read_process(search, pid);
	search->process.descriptor = descriptor;
	if (search->with_options && pid != search->asking)
		owner_options_borrow(&search->process, identity, &options);
	search->going = search->visit(search->context, identity, &search->process, &options);
}

static const char at_its_limit[] = "the search ended at its time limit";

static void
stop_at_limit(struct search *search)
{
	if (!search->going || !search_limit_is_over(&search->limit))
		return;
	search->stopped = true;
	search->sight->complete = false;
	search->sight->error = 0;
	search->sight->hidden = at_its_limit;
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
	search_line_progress(search->line, pid, search->passed);
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

/* The number in /proc of the process that calls this. */
static pid_t
own_number(void)
{
	char text[NUMBER_TEXT_SIZE];
	long long number;
	ssize_t length = readlink("/proc/self", text, sizeof text - 1);

	if (length > 0) {
		text[length] = '\0';
		if (read_decimal(text, INT_MAX, &number))
			return (pid_t)number;
	}
	return getpid();
}

/* Returns whether there was any. */
static bool
look_into_others(struct search *search)
{
	const pid_t self = own_number();
	const struct dirent *entry;
	char path[PATH_SIZE];
	bool any = false;

	rewinddir(search->processes);
	search->stopped = false;
	while (search->going && !search->stopped && (entry = readdir(search->processes)) != NULL) {
		long long pid;
		if (!read_decimal(entry->d_name, INT_MAX, &pid))
			continue;
		any = true;
		if (pid == search->asking || pid == self)
			continue;
		make_path(path, (pid_t)pid, "/fd");
		search->any_looked_at = false;
		search_line_progress(search->line, (pid_t)pid, search->passed);
		look_into_process(search, (pid_t)pid, path);
		search->processes_done += search->any_looked_at && !search->stopped;
		search->passed += search->lowest == 0;
		stop_at_limit(search);
	}
	return any;
}

/* Those that the directory has still to list. */
static size_t
count_rest(const struct search *search)
{
	const pid_t self = own_number();
	const struct dirent *entry;
	long long pid;
	size_t count = 0;

	while ((entry = readdir(search->processes)) != NULL)
		if (read_decimal(entry->d_name, INT_MAX, &pid) && pid != search->asking
		    && pid != self)
			count++;
	return count;
}

static const char no_processes[] = "/proc, which lists the processes, cannot be read";

/* Most have fewer descriptors; one may have a million, and would use up the limit. */
#define LOW_DESCRIPTORS 256

static void
look_in_two_passes(struct search *search)
{
	search_limit_start(&search->limit, search->milliseconds);
	search->highest = LOW_DESCRIPTORS - 1;
	if (!look_into_others(search))
		*search->sight = (struct backend_sight) { .error = ENOENT, .hidden = no_processes };
	if (search->stopped)
		search->sight->left_out = count_rest(search);
	if (!search->going || !search->processes_above)
		return;
	search->processes_done = 0;
	search_limit_start(&search->limit, search->milliseconds);
	search->lowest = LOW_DESCRIPTORS;
	search->highest = INT_MAX;
	look_into_others(search);
	if (search->stopped && search->processes_above > search->processes_done)
		search->sight->left_out += search->processes_above - search->processes_done;
}

/* ---- in a child ---- */

struct record {
	bool is_last; /* has the sight; each other one has the rest */
	uint64_t identity;
	struct backend_process process;
	struct owner_options options;
	struct backend_sight sight; /* its strings are at the same place in both processes */
};

_Static_assert(sizeof(struct record) <= SEARCH_RECORD_MAX, "a record is written in one piece");

static bool
send_owner(void *context, uint64_t identity, const struct backend_process *process,
    const struct owner_options *options)
{
	const struct record record = { .identity = identity, .process = *process,
		.options = *options };

	return search_line_send(context, &record);
}

static void
search_in_child(void *context, struct search_line *line)
{
	struct search *search = context;
	struct record last = { .is_last = true };

	search->line = line;
	search->visit = send_owner;
	search->context = line;
	look_in_two_passes(search);
	last.sight = *search->sight;
	search_line_send(line, &last);
}

static bool
take_record(void *context, const void *bytes)
{
	const struct search *search = context;
	const struct record *record = bytes;

	if (!record->is_last)
		return search->visit(search->context, record->identity, &record->process,
		    &record->options);
	*search->sight = record->sight;
	return false;
}

/* Others than those that pass, such as a limit that is reached. */
static bool
can_have_no_child(const struct search_result *result)
{
	return result->end == SEARCH_NO_CHILD
	    && (result->error == ENOSYS || result->error == EPERM || result->error == EACCES
	        || result->error == EINVAL);
}

static void
tell_unfinished(struct search *search, const struct search_result *result)
{
	static const char *const hidden[] = {
		[SEARCH_NO_CHILD] = "the process that searches them could not be started",
		[SEARCH_SILENT] = at_its_limit,
		[SEARCH_LATE] = at_its_limit,
		[SEARCH_BROKEN] = "the process that searched them was killed",
	};
	size_t all;

	rewinddir(search->processes);
	all = count_rest(search);
	*search->sight = (struct backend_sight) { .error = result->error,
		.hidden = hidden[result->end],
		.waited_for = result->end == SEARCH_SILENT ? result->current : 0,
		.left_out = all > result->done ? all - result->done : 1 };
}

static void
search_others(struct search *search)
{
	const struct search_task task = { .context = search,
		.record_size = sizeof(struct record),
		.kept_descriptor = dirfd(search->processes),
		.search = search_in_child,
		.take = take_record };
	struct search_result result;

	search_child_run(&task, &result);
	if (can_have_no_child(&result))
		look_in_two_passes(search);
	else if (result.end != SEARCH_TAKEN)
		tell_unfinished(search, &result);
}

/* ---- the search ---- */

void
owners_visit(const uint64_t *identities, size_t count, int limit, bool with_options,
    owner_visitor *visit, void *context, struct backend_sight *sight)
{
	struct search search = { .identities = identities, .count = count, .milliseconds = limit,
		.with_options = with_options, .visit = visit, .context = context, .sight = sight,
		.asking = getpid(), .highest = INT_MAX, .going = true };

	*sight = (struct backend_sight) { .complete = true };
	look_into_process(&search, search.asking, "/proc/self/fd");
	if (!search.going)
		return;
	search.asking = own_number();
	search.processes = opendir("/proc");
	if (!search.processes) {
		*sight = (struct backend_sight) { .error = errno, .hidden = no_processes };
		return;
	}
	search_others(&search);
	closedir(search.processes);
}

struct visit {
	backend_owner_visitor *visit;
	void *context;
};

static bool
visit_process(void *context, uint64_t identity, const struct backend_process *process,
    const struct owner_options *options)
{
	const struct visit *visit = context;

	(void)options;
	return visit->visit(visit->context, identity, process);
}

void
backend_visit_owners(const uint64_t *identities, size_t count, int limit,
    backend_owner_visitor *visit, void *context, struct backend_sight *sight)
{
	struct visit plain = { visit, context };

	owners_visit(identities, count, limit, false, visit_process, &plain, sight);
}
