/* SPDX-License-Identifier: ISC */
#include "fuzz.h"

#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"

/* ---- input ---- */

/* Strings end where a word of memory ends, and one that may not be read follows. */
#define WORD 8
#define ARENA_SIZE 65536

static char arena[ARENA_SIZE] __attribute__((aligned(WORD)));
static size_t taken;

struct input
input_begin(const uint8_t *data, size_t size)
{
	__asan_unpoison_memory_region(arena, taken);
	taken = 0;
	kernel_begin();
	return (struct input) { data, size };
}

void
input_end(void)
{
	kernel_end();
}

uint8_t
input_byte(struct input *input)
{
	if (input->left == 0)
		return 0;
	input->left--;
	return *input->at++;
}

bool
input_flag(struct input *input)
{
	return input_byte(input) & 1;
}

static char *
keep(const uint8_t *bytes, size_t length)
{
	size_t size = (length + WORD) / WORD * WORD;
	char *end = arena + taken + size, *text = end - length - 1;

	require(taken + size + WORD <= sizeof arena);
	memcpy(text, bytes, length);
	end[-1] = '\0';
	__asan_poison_memory_region(end, WORD);
	taken += size + WORD;
	return text;
}

char *
input_text(struct input *input, char end, size_t maximum)
{
	const uint8_t *start = input->at;
	size_t length = 0;

	while (length < input->left && start[length] != (uint8_t)end && start[length])
		length++;
	input->at += length;
	input->left -= length;
	input_byte(input);
	return keep(start, length < maximum ? length : maximum);
}

static char *
input_word(struct input *input)
{
	char *word = input_text(input, '\n', 1024);

	for (char *c = word; *c; c++)
		if (*c == 2)
			*c = '\n';
	return word;
}

void
input_words(struct input *input, struct words *words)
{
	words->count = 0;
	while (input->left && words->count < INPUT_WORDS_MAX)
		words->argv[words->count++] = input_word(input);
	words->argv[words->count] = NULL;
}

/* ---- output ---- */

void
require_failed(const char *condition, const char *file, int line)
{
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, condition);
	abort();
}

void
require_printable(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		require(bytes[i] >= ' ' && bytes[i] <= '~');
}

void
require_lines(const char *bytes, size_t length)
{
	while (length) {
		const char *end = memchr(bytes, '\n', length);
		require(end);
		require_printable(bytes, (size_t)(end - bytes));
		length -= (size_t)(end + 1 - bytes);
		bytes = end + 1;
	}
}
