/* SPDX-License-Identifier: ISC */
/* The handlers that run, by process id.  Adding and removing one takes constant time, and
 * allocates nothing. */
#ifndef BINDCHAIN_SERVE_CHILDREN_H
#define BINDCHAIN_SERVE_CHILDREN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct child {
	pid_t pid;       /* 0: unused */
	uint32_t next;   /* in its list */
	uint32_t source; /* of its connection: sources.h */
};

struct children {
	unsigned count;
	/* Lists by hash; numbers of children, from 1; 0 ends a list. */
	uint32_t *heads;
	uint32_t mask;
	struct child *list;
	uint32_t used, room; /* of LIST; those from USED on were never used */
	uint32_t unused;     /* a list of the others that are unused */
};

/* With room for LIMIT.  Returns false if out of memory. */
bool children_open(struct children *, unsigned limit);
void children_close(struct children *);
/* Makes room for LIMIT.  Returns false, with all as it was, if out of memory. */
bool children_grow(struct children *, unsigned limit);

/* There must be room. */
void children_add(struct children *, pid_t, uint32_t source);
/* Returns whether PID is one of them, and its source. */
bool children_remove(struct children *, pid_t, uint32_t *source);
/* Sends SIGNALS, which end with 0, to each. */
void children_signal(const struct children *, const int *signals);

#endif
