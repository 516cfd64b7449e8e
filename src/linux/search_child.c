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

/* In memory that both processes share. */
struct progress {
	atomic_uint steps;
	atomic_int current;
	atomic_size_t done;
};

struct search_line {
	const struct search_task *task;
	int output, input;
	struct progress *progress;
	pid_t child;
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
	return write(line->output, record, line->task->record_size)
	    == (ssize_t)line->task->record_size;
}

void
search_line_progress(struct search_line *line, pid_t current, size_t done)
{
	if (!line)
		return;
	atomic_store(&line->progress->current, current);
	atomic_store(&line->progress->done, done);
	atomic_fetch_add(&line->progress->steps, 1);
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

/* Before 5.9 copies stay open while the search lasts. */
static void
close_others(int one, int other)
{
	unsigned low = (unsigned)(one < other ? one : other);
	unsigned high = (unsigned)(one < other ? other : one);

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

/* Returns 1 if there is a record, 0 if not yet, -1 if there will be none. */
static int
read_record(const struct search_line *line, void *record)
{
	struct pollfd input = { .fd = line->input, .events = POLLIN };
	int ready = poll(&input, 1, SLICE / 1000);

	if (ready <= 0)
		return ready == 0 || errno == EINTR ? 0 : -1;
	return read(line->input, record, line->task->record_size)
	        == (ssize_t)line->task->record_size
	    ? 1
	    : -1;
}

static enum search_end
take_records(const struct search_line *line)
{
	_Alignas(max_align_t) unsigned char record[SEARCH_RECORD_MAX];
	long silence = 0, whole = 0;
	unsigned steps = 0;
	struct timespec last = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &last);
	while (silence < SILENCE_MAX && whole < WHOLE_MAX) {
		unsigned before = steps;
		int got = read_record(line, record);
		long passed = time_since(&last);
		if (got < 0)
			return SEARCH_BROKEN;
		if (got > 0 && !line->task->take(line->task->context, record))
			return SEARCH_TAKEN;
		steps = atomic_load(&line->progress->steps);
		silence = got > 0 || steps != before ? 0 : silence + passed;
		whole += passed;
	}
	return silence < SILENCE_MAX ? SEARCH_LATE : SEARCH_SILENT;
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
	result->current = atomic_load(&line->progress->current);
	result->done = atomic_load(&line->progress->done);
}

void
search_child_run(const struct search_task *task, struct search_result *result)
{
	struct search_line line = { .task = task };
	int ends[2];
	void *shared;

	*result = (struct search_result) { .end = SEARCH_NO_CHILD };
	if (pipe2(ends, O_CLOEXEC) != 0) {
		result->error = errno;
		return;
	}
	line.input = ends[0];
	line.output = ends[1];
	shared = mmap(NULL, sizeof *line.progress, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		result->error = errno;
		close(line.output);
	} else {
		line.progress = shared; /* zeros */
		wait_for_child(&line, result);
		munmap(shared, sizeof *line.progress);
	}
	close(line.input);
}
