/* SPDX-License-Identifier: ISC */
#include "message.h"

#include <string.h>
#include <unistd.h>

#include "write_signals.h"

/* Some two hundred usual lines; further ones are dropped. */
static char kept[65536];
static size_t kept_length;

void
message_begin(struct text *text, const struct invocation *invocation, const char *kind)
{
	text_init(text);
	command_add_name(text, invocation->command);
	text_printf(text, ": %s: ", kind);
}

void
message_keep(struct text *line)
{
	text_end_line(line);
	if (line->length > sizeof kept - kept_length)
		return;
	memcpy(kept + kept_length, line->bytes, line->length);
	kept_length += line->length;
}

void
message_write(struct text *line)
{
	if (kept_length > 0) {
		message_keep(line);
		return;
	}
	write_signals_ignore();
	text_write_line(line, STDERR_FILENO);
}

void
message_write_kept(void)
{
	const char *line = kept, *end = kept + kept_length;

	if (kept_length > 0)
		write_signals_ignore();
	while (line < end) {
		const char *next = (const char *)memchr(line, '\n', (size_t)(end - line)) + 1;
		text_write_bytes(STDERR_FILENO, line, (size_t)(next - line));
		line = next;
	}
	kept_length = 0;
}
