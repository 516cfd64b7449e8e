/* SPDX-License-Identifier: ISC */
/*
 * A search in a child process, because a call may wait for another process for ever.
 *
 * - readlink(2) of /proc/PID/fd/N waits while process PID executes a program, and only a
 *   signal that kills ends that: call_proc_get_link() in fs/proc/base.c, of 2026, also in
 *   6.18.y.  So does pidfd_getfd(2), by the same exec_update_lock.  Any user can make his
 *   process stay there: by a close-on-exec file of a FUSE file system of his own, which
 *   does not answer when execve(2) closes it.
 * - The child has no exit signal: this process gets no SIGCHLD, and its wait(2) for any child
 *   does not see it.
 */
#ifndef BINDCHAIN_LINUX_SEARCH_CHILD_H
#define BINDCHAIN_LINUX_SEARCH_CHILD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* The child's way to the process that waits for it. */
struct search_line;

/* PIPE_BUF is at least this: a record is written in one piece. */
#define SEARCH_RECORD_MAX 512

struct search_task {
	void *context;
	size_t record_size;  /* up to SEARCH_RECORD_MAX */
	int kept_descriptor; /* the child closes all others; -1: it keeps none */
	/* In shared memory.  The search increases it: a sign of progress, at no cost. */
	atomic_uint *steps;
	/* In the child, with its copy of all memory.  Calls only async-signal-safe
	 * functions, since other threads may have held any lock.  In this process where
	 * there can be no child. */
	void (*search)(void *context, struct search_line *);
	/* In this process, for each record; returns whether to continue. */
	bool (*take)(void *context, const void *record);
	/* In this process, after a child without progress has ended; returns whether to start
	 * another one, if there is time left.  NULL: it does not. */
	bool (*go_on)(void *context);
};

enum search_end {
	SEARCH_NO_CHILD, /* it could not be started at the moment */
	SEARCH_TAKEN,    /* take() returned false, or this process has searched */
	SEARCH_SILENT,   /* the last child made no progress for a second */
	SEARCH_LATE,     /* it made progress, but all of them took five seconds */
	SEARCH_BROKEN    /* it ended, or could not be waited for */
};

/* How many children can be silent. */
#define SEARCH_SILENT_MAX 5

struct search_result {
	enum search_end end;
	int error; /* errno of the call that failed, for SEARCH_NO_CHILD */
};

/* Each child has been killed and waited for when this returns. */
void search_child_run(const struct search_task *, struct search_result *);

/* Memory of zeros that a child shares with this process and with the next child; or NULL, with
 * errno. */
void *search_memory_new(size_t size);
void search_memory_free(void *, size_t size);

/* ---- in the child ---- */

/* Returns whether to continue. */
bool search_line_send(struct search_line *, const void *record);

#endif
