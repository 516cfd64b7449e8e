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
 * - Other processes are searched by a child, which nothing can make wait for ever:
 *   search_child.h.  After a process that blocks it another child continues: owner_walk.h.
 */
#include "owners.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "observe.h"
#include "owner_walk.h"
#include "proc_processes.h"
#include "search_child.h"
#include "search_limit.h"

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
	struct owner_walk *walk;
	pid_t after;              /* in this pass, processes up to this one have been inspected */
	/* This pass over the processes: which descriptors, and for how long. */
	struct search_limit limit;
	int lowest, highest;
	bool any_looked_at;       /* of the process at hand */
	bool going, stopped;      /* stopped: at the limit */
	/* The process that is inspected; read when it is found to have one. */
	struct backend_process process;
};

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
		proc_process_read(&search->process, pid);
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

	if (!proc_number_read(name, INT_MAX, &descriptor) || descriptor < search->lowest)
		return false;
	if (descriptor > search->highest) {
		search->walk->processes_above++;
		return true;
	}
	search->any_looked_at = true;
	if (proc_socket_read(directory, name, &inode) && is_wanted(search, inode))
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

/* ---- all processes ---- */

static void
look_into_other(struct search *search, pid_t pid)
{
	struct owner_walk *walk = search->walk;
	char path[PROC_PATH_SIZE];

	walk->current = pid;
	make_step(search);
	if (owner_walk_passes_over(walk, pid)) {
		walk->left_out += !walk->above;
		return;
	}
	proc_path(path, pid, "/fd");
	search->any_looked_at = false;
	look_into_process(search, pid, path);
	walk->processes_done += walk->above && search->any_looked_at && !search->stopped;
	stop_at_limit(search);
}

/* Returns whether there was any. */
static bool
look_into_others(struct search *search)
{
	const pid_t self = proc_self();
	const struct dirent *entry;
	bool any = false;

	rewinddir(search->processes);
	search->stopped = false;
	while (search->going && !search->stopped && (entry = readdir(search->processes)) != NULL) {
		long long pid;
		if (!proc_number_read(entry->d_name, INT_MAX, &pid))
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
	const pid_t self = proc_self();
	const struct dirent *entry;
	long long pid;
	size_t count = 0;

	rewinddir(search->processes);
	while ((entry = readdir(search->processes)) != NULL)
		if (proc_number_read(entry->d_name, INT_MAX, &pid) && pid > search->walk->current
		    && pid != search->asking && pid != self)
			count++;
	return count;
}

/* At the end of a pass, or where it was ended. */
static void
count_left_out(const struct search *search)
{
	struct owner_walk *walk = search->walk;

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
	struct owner_walk *walk = search->walk;

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
	search->after = search->walk->current;
	owner_walk_continue(search->walk);
	look_in_two_passes(search);
	search_line_send(line, &last);
}

/* In this process, after a child without progress. */
static bool
pass_over_current(void *context)
{
	const struct search *search = context;

	return owner_walk_pass_over_current(search->walk);
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

/* ---- in this process ---- */

/* After a search that did not end by itself. */
static void
tell_unfinished(struct backend_sight *sight, const struct search *search,
    const struct search_result *result)
{
	struct owner_walk *walk = search->walk;

	walk->at_limit = true;
	/* A process that blocks has been counted. */
	if (result->end != SEARCH_SILENT && walk->current && !walk->above)
		walk->left_out++;
	count_left_out(search);
	owner_walk_fill_sight(walk, sight);
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
		owner_walk_fill_sight(search->walk, sight);
	else
		tell_unfinished(sight, search, &result);
}

static void
search_with_memory(struct search *search, struct backend_sight *sight)
{
	struct owner_walk *own = search->walk;
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
	struct owner_walk own = { .current = 0 };
	struct search search = { .identities = identities, .count = count, .milliseconds = limit,
		.with_options = with_options, .visit = visit, .context = context, .walk = &own,
		.asking = getpid(), .highest = INT_MAX, .going = true };

	look_into_process(&search, search.asking, "/proc/self/fd");
	owner_walk_fill_sight(&own, sight);
	if (!search.going)
		return;
	search.asking = proc_self();
	search.processes = opendir("/proc");
	if (!search.processes) {
		own.none = true;
		owner_walk_fill_sight(&own, sight);
		sight->error = errno;
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
