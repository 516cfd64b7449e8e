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

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The child's way to the process that waits for it. */
struct search_line;

/* PIPE_BUF is at least this: a record is written in one piece. */
#define SEARCH_RECORD_MAX 512

struct search_task {
	void *context;
	size_t record_size;  /* up to SEARCH_RECORD_MAX */
	int kept_descriptor; /* the child closes all others */
	/* In the child, with its copy of all memory.  Calls only async-signal-safe
	 * functions, since other threads may have held any lock. */
	void (*search)(void *context, struct search_line *);
	/* In this process, for each record; returns whether to continue. */
	bool (*take)(void *context, const void *record);
};

enum search_end {
	SEARCH_NO_CHILD, /* it could not be started; nothing was searched */
	SEARCH_TAKEN,    /* take() returned false */
	SEARCH_SILENT,   /* the child made no progress for a second */
	SEARCH_LATE,     /* the child made progress, but took five seconds */
	SEARCH_BROKEN    /* the child ended, or could not be waited for */
};

struct search_result {
	enum search_end end;
	int error;     /* errno of the call that failed, for SEARCH_NO_CHILD */
	pid_t current; /* the process that the child looked into; 0: none */
	size_t done;   /* number of processes that it had looked into before */
};

/* The child has been killed and waited for when this returns. */
void search_child_run(const struct search_task *, struct search_result *);

/* ---- in the child ---- */

/* Returns whether the record was written. */
bool search_line_send(struct search_line *, const void *record);
/* The search looks into process CURRENT, after DONE others: a sign of progress, at no
 * cost.  LINE may be NULL. */
void search_line_progress(struct search_line *, pid_t current, size_t done);

#endif
