/* SPDX-License-Identifier: ISC */
#include "text.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Reserved for the truncation mark and the newline. */
static const char cut_mark[] = "...\n";
#define TEXT_ROOM (sizeof ((struct text *)0)->bytes - (sizeof cut_mark - 1))

void
text_init(struct text *text)
{
	text->length = 0;
	text->cut = false;
}

static void
add_bytes(struct text *text, const char *bytes, size_t length)
{
	/* After a truncation nothing is added, so that no escape sequence is split. */
	if (text->cut || length > TEXT_ROOM - text->length) {
		text->cut = true;
		return;
	}
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
}

void
text_add(struct text *text, const char *words)
{
	add_bytes(text, words, strlen(words));
}

/*
 * Escapes BYTE as vis(3) does with VIS_OCTAL, VIS_TAB and VIS_NL; returns the length.
 * vis(3) of libbsd allocates memory for each byte, and drops the byte when it gets none.
 */
static size_t
show_byte(char shown[4], unsigned char byte)
{
	shown[0] = (char)byte;
	if (byte >= ' ' && byte <= '~' && byte != '\\')
		return 1;
	shown[0] = '\\';
	shown[1] = '\\';
	if (byte == '\\')
		return 2;
	shown[1] = (char)('0' + (byte >> 6));
	shown[2] = (char)('0' + (byte >> 3 & 7));
	shown[3] = (char)('0' + (byte & 7));
	return 4;
}

void
text_add_visible_bytes(struct text *text, const char *bytes, size_t length)
{
	char shown[4];
	size_t room = TEXT_WORD_MAX;

	for (size_t i = 0; i < length && !text->cut; i++) {
		size_t size = show_byte(shown, (unsigned char)bytes[i]);
		if (size > room) {
			text_add(text, "...");
			return;
		}
		add_bytes(text, shown, size);
		room -= size;
	}
}

void
text_add_visible(struct text *text, const char *words)
{
	text_add_visible_bytes(text, words, strlen(words));
}

static char *
write_digits(unsigned long long number, char buffer[NUMBER_TEXT_SIZE])
{
	char *digit = buffer + NUMBER_TEXT_SIZE - 1;

	*digit = '\0';
	do {
		*--digit = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	return digit;
}

const char *
number_text(long long number, char buffer[NUMBER_TEXT_SIZE])
{
	char *digit = write_digits(number < 0 ? 0ULL - (unsigned long long)number
	                                      : (unsigned long long)number, buffer);

	if (number < 0)
		*--digit = '-';
	return digit;
}

void
text_add_number(struct text *text, long long number)
{
	char buffer[NUMBER_TEXT_SIZE];

	text_add(text, number_text(number, buffer));
}

/* Of POSIX: the text is in BUFFER, that of an unknown error too, with EINVAL. */
static const char *
text_of_status(int status, const char *buffer)
{
	(void)status;
	return buffer[0] ? buffer : "unknown error";
}

/* Of glibc with _GNU_SOURCE: the text is what is returned. */
static const char *
text_of_result(const char *text, const char *buffer)
{
	(void)buffer;
	return text;
}

const char *
error_text(int error, char buffer[ERROR_TEXT_SIZE])
{
	buffer[0] = '\0';
	return _Generic(strerror_r(error, buffer, ERROR_TEXT_SIZE), int: text_of_status,
	    default: text_of_result)(strerror_r(error, buffer, ERROR_TEXT_SIZE), buffer);
}

/* Advances *AT past CONVERSION if it begins with that. */
static bool
takes(const char **at, const char *conversion)
{
	size_t length = strlen(conversion);

	if (strncmp(*at, conversion, length) != 0)
		return false;
	*at += length;
	return true;
}

/* The analyzer takes the list of a caller in another file for uninitialized.
 * NOLINTBEGIN(clang-analyzer-valist.Uninitialized) */
void
text_vprintf(struct text *text, const char *format, va_list arguments)
{
	char buffer[NUMBER_TEXT_SIZE];

	for (;;) {
		size_t plain = strcspn(format, "%");
		add_bytes(text, format, plain);
		format += plain;
		if (*format == '\0')
			return;
		format++;
		if (takes(&format, "s"))
			text_add_visible(text, va_arg(arguments, const char *));
		else if (takes(&format, "d"))
			text_add_number(text, va_arg(arguments, int));
		else if (takes(&format, "u"))
			text_add_number(text, (long long)va_arg(arguments, unsigned));
		else if (takes(&format, "lld"))
			text_add_number(text, va_arg(arguments, long long));
		else if (takes(&format, "llu"))
			text_add(text, write_digits(va_arg(arguments, unsigned long long), buffer));
		else if (takes(&format, "zu"))
			text_add(text, write_digits(va_arg(arguments, size_t), buffer));
		else if (takes(&format, "%"))
			text_add(text, "%");
	}
}
/* NOLINTEND(clang-analyzer-valist.Uninitialized) */

void
text_printf(struct text *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_vprintf(text, format, arguments);
	va_end(arguments);
}

const char *
text_string(struct text *text)
{
	text->bytes[text->length] = '\0';
	return text->bytes;
}

void
text_add_text(struct text *text, const struct text *more)
{
	add_bytes(text, more->bytes, more->length);
	text->cut = text->cut || more->cut;
}

void
text_end_line(struct text *text)
{
	const char *mark = text->cut ? cut_mark : "\n";

	memcpy(text->bytes + text->length, mark, strlen(mark));
	text->length += strlen(mark);
}

int
text_write_line(struct text *text, int descriptor)
{
	text_end_line(text);
	return text_write_bytes(descriptor, text->bytes, text->length);
}

int
text_write_bytes(int descriptor, const char *bytes, size_t length)
{
	size_t done = 0;

	while (done < length) {
		ssize_t n = write(descriptor, bytes + done, length - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}
