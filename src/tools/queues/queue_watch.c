/* SPDX-License-Identifier: ISC */
#include "queue_watch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "observe.h"
#include "print.h"
#include "queue_lines.h"
#include "terminal.h"

struct watch {
	struct queue_table *table;
	int milliseconds;
	int columns, rows; /* of the screen */
	/* The system's counters at the start. */
	struct backend_counter start[BACKEND_COUNTERS_MAX];
	size_t start_count;
};

/* ---- the system's counters ---- */

/* Since the start, which may not have had the counter. */
static uint64_t
increase(const struct watch *watch, const struct backend_counter *counter)
{
	for (size_t i = 0; i < watch->start_count; i++)
		if (watch->start[i].name == counter->name)
			return counter->value - watch->start[i].value;
	return 0;
}

/* "TcpExtListenDrops 7 (+2)" */
static void
add_counters(struct text *line, const struct watch *watch)
{
	struct backend_counter counters[BACKEND_COUNTERS_MAX];
	size_t count = backend_read_counters(counters);

	for (size_t i = 0; i < count; i++)
		text_printf(line, "%s%s %llu (+%llu)", i ? "  " : "", counters[i].name,
		    (unsigned long long)counters[i].value,
		    (unsigned long long)increase(watch, &counters[i]));
}

/* ---- on a screen ---- */

/* Truncates before the last column: some terminals wrap after a character there. */
static void
draw_line(const struct watch *watch, const struct text *text)
{
	size_t room = watch->columns > 1 ? (size_t)watch->columns - 1 : 1;

	fwrite(text->bytes, 1, text->length < room ? text->length : room, stdout);
	fputs("\033[K\n", stdout);
}

static void
add_bar(struct text *text, const struct queue *queue, int width)
{
	struct queue_bar bar = queue_measure(queue, width);

	text_printf(text, "[");
	for (int i = 0; i < width; i++)
		text_printf(text, "%s", i < bar.now ? "#" : i < bar.ever ? "." : " ");
	text_printf(text, "]");
}

/* The address in WIDTH columns, truncated if necessary. */
static void
add_narrow_address(struct text *text, const struct queue *queue, size_t width)
{
	queue_add_address(text, queue);
	if (text->length > width) {
		text->length = width - 3;
		text_printf(text, "...");
	}
	text_pad(text, width);
}

static void
draw_queue(const struct watch *watch, const struct queue *queue, size_t width, int bar_width)
{
	const struct bindchain_fact high_water = { queue->socket.queue_length.known,
		queue->high_water };
	struct text text;

	text_init(&text);
	add_narrow_address(&text, queue, width);
	text_printf(&text, " ");
	add_bar(&text, queue, bar_width);
	text_add_fact_right(&text, &queue->socket.queue_length, text.length + 7);
	text_add_fact_right(&text, &high_water, text.length + 8);
	text_add_fact_right(&text, &queue->socket.queue_limit, text.length + 8);
	text_add_fact_right(&text, &queue->socket.drops, text.length + 8);
	text_printf(&text, "  ");
	queue_add_owner(&text, queue);
	draw_line(watch, &text);
}

static void
draw_heading(struct watch *watch, size_t width, int bar_width)
{
	struct text text;

	text_init(&text);
	text_printf(&text, "%zu listener%s, fullest first; #: now, .: highest; q quits",
	    watch->table->count, watch->table->count == 1 ? "" : "s");
	draw_line(watch, &text);
	text_init(&text);
	add_counters(&text, watch);
	draw_line(watch, &text);
	text_init(&text);
	text_printf(&text, "ADDRESS");
	text_pad(&text, width + 1);
	text_printf(&text, "QUEUE");
	text_pad(&text, width + 3 + (size_t)bar_width);
	text_printf(&text, " LENGTH HIGHEST   LIMIT   DROPS  OWNER");
	draw_line(watch, &text);
}

/* The last line stays free for the cursor. */
#define LINES_AROUND 4
#define NARROWEST_ADDRESS 7

static int
draw(struct watch *watch)
{
	const struct queue **ordered = queue_order(watch->table, true);
	size_t count = watch->table->count, room, width;
	int bar_width;

	if (!ordered)
		return -1;
	terminal_size(&watch->columns, &watch->rows);
	room = watch->rows > LINES_AROUND ? (size_t)(watch->rows - LINES_AROUND) : 1;
	width = queue_address_width(watch->table, (size_t)watch->columns / 3);
	if (width < NARROWEST_ADDRESS)
		width = NARROWEST_ADDRESS;
	bar_width = watch->columns < 100 ? 10 : watch->columns / 5;
	terminal_begin_frame();
	draw_heading(watch, width, bar_width);
	for (size_t i = 0; i < count && i < room; i++)
		draw_queue(watch, ordered[i], width, bar_width);
	if (count > room)
		printf("and %zu more", count - room);
	terminal_end_frame();
	free(ordered);
	return ferror(stdout) ? -1 : 0;
}

static int
watch_on_screen(struct watch *watch)
{
	enum terminal_event event = TERMINAL_TIMEOUT;
	int status, error;

	if (terminal_enter() != 0)
		return -1;
	status = draw(watch);
	while (status == 0 && event < TERMINAL_QUIT) {
		event = terminal_wait(watch->milliseconds);
		if (event >= TERMINAL_QUIT)
			break;
		status = queue_table_read(watch->table);
		if (status == 0)
			status = draw(watch);
	}
	error = errno;
	if (event == TERMINAL_SIGNAL)
		terminal_die();
	terminal_leave();
	errno = error;
	return status;
}

/* ---- in lines ---- */

static void
add_time(struct text *text)
{
	time_t now = time(NULL);
	struct tm parts;
	char stamp[32];

	if (gmtime_r(&now, &parts) && strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ ", &parts))
		text_printf(text, "%s", stamp);
}

static void
add_word(struct text *text, const char *word, const struct bindchain_fact *fact)
{
	text_printf(text, " %s ", word);
	text_add_fact_right(text, fact, 0);
}

static bool
is_unchanged(const struct queue *before, const struct queue *now)
{
	return before->socket.queue_length.value == now->socket.queue_length.value
	    && before->socket.queue_limit.value == now->socket.queue_limit.value
	    && before->socket.drops.value == now->socket.drops.value;
}

static void
begin_line(struct text *text, const struct queue *queue)
{
	text_init(text);
	add_time(text);
	queue_add_address(text, queue);
}

static void
print_queue(const struct queue *queue)
{
	const struct bindchain_fact high_water = { queue->socket.queue_length.known,
		queue->high_water };
	struct text text;

	begin_line(&text, queue);
	add_word(&text, "length", &queue->socket.queue_length);
	add_word(&text, "highest", &high_water);
	add_word(&text, "limit", &queue->socket.queue_limit);
	add_word(&text, "drops", &queue->socket.drops);
	text_printf(&text, " owner ");
	queue_add_owner(&text, queue);
	print_line(&text);
}

static void
print_change(void *context, const struct queue *before, struct queue *now)
{
	struct text text;

	(void)context;
	if (now && !(before && is_unchanged(before, now)))
		print_queue(now);
	if (now || !before)
		return;
	begin_line(&text, before);
	text_printf(&text, " closed");
	print_line(&text);
}

static int
watch_in_lines(struct watch *watch)
{
	const struct timespec interval = { .tv_sec = watch->milliseconds / 1000,
		.tv_nsec = watch->milliseconds % 1000 * 1000000L };

	for (;;) {
		queue_table_compare(watch->table, print_change, NULL);
		if (fflush(stdout) != 0)
			return -1;
		nanosleep(&interval, NULL);
		if (queue_table_read(watch->table) != 0)
			return -1;
	}
}

int
queue_watch(struct queue_table *table, int milliseconds)
{
	struct watch watch = { .table = table, .milliseconds = milliseconds };

	if (!terminal_is_screen())
		return watch_in_lines(&watch);
	watch.start_count = backend_read_counters(watch.start);
	return watch_on_screen(&watch);
}
