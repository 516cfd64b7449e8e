/* SPDX-License-Identifier: ISC */
#include "fatal.h"

#include <stdio.h>

#include "message.h"
#include "native.h"

static void
keep_line(const struct invocation *invocation, const struct text *sentence)
{
	struct text line;

	message_begin(&line, invocation, invocation->command->personality->fatal);
	text_add_text(&line, sentence);
	message_keep(&line);
}

void
fatal_line(const struct invocation *invocation, const char *format, ...)
{
	va_list arguments;
	struct text sentence;

	text_init(&sentence);
	va_start(arguments, format);
	text_vprintf(&sentence, format, arguments);
	va_end(arguments);
	keep_line(invocation, &sentence);
}

void
fatal_text(const struct invocation *invocation, const struct text *sentence)
{
	keep_line(invocation, sentence);
	fatal_exit(invocation, invocation->command->personality->usage_status);
}

void
fatal(const struct invocation *invocation, const char *format, ...)
{
	va_list arguments;
	struct text sentence;

	text_init(&sentence);
	va_start(arguments, format);
	text_vprintf(&sentence, format, arguments);
	va_end(arguments);
	fatal_text(invocation, &sentence);
}

void
fatal_exit(const struct invocation *invocation, int status)
{
	if (invocation->is_explained)
		status = ferror(stdout) ? NATIVE_EXIT_FAILURE : NATIVE_EXIT_USAGE;
	leave(status);
}
