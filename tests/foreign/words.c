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

void
words_add_findings(struct words *words, const struct findings *findings,
    enum finding_severity gravest, enum finding_severity least)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->list[i];
		if (finding->severity < gravest || finding->severity > least)
			continue;
		words_add(words, "\n");
		words_add(words, finding->text);
	}
}
