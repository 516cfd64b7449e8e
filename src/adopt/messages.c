/* SPDX-License-Identifier: ISC */
#include "messages.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text.h"

/* The file of standard error at the start: the daemon may put another there. */
static struct stat error_file;

static bool
is_error_file(void)
{
	struct stat now;

	return fstat(STDERR_FILENO, &now) == 0 && now.st_dev == error_file.st_dev
	    && now.st_ino == error_file.st_ino;
}

void
messages_begin(void)
{
	fstat(STDERR_FILENO, &error_file);
}

void
adopt_say(const char *format, ...)
{
	int saved = errno;
	struct text text;
	va_list arguments;

	if (!is_error_file()) {
		errno = saved;
		return;
	}
	text_init(&text);
	text_printf(&text, "bindchain-adopt: ");
	va_start(arguments, format);
	text_vprintf(&text, format, arguments);
	va_end(arguments);
	text_printf(&text, "\n");
	text_write_bytes(STDERR_FILENO, text.bytes, text.length);
	errno = saved;
}
