/* SPDX-License-Identifier: ISC */
/*
 * One line of output, built up and written with one write(2).  What does not
 * fit is cut, and the cut is shown: nothing overflows and nothing allocates.
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
 * TEXT, a literal, for an array of SIZE bytes.  Where its null byte does not fit, it does
 * not compile: gcc before 15 and clang before 21 leave the byte out without a warning.
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

/* Words of ours. */
void text_add(struct text *, const char *);
/*
 * Words of others (arguments, paths, variables): made visible by vis(3), so that
 * one line stays one line, and cut when they are longer than TEXT_WORD_MAX, so
 * that there is room for what is said about them.
 */
#define TEXT_WORD_MAX 1200
void text_add_visible(struct text *, const char *);
void text_add_number(struct text *, long long);
/*
 * A sentence, so that whoever searches for its words finds the line that says it.
 * The conversions are %s, %d, %u, %lld, %llu, %zu and %%.  What %s stands for is
 * shown as text_add_visible() shows it: only the format is taken as it is.
 */
void text_printf(struct text *, const char *format, ...) TEXT_FORMAT(2, 3);
void text_vprintf(struct text *, const char *format, va_list) TEXT_FORMAT(2, 0);
/* What stands in it, as a string: valid until more is added. */
const char *text_string(struct text *);
/* A line made elsewhere, behind what stands already. */
void text_add_text(struct text *, const struct text *);

/*
 * Takes lines one at a time: whoever makes them does not know where they go,
 * nor what stands in front of them there.
 */
struct line_sink {
	void (*take)(void *context, const struct text *line);
	void *context;
};
void line_sink_take(const struct line_sink *, const struct text *line);

/* One sentence, as a line. */
void line_sink_printf(const struct line_sink *, const char *format, ...) TEXT_FORMAT(2, 3);

/* Ends the line: with a newline, and a mark where it was cut. */
void text_end_line(struct text *);
/* Ends the line and writes it.  Returns 0, or -1 with errno. */
int text_write_line(struct text *, int descriptor);
/* Writes all of BYTES, in as many calls as it takes.  Returns 0, or -1 with errno. */
int text_write_bytes(int descriptor, const char *bytes, size_t length);

/* NUMBER in decimal, into BUFFER, which holds any long long. */
#define NUMBER_TEXT_SIZE 24
const char *number_text(long long number, char buffer[NUMBER_TEXT_SIZE]);

#endif
