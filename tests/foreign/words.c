/* SPDX-License-Identifier: ISC */
#include "words.h"

#include <string.h>

#include "kernel.h"

void
words_begin(struct words *words, char *bytes, size_t size)
{
	*words = (struct words) { bytes, size };
	bytes[0] = '\0';
}

void
words_add(struct words *words, const char *word)
{
	size_t used = strlen(words->bytes), length = strlen(word);

	if (used + length + 1 > words->size)
		kernel_trap("words that do not fit");
	memcpy(words->bytes + used, word, length + 1);
}

void
words_add_number(struct words *words, long long number)
{
	char digits[NUMBER_TEXT_SIZE];

	words_add(words, number_text(number, digits));
}

static void
take_line(void *context, const struct text *line)
{
	char bytes[sizeof line->bytes + 1];

	memcpy(bytes, line->bytes, line->length);
	bytes[line->length] = '\0';
	words_add(context, "\n");
	words_add(context, bytes);
}

struct line_sink
words_sink(struct words *words)
{
	return (struct line_sink) { .take = take_line, .context = words };
}
