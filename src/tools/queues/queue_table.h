/* SPDX-License-Identifier: ISC */
/* The listening sockets of the system and their owners, read repeatedly. */
#ifndef BINDCHAIN_QUEUE_TABLE_H
#define BINDCHAIN_QUEUE_TABLE_H

#include "observe.h"

struct queue_owner {
	uint64_t identity; /* of the socket */
	pid_t pid;
	bool uid_known;
	uid_t uid;
	int descriptor;
	char command[64]; /* empty: unknown */
};

struct queue {
	struct backend_socket socket;
	int high_water; /* its greatest length at any reading so far */
	const struct queue_owner *owners; /* by ascending process and descriptor */
	size_t owner_count;
};

struct queue_table {
	struct queue *queues; /* by ascending identity */
	size_t count, room;
	struct queue *before; /* the previous reading, without its owners */
	size_t before_count;
	struct queue_owner *owners; /* by ascending identity */
	size_t owner_count, owner_room;
	struct backend_sight sight, owner_sight;
	unsigned readings;
	bool out_of_memory;
};

/*
 * Reads the sockets into TABLE, which is all zeroes at first, and keeps the greatest length
 * of each queue.  The processes are searched, in one pass, if the sockets are others than
 * at the previous reading, and every tenth time.  Returns 0, or -1 with errno if out of
 * memory; the table can then be freed.
 */
int queue_table_read(struct queue_table *);

/* Visits each socket of the last two readings once; BEFORE is NULL for a new one, NOW for a
 * closed one. */
typedef void queue_comparison(void *context, const struct queue *before, struct queue *now);
void queue_table_compare(const struct queue_table *, queue_comparison *, void *context);

void queue_table_free(struct queue_table *);

#endif
