/* SPDX-License-Identifier: ISC */
#include "fatal.h"

#include <stdio.h>

#include "message.h"
#include "native.h"

static void
keep_line(const struct invocation *invocation, const char *format, va_list arguments)
{
	struct text line;

	message_begin(&line, invocation, invocation->command->personality->fatal);
	text_vprintf(&line, format, arguments);
	message_keep(&line);
}

void
fatal_line(const struct invocation *invocation, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	keep_line(invocation, format, arguments);
	va_end(arguments);
}

void
fatal(const struct invocation *invocation, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	keep_line(invocation, format, arguments);
	va_end(arguments);
	fatal_exit(invocation, invocation->command->personality->usage_status);
}

void
fatal_exit(const struct invocation *invocation, int status)
{
	if (invocation->is_explained)
		status = ferror(stdout) ? NATIVE_EXIT_FAILURE : NATIVE_EXIT_USAGE;
	leave(status);
}
