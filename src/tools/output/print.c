/* SPDX-License-Identifier: ISC */
#include "print.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "failure.h"
#include "fatal.h"
#include "report_failure.h"
#include "write_signals.h"

#define LABEL_WIDTH 30
#define INDENT_WIDTH (4 + LABEL_WIDTH)
#define LINE_WIDTH 100

void
print_begin(void)
{
	write_signals_ignore();
}

/* 0 or an errno.  The one of an earlier write(2) is lost, but the next fails alike. */
static int
flush_output(void)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	if (errno == 0 && putc('\n', stdout) != EOF)
		fflush(stdout);
	return errno ? errno : EIO;
}

void
print_end(const struct invocation *invocation, int status)
{
	struct bindchain_failure failure;
	int error = flush_output();

	if (error == 0)
		leave(status);
	failure_set(&failure, BINDCHAIN_WRITE, error);
	failure.subject = "standard output";
	report_failure(invocation, &failure);
}

void
print_line(struct text *text)
{
	fwrite(text->bytes, 1, text->length, stdout);
	fputs(text->cut ? "...\n" : "\n", stdout);
	text_init(text);
}

/* The part of LENGTH bytes that fits in a line of ROOM: up to a space, if any. */
static size_t
line_length(const char *bytes, size_t length, size_t room)
{
	size_t i = room;

	if (length <= room)
		return length;
	while (i > 0 && bytes[i] != ' ')
		i--;
	return i ? i : length;
}

void
print_wrapped(struct text *text, int indent)
{
	size_t done = 0, room = LINE_WIDTH;

	while (done < text->length) {
		size_t length;
		if (done)
			printf("%*s", indent, "");
		length = line_length(text->bytes + done, text->length - done, room);
		fwrite(text->bytes + done, 1, length, stdout);
		done += length;
		while (done < text->length && text->bytes[done] == ' ')
			done++;
		fputs(done < text->length || !text->cut ? "\n" : "...\n", stdout);
		room = LINE_WIDTH - (size_t)indent;
	}
	text_init(text);
}

void
print_wrapped_row(struct text *text)
{
	print_wrapped(text, INDENT_WIDTH);
}

void
print_start_row(struct text *text, const char *label)
{
	text_init(text);
	text_printf(text, "    %s", label);
	while (text->length < INDENT_WIDTH)
		text_printf(text, " ");
}
