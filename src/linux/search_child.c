/* SPDX-License-Identifier: ISC */
#include "search_child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct search_line {
	const struct search_task *task;
	int output, input;
	bool is_here; /* there is no child: this process searches */
	pid_t child;
	long whole; /* how long all children have taken */
};

/* Of the clock, in microseconds.  A search needs milliseconds, and ends by its processor time
 * first; the rest is for a busy machine. */
#define SLICE       100000
#define SILENCE_MAX 1000000
#define WHOLE_MAX   5000000

/* ---- in the child ---- */

bool
search_line_send(struct search_line *line, const void *record)
{
	const struct search_task *task = line->task;

	if (line->is_here)
		return task->take(task->context, record);
	return write(line->output, record, task->record_size) == (ssize_t)task->record_size;
}

static void
close_range_of(unsigned first, unsigned last)
{
#ifdef SYS_close_range
	if (first <= last)
		syscall(SYS_close_range, first, last, 0);
#else
	(void)first;
	(void)last;
#endif
}

/* Before 5.9 copies stay open while the search lasts.  OTHER may be -1. */
static void
close_others(int one, int other)
{
	unsigned low, high;

	if (other < 0)
		other = one;
	low = (unsigned)(one < other ? one : other);
	high = (unsigned)(one < other ? other : one);
	if (low > 0)
		close_range_of(0, low - 1);
	close_range_of(low + 1, high - 1);
	close_range_of(high + 1, UINT_MAX);
}

/* It ends with the thread that waits for it.  All signals are blocked. */
static _Noreturn void
be_child(struct search_line *line)
{
	const struct search_task *task = line->task;
	struct pollfd reader = { .fd = line->output };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(line->input);
	close_others(line->output, task->kept_descriptor);
	/* The thread may have ended before prctl(2). */
	if (poll(&reader, 1, 0) == 0)
		task->search(task->context, line);
	_exit(0);
}

/* ---- in this process ---- */

/* clone(2) without flags, exit signal or stack: the order of the arguments, which differs
 * between processors, does not matter. */
static pid_t
raw_fork(void)
{
#ifdef __sparc__
	/* syscall(2) cannot tell the child from its parent. */
	errno = ENOSYS;
	return -1;
#else
	return (pid_t)syscall(SYS_clone, 0L, 0L, 0L, 0L, 0L);
#endif
}

/* Returns 0 or an errno.  Handlers of signals must not run in the child as well. */
static int
start_child(struct search_line *line)
{
	sigset_t all, former;
	int error;

	sigfillset(&all);
	if (sigprocmask(SIG_BLOCK, &all, &former) != 0)
		return errno;
	line->child = raw_fork();
	if (line->child == 0)
		be_child(line);
	error = line->child < 0 ? errno : 0;
	sigprocmask(SIG_SETMASK, &former, NULL);
	return error;
}

static void
end_child(const struct search_line *line)
{
	kill(line->child, SIGKILL);
	while (waitpid(line->child, NULL, __WALL) < 0 && errno == EINTR)
		;
}

/* At most a slice: a time in which both were stopped does not count. */
static long
time_since(struct timespec *last)
{
	struct timespec now;
	long long passed = SLICE;

	if (clock_gettime(CLOCK_MONOTONIC, &now) == 0) {
		passed = (now.tv_sec - last->tv_sec) * 1000000LL
		    + (now.tv_nsec - last->tv_nsec) / 1000;
		*last = now;
	}
	return passed < SLICE ? (long)passed : SLICE;
}

enum reading { READ_NOTHING, READ_RECORD, READ_ENOUGH, READ_END };

/* Takes the next record, or waits for it. */
static enum reading
read_record(const struct search_line *line, int milliseconds)
{
	_Alignas(max_align_t) unsigned char record[SEARCH_RECORD_MAX];
	const struct search_task *task = line->task;
	struct pollfd input = { .fd = line->input, .events = POLLIN };
	int ready = poll(&input, 1, milliseconds);

	if (ready <= 0)
		return ready == 0 || errno == EINTR ? READ_NOTHING : READ_END;
	if (read(line->input, record, task->record_size) != (ssize_t)task->record_size)
		return READ_END;
	return task->take(task->context, record) ? READ_RECORD : READ_ENOUGH;
}

static enum search_end
take_records(struct search_line *line)
{
	atomic_uint *progress = line->task->steps;
	unsigned steps = atomic_load(progress);
	struct timespec last = { 0 };
	long silence = 0;

	clock_gettime(CLOCK_MONOTONIC, &last);
	while (silence < SILENCE_MAX && line->whole < WHOLE_MAX) {
		unsigned before = steps;
		enum reading got = read_record(line, SLICE / 1000);
		long passed = time_since(&last);
		if (got == READ_END)
			return SEARCH_BROKEN;
		if (got == READ_ENOUGH)
			return SEARCH_TAKEN;
		steps = atomic_load(progress);
		silence = got == READ_RECORD || steps != before ? 0 : silence + passed;
		line->whole += passed;
	}
	return silence < SILENCE_MAX ? SEARCH_LATE : SEARCH_SILENT;
}

/* What a child sent just before it was killed: the next one does not send it again. */
static enum search_end
take_rest(const struct search_line *line, enum search_end end)
{
	enum reading got;

	do {
		got = read_record(line, 0);
	} while (got == READ_RECORD);
	return got == READ_ENOUGH ? SEARCH_TAKEN : end;
}

static void
wait_for_child(struct search_line *line, struct search_result *result)
{
	result->error = start_child(line);
	/* That of this process: if another one has a copy, the child's end is not seen. */
	close(line->output);
	if (result->error)
		return;
	result->end = take_records(line);
	end_child(line);
	if (result->end == SEARCH_SILENT || result->end == SEARCH_LATE)
		result->end = take_rest(line, result->end);
}

static void
run_child(struct search_line *line, struct search_result *result)
{
	int ends[2];

	*result = (struct search_result) { .end = SEARCH_NO_CHILD };
	if (pipe2(ends, O_CLOEXEC) != 0) {
		result->error = errno;
		return;
	}
	line->input = ends[0];
	line->output = ends[1];
	wait_for_child(line, result);
	close(line->input);
}

/* Other errors pass, such as a limit that is reached. */
static bool
can_have_no_child(const struct search_result *result)
{
	return result->end == SEARCH_NO_CHILD
	    && (result->error == ENOSYS || result->error == EPERM || result->error == EACCES
	        || result->error == EINVAL);
}

void
search_child_run(const struct search_task *task, struct search_result *result)
{
	struct search_line line = { .task = task };

	do {
		run_child(&line, result);
		if (can_have_no_child(result) && !line.whole) {
			line.is_here = true;
			task->search(task->context, &line);
			*result = (struct search_result) { .end = SEARCH_TAKEN };
		}
	} while (result->end == SEARCH_SILENT && task->go_on && task->go_on(task->context)
	    && line.whole < WHOLE_MAX);
}

/* ---- memory ---- */

void *
search_memory_new(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

void
search_memory_free(void *memory, size_t size)
{
	munmap(memory, size);
}
