/* SPDX-License-Identifier: ISC */
#include "queue_lines.h"

#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "observe.h"
#include "process_name.h"

void
text_pad(struct text *text, size_t length)
{
	while (text->length < length && !text->cut)
		text_printf(text, " ");
}

void
text_add_fact_right(struct text *text, const struct bindchain_fact *fact, size_t length)
{
	char buffer[NUMBER_TEXT_SIZE];
	const char *number = fact->known ? number_text(fact->value, buffer) : "-";

	if (length > strlen(number))
		text_pad(text, length - strlen(number));
	text_printf(text, "%s", number);
}

void
queue_add_address(struct text *text, const struct queue *queue)
{
	const struct backend_socket *socket = &queue->socket;
	char interface[IF_NAMESIZE];

	text_add_address(text, &socket->address);
	if (address_family(&socket->address) == AF_INET6
	    && address_is_wildcard(&socket->address) && socket->v6only.known
	    && !socket->v6only.value)
		text_printf(text, " +IPv4");
	if (socket->interface && if_indextoname(socket->interface, interface))
		text_printf(text, " on %s", interface);
}

/* The owners are sorted by process: one may have several descriptors. */
static size_t
count_processes(const struct queue *queue)
{
	size_t count = 0;

	for (size_t i = 0; i < queue->owner_count; i++)
		if (i == 0 || queue->owners[i].pid != queue->owners[i - 1].pid)
			count++;
	return count;
}

void
queue_add_owner(struct text *text, const struct queue *queue)
{
	size_t processes = count_processes(queue);

	if (!processes) {
		text_printf(text, "-");
		return;
	}
	text_printf(text, "%lld ", (long long)queue->owners[0].pid);
	process_name_add(text, queue->owners[0].command);
	if (processes > 1)
		text_printf(text, " +%zu", processes - 1);
}

size_t
queue_address_width(const struct queue_table *table, size_t widest)
{
	size_t width = 0;

	for (size_t i = 0; i < table->count; i++) {
		struct text text;
		text_init(&text);
		queue_add_address(&text, &table->queues[i]);
		if (text.length > width)
			width = text.length;
	}
	return width < widest ? width : widest;
}

bool
queue_owners_missing(const struct queue_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		if (!table->queues[i].owner_count)
			return true;
	return false;
}

/* ---- order ---- */

static int
compare_names(const struct address *left, const struct address *right)
{
	char names[2][ADDRESS_PATH_SIZE];
	size_t one = address_path(left, names[0]), other = address_path(right, names[1]);

	/* With the null after the shorter one. */
	return memcmp(names[0], names[1], (one < other ? one : other) + 1);
}

static int
compare_internet(const struct address *left, const struct address *right)
{
	unsigned char bytes[2][ADDRESS_BYTES_MAX];
	int ports = (int)address_port(left) - (int)address_port(right);
	size_t size = address_bytes(left, bytes[0]);

	if (ports)
		return ports;
	if (size != address_bytes(right, bytes[1]))
		return size < ADDRESS_BYTES_MAX ? -1 : 1;
	return memcmp(bytes[0], bytes[1], size);
}

static int
compare_addresses(const struct queue *left, const struct queue *right)
{
	const struct address *one = &left->socket.address;
	const struct address *other = &right->socket.address;
	bool one_is_path = address_family(one) == AF_UNIX;
	bool other_is_path = address_family(other) == AF_UNIX;
	int order;

	if (one_is_path != other_is_path)
		return one_is_path ? 1 : -1;
	order = one_is_path ? compare_names(one, other) : compare_internet(one, other);
	/* Sockets that share an address: in a stable order. */
	return order ? order : left < right ? -1 : left > right;
}

static int
by_address(const void *a, const void *b)
{
	return compare_addresses(*(const struct queue *const *)a, *(const struct queue *const *)b);
}

/* Compares the fill of LENGTH in LIMIT with OTHER_LENGTH in OTHER_LIMIT. */
static int
compare_fullness(long long length, int limit, long long other_length, int other_limit)
{
	/* A queue holds one more than its limit, which also avoids a division by 0. */
	long long one = length * (other_limit + 1LL), other = other_length * (limit + 1LL);

	return one > other ? -1 : one < other;
}

static int
by_fullness(const void *a, const void *b)
{
	const struct queue *left = *(const struct queue *const *)a;
	const struct queue *right = *(const struct queue *const *)b;
	int limit = left->socket.queue_limit.value, other_limit = right->socket.queue_limit.value;
	int order = compare_fullness(left->socket.queue_length.value, limit,
	    right->socket.queue_length.value, other_limit);

	if (!order)
		order = compare_fullness(left->high_water, limit, right->high_water, other_limit);
	return order ? order : compare_addresses(left, right);
}

const struct queue **
queue_order(const struct queue_table *table, bool fullest)
{
	const struct queue **ordered = malloc((table->count + 1) * sizeof(const struct queue *));

	if (!ordered)
		return NULL;
	for (size_t i = 0; i < table->count; i++)
		ordered[i] = &table->queues[i];
	qsort(ordered, table->count, sizeof(const struct queue *),
	    fullest ? by_fullness : by_address);
	return ordered;
}

/* ---- bar ---- */

static int
bar_part(int length, const struct bindchain_fact *limit, int width)
{
	long long part;

	if (length <= 0)
		return 0;
	if (!limit->known || length >= limit->value)
		return limit->known ? width : 1;
	part = (long long)length * width / limit->value;
	return part ? (int)part : 1;
}

struct queue_bar
queue_measure(const struct queue *queue, int width)
{
	const struct backend_socket *socket = &queue->socket;

	return (struct queue_bar) {
		bar_part(socket->queue_length.value, &socket->queue_limit, width),
		bar_part(queue->high_water, &socket->queue_limit, width) };
}
