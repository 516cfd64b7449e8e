/* SPDX-License-Identifier: ISC */
/*
 * bindchain queues: the listening sockets of the system, their owners, and how
 * full their accept queues are; once, or repeatedly.
 */
#include <errno.h>
#include <net/if.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "command.h"
#include "compat.h"
#include "fatal.h"
#include "json.h"
#include "native.h"
#include "number.h"
#include "observe.h"
#include "print.h"
#include "queue_lines.h"
#include "queue_table.h"
#include "queue_watch.h"

#define QUEUES_SCHEMA_VERSION 1
#define DEFAULT_INTERVAL 1000
#define WIDEST_ADDRESS 50

struct chosen {
	bool json, watch;
	const char *interval;
};

static const struct option_spec options[] = {
	OPTION('j', "json", "", "print JSON", offsetof(struct chosen, json), true),
	OPTION('w', "watch", "", "repeat, in place on a terminal; q quits",
	    offsetof(struct chosen, watch), true),
	OPTION('i', "interval", "SECONDS",
	    "with --watch: time between readings, 0.1 to 3600 (default 1)",
	    offsetof(struct chosen, interval), true),
};

/* ---- text ---- */

static void
print_queue(const struct queue *queue, size_t width)
{
	struct text text;

	text_init(&text);
	queue_add_address(&text, queue);
	text_pad(&text, width);
	text_add_fact_right(&text, &queue->socket.queue_length, text.length + 8);
	text_add_fact_right(&text, &queue->socket.queue_limit, text.length + 8);
	text_add_fact_right(&text, &queue->socket.drops, text.length + 8);
	text_printf(&text, "  ");
	queue_add_owner(&text, queue);
	print_line(&text);
}

static void
print_counters(void)
{
	struct backend_counter counters[BACKEND_COUNTERS_MAX];
	size_t count = backend_read_counters(counters);

	for (size_t i = 0; i < count; i++)
		printf("%s %llu: %s\n", counters[i].name, (unsigned long long)counters[i].value,
		    counters[i].meaning);
}

static void
print_hidden_owners(const struct queue_table *table)
{
	const struct backend_sight *sight = &table->owner_sight;
	struct text text;

	if (!sight->left_out && !queue_owners_missing(table))
		return;
	text_init(&text);
	text_printf(&text, "some owners are hidden: ");
	if (sight->hidden)
		backend_sight_add_hidden(&text, sight);
	else
		text_printf(&text, "they are in another container, or in the kernel");
	print_line(&text);
}

static void
print_sights(const struct queue_table *table)
{
	if (!table->sight.complete)
		printf("some sockets are hidden: %s\n", table->sight.hidden);
	if (!table->sight.complete && table->sight.command)
		printf("try: %s\n", table->sight.command);
	print_hidden_owners(table);
}

static void
print_table(const struct queue_table *table, const struct queue *const *ordered)
{
	size_t width = queue_address_width(table, WIDEST_ADDRESS);
	static const char heading[] = "ADDRESS";

	if (width < sizeof heading - 1)
		width = sizeof heading - 1;
	printf("%-*s  LENGTH   LIMIT   DROPS  OWNER\n", (int)width, heading);
	for (size_t i = 0; i < table->count; i++)
		print_queue(ordered[i], width);
	print_counters();
	print_sights(table);
}

/* ---- JSON ---- */

static void
write_address(struct json *json, const struct backend_socket *socket)
{
	const struct address *address = &socket->address;
	char host[ADDRESS_HOST_SIZE], path[ADDRESS_PATH_SIZE], interface[IF_NAMESIZE];
	bool is_path = address_family(address) == AF_UNIX;

	json_text(json, "family", is_path ? "unix"
	    : address_family(address) == AF_INET ? "inet" : "inet6");
	json_text(json, "type", socket->type == SOCK_SEQPACKET ? "seqpacket" : "stream");
	if (is_path) {
		size_t length = address_path(address, path);
		json_bytes(json, "address", path, length);
		json_text(json, "port", NULL);
	} else {
		address_host(address, host);
		json_text(json, "address", host);
		json_number(json, "port", address_port(address));
	}
	json_fact_boolean(json, "v6only", &socket->v6only);
	json_text(json, "interface", socket->interface
	    ? if_indextoname(socket->interface, interface) : NULL);
}

static void
write_uid(struct json *json, bool known, uid_t uid)
{
	if (known)
		json_number(json, "uid", (long long)uid);
	else
		json_text(json, "uid", NULL);
}

static void
write_queue(struct json *json, const struct queue *queue)
{
	json_open(json, NULL, '{');
	write_address(json, &queue->socket);
	write_uid(json, queue->socket.uid_known, queue->socket.uid);
	json_fact(json, "queue_length", &queue->socket.queue_length);
	json_fact(json, "queue_limit", &queue->socket.queue_limit);
	json_fact(json, "drops", &queue->socket.drops);
	json_open(json, "owners", '[');
	for (size_t i = 0; i < queue->owner_count; i++) {
		const struct queue_owner *owner = &queue->owners[i];
		json_open(json, NULL, '{');
		json_number(json, "pid", owner->pid);
		json_text(json, "command", owner->command[0] ? owner->command : NULL);
		write_uid(json, owner->uid_known, owner->uid);
		json_number(json, "descriptor", owner->descriptor);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_close(json, '}');
}

static void
write_counters(struct json *json)
{
	struct backend_counter counters[BACKEND_COUNTERS_MAX];
	size_t count = backend_read_counters(counters);

	json_open(json, "counters", '{');
	for (size_t i = 0; i < count; i++)
		json_number(json, counters[i].name, (long long)counters[i].value);
	json_close(json, '}');
}

static void
write_sight(struct json *json, const char *key, const struct backend_sight *sight)
{
	struct text hidden;

	text_init(&hidden);
	if (sight->hidden)
		backend_sight_add_hidden(&hidden, sight);
	json_open(json, key, '{');
	json_boolean(json, "complete", sight->complete);
	json_text(json, "hidden", sight->hidden ? text_string(&hidden) : NULL);
	json_text(json, "command", sight->command);
	json_number(json, "processes_left_out", (long long)sight->left_out);
	json_close(json, '}');
}

static void
write_table(const struct queue_table *table, const struct queue *const *ordered)
{
	struct json json = { 0 };

	json_open(&json, NULL, '{');
	json_text(&json, "schema", "bindchain-queues");
	json_number(&json, "schema_version", QUEUES_SCHEMA_VERSION);
	json_text(&json, "system", backend_system);
	json_open(&json, "listeners", '[');
	for (size_t i = 0; i < table->count; i++)
		write_queue(&json, ordered[i]);
	json_close(&json, ']');
	write_counters(&json);
	write_sight(&json, "listeners_seen", &table->sight);
	write_sight(&json, "owners_seen", &table->owner_sight);
	json_close(&json, '}');
}

/* ---- both ---- */

/* Fails with the error of the search, or because this system does not list sockets. */
static _Noreturn void
not_seen(const struct invocation *invocation, const struct backend_sight *sight)
{
	if (sight->error) {
		errno = sight->error;
		native_fatal_call(invocation, "no sockets are seen:", sight->hidden);
	}
	fatal(invocation, "%s%s%s", sight->hidden,
	    sight->command ? "; try: " : "", sight->command ? sight->command : "");
}

/* Out of memory, or a failed write to standard output. */
static _Noreturn void
fail(const struct invocation *invocation)
{
	if (ferror(stdout))
		print_end(invocation, NATIVE_EXIT_FAILURE);
	native_fatal_call(invocation, "malloc", "the list of sockets");
}

static _Noreturn void
print_once(const struct invocation *invocation, const struct queue_table *table, bool json)
{
	const struct queue **ordered = queue_order(table, false);

	if (!ordered)
		fail(invocation);
	if (json)
		write_table(table, ordered);
	else
		print_table(table, ordered);
	print_end(invocation, 0);
}

static _Noreturn void
run_with(const struct invocation *invocation, const struct chosen *chosen, int interval)
{
	struct queue_table table = { 0 };

	print_begin();
	if (queue_table_read(&table) != 0)
		fail(invocation);
	if (!table.count && !table.sight.complete)
		not_seen(invocation, &table.sight);
	if (!chosen->watch)
		print_once(invocation, &table, chosen->json);
	if (queue_watch(&table, interval) != 0)
		fail(invocation);
	leave(0);
}

/* Seconds, with tenths: "2", "0.5". */
static bool
read_interval(const char *text, int *milliseconds)
{
	static const struct number_rule whole = { .base = 10, .maximum = 3600 };
	static const struct number_rule tenth = { .base = 10, .maximum = 9 };
	char seconds[8], *point;
	long long number, tenths = 0;

	if (strlcpy(seconds, text, sizeof seconds) >= sizeof seconds)
		return false;
	point = strchr(seconds, '.');
	if (point)
		*point++ = '\0';
	if (number_read(seconds, &whole, &number) != NUMBER_READ
	    || (point && (strlen(point) != 1
	        || number_read(point, &tenth, &tenths) != NUMBER_READ)))
		return false;
	*milliseconds = (int)(number * 1000 + tenths * 100);
	return *milliseconds > 0 && *milliseconds <= 3600000;
}

static void
run(struct invocation *invocation)
{
	struct chosen chosen = { 0 };
	int interval = DEFAULT_INTERVAL;

	native_read_options_alone(invocation, &chosen);
	if (chosen.json && chosen.watch)
		fatal(invocation, "--json and --watch exclude each other");
	if (chosen.interval && !chosen.watch)
		fatal(invocation, "--interval needs --watch");
	if (chosen.interval && !read_interval(chosen.interval, &interval))
		fatal(invocation, "not an interval (0.1 to 3600 seconds): %s",
		    chosen.interval);
	run_with(invocation, &chosen, interval);
}

const struct command queues_command = {
	.name = COMMAND_NAME("queues"),
	.synopsis = "[--json | --watch [--interval=SECONDS]]",
	.summary = "Show listening sockets, their holders, and how full their accept queues are.",
	.personality = &native_personality,
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.internal = true,
	.run = run,
};
