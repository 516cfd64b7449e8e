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

static void
write_line(const struct invocation *invocation, const char *kind, const char *format,
    va_list arguments)
{
	struct text line;

	message_begin(&line, invocation, kind);
	text_vprintf(&line, format, arguments);
	message_write(&line);
}

void
message_warn(const struct invocation *invocation, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_line(invocation, invocation->command->personality->warning, format, arguments);
	va_end(arguments);
}

void
message_inform(const struct invocation *invocation, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_line(invocation, MESSAGE_INFO, format, arguments);
	va_end(arguments);
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
