/* SPDX-License-Identifier: ISC */
/*
 * One line of output, composed and written with one write(2).  An overlong line is
 * truncated and marked so: no overflow, no allocation.
 */
#ifndef BINDCHAIN_TEXT_H
#define BINDCHAIN_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#if defined(__GNUC__)
#define TEXT_FORMAT(at, first) __attribute__((format(printf, at, first)))
#else
#define TEXT_FORMAT(at, first)
#endif

/*
 * TEXT, a literal, for an array of SIZE bytes: in tables, where 350 pointers instead, which
 * every start of a dynamic executable relocates, add 2.6 % to it.  Where its null byte does
 * not fit, it does not compile: gcc before 15 and clang before 21 leave the byte out
 * without a warning.
 */
#define FIXED_TEXT(size, text) \
	_Generic((char (*)[sizeof(text) <= (size) ? 1 : 2])0, \
	         char (*)[1]: text) /* NOLINT(bugprone-macro-parentheses): an initialiser */

struct text {
	size_t length;
	bool cut;
	char bytes[4096]; /* PIPE_BUF on Linux: write(2) to a pipe keeps it together */
};

void text_init(struct text *);

/* Trusted text. */
void text_add(struct text *, const char *);
/*
 * Untrusted text (arguments, paths, variables): escaped as by vis(3), so that one line
 * stays one line, and truncated to TEXT_WORD_MAX, so that the rest of the message
 * has room.
 */
#define TEXT_WORD_MAX 1200
void text_add_visible(struct text *, const char *);
/* The same for bytes that may be null, which are written "\000". */
void text_add_visible_bytes(struct text *, const char *, size_t length);
void text_add_number(struct text *, long long);
/*
 * Formats a sentence, so that a search for its words finds the line that prints it.
 * The conversions are %s, %d, %u, %lld, %llu, %zu and %%.  The argument of %s is
 * escaped as by text_add_visible(); only the format is trusted.
 */
void text_printf(struct text *, const char *format, ...) TEXT_FORMAT(2, 3);
void text_vprintf(struct text *, const char *format, va_list) TEXT_FORMAT(2, 0);
/* The text as a string, valid until more is added. */
const char *text_string(struct text *);
/* Appends a line that was composed elsewhere. */
void text_add_text(struct text *, const struct text *);

/* Ends the line with a newline, after a mark if it was truncated. */
void text_end_line(struct text *);
/* Ends the line and writes it.  Returns 0, or -1 with errno. */
int text_write_line(struct text *, int descriptor);
/* Writes all of BYTES, repeating short writes.  Returns 0, or -1 with errno. */
int text_write_bytes(int descriptor, const char *bytes, size_t length);

/* NUMBER in decimal, into BUFFER, which holds any long long. */
#define NUMBER_TEXT_SIZE 24
const char *number_text(long long number, char buffer[NUMBER_TEXT_SIZE]);

/* The text of strerror(3), in BUFFER if need be: strerror(3) itself may write to static
 * memory, which threads share (FreeBSD before 14, macOS). */
#define ERROR_TEXT_SIZE 128
const char *error_text(int error, char buffer[ERROR_TEXT_SIZE]);

#endif
