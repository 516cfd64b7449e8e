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
 *   search_child.h.
 * - After a process that blocks the child another child continues.  A user can have any number
 *   of such processes: after two of one user it passes over the others of that user, who thus
 *   hides no holder but his own.  Those of root are not passed over.
 */
#include "owners.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
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

/* How far the children have come, in memory that they share with this process.  It is read
 * when they have ended, at any place. */
struct walk {
	atomic_uint steps;
	pid_t current;          /* the process at hand, or the last one */
	bool above;             /* in the second pass, over the descriptors above the low ones */
	size_t processes_above; /* that have such descriptors */
	size_t processes_done;  /* that the second pass has inspected, or counted as left out */
	size_t left_out;
	bool none;              /* there are no processes in /proc */
	bool at_limit;
	int error;              /* errno of a process that cannot be inspected; 0: none */
	/* Those that blocked a child, and their users, where known. */
	size_t blocking_count;
	struct {
		pid_t pid;
		bool uid_known;
		uid_t uid;
	} blocking[SEARCH_SILENT_MAX];
};

struct search {
	const uint64_t *identities;
	size_t count;
	int milliseconds; /* the limit of each pass */
	bool with_options;
	owner_visitor *visit;
	void *context;
	DIR *processes;
	pid_t asking;             /* the process that wants to know, in the numbers of /proc */
	struct search_line *line; /* to that process; NULL: it inspects itself */
	struct walk *walk;
	pid_t after;              /* in this pass, processes up to this one have been inspected */
	/* This pass over the processes: which descriptors, and for how long. */
	struct search_limit limit;
	int lowest, highest;
	bool any_looked_at;       /* of the process at hand */
	bool going, stopped;      /* stopped: at the limit */
	/* The process that is inspected; read when it is found to have one. */
	struct backend_process process;
};

_Static_assert(SEARCH_SILENT_MAX <= BACKEND_WAITED_MAX, "all that block are reported");

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

struct record {
	bool is_last; /* has nothing else */
	uint64_t identity;
	struct backend_process process;
	struct owner_options options;
};

_Static_assert(sizeof(struct record) <= SEARCH_RECORD_MAX, "a record is written in one piece");

static void
report(struct search *search, uint64_t identity, pid_t pid, int descriptor)
{
	struct record record = { .identity = identity };

	if (search->process.pid != pid)
		read_process(search, pid);
	search->process.descriptor = descriptor;
	record.process = search->process;
	if (search->with_options && pid != search->asking)
		owner_options_borrow(&search->process, identity, &record.options);
	search->going = search->line ? search_line_send(search->line, &record)
	    : search->visit(search->context, identity, &record.process, &record.options);
}

static void
stop_at_limit(struct search *search)
{
	if (search->going && search_limit_is_over(&search->limit))
		search->stopped = search->walk->at_limit = true;
}

static void
make_step(struct search *search)
{
	atomic_fetch_add(&search->walk->steps, 1);
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
		search->walk->processes_above++;
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
	make_step(search);
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
	if (errno != ENOENT && errno != ESRCH)
		search->walk->error = errno;
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

/* ---- those that block a child ---- */

static bool
user_of(pid_t pid, uid_t *uid)
{
	char path[PATH_SIZE];
	struct stat status;

	make_path(path, pid, "");
	if (stat(path, &status) != 0)
		return false;
	*uid = status.st_uid;
	return true;
}

/* So many of one user, or the others of that user are passed over. */
#define BLOCKING_BY_USER 2

static bool
is_passed_over(const struct walk *walk, pid_t pid)
{
	size_t count = 0;
	uid_t uid;

	for (size_t i = 0; i < walk->blocking_count; i++)
		if (walk->blocking[i].pid == pid)
			return true;
	if (walk->blocking_count < BLOCKING_BY_USER || !user_of(pid, &uid) || uid == 0)
		return false;
	for (size_t i = 0; i < walk->blocking_count; i++)
		count += walk->blocking[i].uid_known && walk->blocking[i].uid == uid;
	return count >= BLOCKING_BY_USER;
}

/* In this process, after a child without progress. */
static bool
pass_over_current(void *context)
{
	const struct search *search = context;
	struct walk *walk = search->walk;

	if (walk->blocking_count < SEARCH_SILENT_MAX)
		walk->blocking[walk->blocking_count++].pid = walk->current;
	walk->left_out++;
	walk->processes_done += walk->above;
	return walk->blocking_count < SEARCH_SILENT_MAX;
}

/* In the next child. */
static void
continue_walk(struct search *search)
{
	struct walk *walk = search->walk;
	size_t count = walk->blocking_count;

	search->after = walk->current;
	if (count > 0)
		walk->blocking[count - 1].uid_known = user_of(walk->blocking[count - 1].pid,
		    &walk->blocking[count - 1].uid);
}

/* ---- all processes ---- */

static void
look_into_other(struct search *search, pid_t pid)
{
	struct walk *walk = search->walk;
	char path[PATH_SIZE];

	walk->current = pid;
	make_step(search);
	if (is_passed_over(walk, pid)) {
		walk->left_out += !walk->above;
		return;
	}
	make_path(path, pid, "/fd");
	search->any_looked_at = false;
	look_into_process(search, pid, path);
	walk->processes_done += walk->above && search->any_looked_at && !search->stopped;
	stop_at_limit(search);
}

/* Returns whether there was any. */
static bool
look_into_others(struct search *search)
{
	const pid_t self = own_number();
	const struct dirent *entry;
	bool any = false;

	rewinddir(search->processes);
	search->stopped = false;
	while (search->going && !search->stopped && (entry = readdir(search->processes)) != NULL) {
		long long pid;
		if (!read_decimal(entry->d_name, INT_MAX, &pid))
			continue;
		any = true;
		if (pid > search->after && pid != search->asking && pid != self)
			look_into_other(search, (pid_t)pid);
	}
	return any;
}

/* Those that the first pass would have inspected after the current one. */
static size_t
count_rest(const struct search *search)
{
	const pid_t self = own_number();
	const struct dirent *entry;
	long long pid;
	size_t count = 0;

	rewinddir(search->processes);
	while ((entry = readdir(search->processes)) != NULL)
		if (read_decimal(entry->d_name, INT_MAX, &pid) && pid > search->walk->current
		    && pid != search->asking && pid != self)
			count++;
	return count;
}

/* At the end of a pass, or where it was ended. */
static void
count_left_out(const struct search *search)
{
	struct walk *walk = search->walk;

	if (!walk->above)
		walk->left_out += count_rest(search);
	else if (walk->processes_above > walk->processes_done)
		walk->left_out += walk->processes_above - walk->processes_done;
}

/* Most have fewer descriptors; one may have a million, and would use up the limit. */
#define LOW_DESCRIPTORS 256

/* Returns whether a second one is needed. */
static bool
make_first_pass(struct search *search)
{
	struct walk *walk = search->walk;

	search_limit_start(&search->limit, search->milliseconds);
	search->highest = LOW_DESCRIPTORS - 1;
	walk->none = !look_into_others(search);
	if (search->stopped)
		count_left_out(search);
	if (!search->going || !walk->processes_above)
		return false;
	search->after = walk->current = 0;
	walk->above = true;
	return true;
}

static void
look_in_two_passes(struct search *search)
{
	if (!search->walk->above && !make_first_pass(search))
		return;
	search_limit_start(&search->limit, search->milliseconds);
	search->lowest = LOW_DESCRIPTORS;
	search->highest = INT_MAX;
	look_into_others(search);
	if (search->stopped)
		count_left_out(search);
}

/* ---- in a child ---- */

static void
search_in_child(void *context, struct search_line *line)
{
	const struct record last = { .is_last = true };
	struct search *search = context;

	search->line = line;
	continue_walk(search);
	look_in_two_passes(search);
	search_line_send(line, &last);
}

static bool
take_record(void *context, const void *bytes)
{
	const struct search *search = context;
	const struct record *record = bytes;

	return !record->is_last
	    && search->visit(search->context, record->identity, &record->process,
	        &record->options);
}

/* ---- what was not seen ---- */

static const char no_processes[] = "/proc, which lists the processes, cannot be read";

static const char *
hidden_text(const struct walk *walk)
{
	if (walk->none)
		return no_processes;
	if (walk->at_limit)
		return "the search ended at its time limit";
	if (walk->error == EACCES || walk->error == EPERM)
		return "processes of other users cannot be inspected without CAP_SYS_PTRACE";
	return walk->error || walk->blocking_count ? "not every process could be inspected" : NULL;
}

static void
fill_sight(struct backend_sight *sight, const struct walk *walk)
{
	*sight = (struct backend_sight) { .hidden = hidden_text(walk), .error = walk->error,
		.at_limit = walk->at_limit, .left_out = walk->left_out,
		.waited_count = walk->blocking_count };
	sight->complete = !sight->hidden;
	if (walk->none || walk->at_limit)
		sight->error = walk->none ? ENOENT : 0;
	for (size_t i = 0; i < walk->blocking_count; i++)
		sight->waited[i] = walk->blocking[i].pid;
}

/* After a search that did not end by itself. */
static void
tell_unfinished(struct backend_sight *sight, const struct search *search,
    const struct search_result *result)
{
	struct walk *walk = search->walk;

	walk->at_limit = true;
	/* A process that blocks has been counted. */
	if (result->end != SEARCH_SILENT && walk->current && !walk->above)
		walk->left_out++;
	count_left_out(search);
	fill_sight(sight, walk);
	sight->error = result->error;
	if (result->end == SEARCH_NO_CHILD)
		sight->hidden = "the process that searches them could not be started";
	if (result->end == SEARCH_BROKEN)
		sight->hidden = "the process that searched them was killed";
}

static void
search_others(struct search *search, struct backend_sight *sight)
{
	const struct search_task task = { .context = search,
		.record_size = sizeof(struct record),
		.kept_descriptor = dirfd(search->processes),
		.steps = &search->walk->steps,
		.search = search_in_child,
		.take = take_record,
		.go_on = pass_over_current };
	struct search_result result;

	search_child_run(&task, &result);
	if (result.end == SEARCH_TAKEN)
		fill_sight(sight, search->walk);
	else
		tell_unfinished(sight, search, &result);
}

static void
search_with_memory(struct search *search, struct backend_sight *sight)
{
	struct walk *own = search->walk;
	struct search_result without = { .end = SEARCH_NO_CHILD };

	search->walk = search_memory_new(sizeof *own);
	if (search->walk) {
		search->walk->error = own->error;
		search_others(search, sight);
		search_memory_free(search->walk, sizeof *own);
	} else {
		without.error = errno;
		search->walk = own;
		tell_unfinished(sight, search, &without);
	}
}

/* ---- the search ---- */

void
owners_visit(const uint64_t *identities, size_t count, int limit, bool with_options,
    owner_visitor *visit, void *context, struct backend_sight *sight)
{
	struct walk own = { .current = 0 };
	struct search search = { .identities = identities, .count = count, .milliseconds = limit,
		.with_options = with_options, .visit = visit, .context = context, .walk = &own,
		.asking = getpid(), .highest = INT_MAX, .going = true };

	look_into_process(&search, search.asking, "/proc/self/fd");
	fill_sight(sight, &own);
	if (!search.going)
		return;
	search.asking = own_number();
	search.processes = opendir("/proc");
	if (!search.processes) {
		*sight = (struct backend_sight) { .error = errno, .hidden = no_processes };
		return;
	}
	search_with_memory(&search, sight);
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
