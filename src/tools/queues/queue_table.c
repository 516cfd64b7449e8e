/* SPDX-License-Identifier: ISC */
#include "queue_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "observe.h"

/* Makes room for one more element; leaves the array unchanged if that fails. */
static bool
grow(void **elements, size_t count, size_t *room, size_t size)
{
	size_t wanted = *room ? *room * 2 : 64;
	void *grown;

	if (count < *room)
		return true;
	grown = realloc(*elements, wanted * size);
	if (!grown)
		return false;
	*elements = grown;
	*room = wanted;
	return true;
}

static void
note_socket(void *context, const struct backend_socket *socket)
{
	struct queue_table *table = context;
	void *queues = table->queues;

	if (!grow(&queues, table->count, &table->room, sizeof *table->queues))
		table->out_of_memory = true;
	table->queues = queues;
	if (table->out_of_memory)
		return;
	table->queues[table->count++] = (struct queue) { .socket = *socket,
		.high_water = socket->queue_length.value };
}

static bool
note_owner(void *context, uint64_t identity, const struct backend_process *process)
{
	struct queue_table *table = context;
	void *owners = table->owners;
	struct queue_owner *owner;

	if (!grow(&owners, table->owner_count, &table->owner_room, sizeof *table->owners))
		table->out_of_memory = true;
	table->owners = owners;
	if (table->out_of_memory)
		return false;
	owner = &table->owners[table->owner_count++];
	*owner = (struct queue_owner) { .identity = identity, .pid = process->pid,
		.uid_known = process->uid_known, .uid = process->uid,
		.descriptor = process->descriptor };
	strlcpy(owner->command, process->command, sizeof owner->command);
	return true;
}

/* A process may pass its socket on and exit: owners are searched again. */
#define READINGS_A_SEARCH 10

static int
compare_numbers(uint64_t left, uint64_t right)
{
	return left < right ? -1 : left > right;
}

/* The kernel reuses inode numbers: the same socket has the same address too. */
static int
compare_queues(const void *a, const void *b)
{
	const struct backend_socket *left = &((const struct queue *)a)->socket;
	const struct backend_socket *right = &((const struct queue *)b)->socket;

	if (left->identity != right->identity)
		return compare_numbers(left->identity, right->identity);
	if (left->address.length != right->address.length)
		return compare_numbers(left->address.length, right->address.length);
	return memcmp(&left->address.storage, &right->address.storage, left->address.length);
}

static int
compare_owners(const void *a, const void *b)
{
	const struct queue_owner *left = a, *right = b;

	if (left->identity != right->identity)
		return compare_numbers(left->identity, right->identity);
	if (left->pid != right->pid)
		return left->pid < right->pid ? -1 : 1;
	return left->descriptor < right->descriptor ? -1 : left->descriptor > right->descriptor;
}

void
queue_table_compare(const struct queue_table *table, queue_comparison *visit, void *context)
{
	size_t i = 0, old = 0;

	while (i < table->count || old < table->before_count) {
		struct queue *now = i < table->count ? &table->queues[i] : NULL;
		const struct queue *before
		    = old < table->before_count ? &table->before[old] : NULL;
		int order = !now ? 1 : !before ? -1 : compare_queues(now, before);
		visit(context, order >= 0 ? before : NULL, order <= 0 ? now : NULL);
		i += order <= 0;
		old += order >= 0;
	}
}

/* Counts in CONTEXT the sockets that were opened or closed. */
static void
remember(void *context, const struct queue *before, struct queue *now)
{
	size_t *others = context;

	if (!before || !now)
		++*others;
	else if (before->high_water > now->high_water)
		now->high_water = before->high_water;
}

static void
attach_owners(struct queue_table *table)
{
	size_t at = 0;

	for (size_t i = 0; i < table->count; i++) {
		struct queue *queue = &table->queues[i];
		while (at < table->owner_count
		    && table->owners[at].identity < queue->socket.identity)
			at++;
		queue->owners = table->owners ? table->owners + at : NULL;
		while (at < table->owner_count
		    && table->owners[at].identity == queue->socket.identity) {
			at++;
			queue->owner_count++;
		}
	}
}

static void
find_owners(struct queue_table *table)
{
	uint64_t *identities = malloc((table->count + 1) * sizeof *identities);

	table->owner_count = 0;
	if (!identities) {
		table->out_of_memory = true;
		return;
	}
	for (size_t i = 0; i < table->count; i++)
		identities[i] = table->queues[i].socket.identity;
	backend_visit_owners(identities, table->count, BACKEND_SEARCH_LIMIT, note_owner,
	    table, &table->owner_sight);
	free(identities);
	if (table->owner_count)
		qsort(table->owners, table->owner_count, sizeof *table->owners, compare_owners);
}

int
queue_table_read(struct queue_table *table)
{
	size_t others = 0;

	free(table->before);
	table->before = table->queues;
	table->before_count = table->count;
	table->queues = NULL;
	table->count = table->room = 0;
	backend_visit_listeners(note_socket, table, &table->sight);
	if (table->count)
		qsort(table->queues, table->count, sizeof *table->queues, compare_queues);
	queue_table_compare(table, remember, &others);
	if ((others || table->readings % READINGS_A_SEARCH == 0) && !table->out_of_memory)
		find_owners(table);
	table->readings++;
	attach_owners(table);
	errno = ENOMEM;
	return table->out_of_memory ? -1 : 0;
}

void
queue_table_free(struct queue_table *table)
{
	free(table->before);
	free(table->queues);
	free(table->owners);
	*table = (struct queue_table) { 0 };
}
