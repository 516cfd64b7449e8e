/* SPDX-License-Identifier: ISC */
/*
 * Lines of output: whatever the words of others are, a line is printable and no longer
 * than its room.  Input: words, a line each, of which the first character says how they
 * are added.
 */
#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "print.h"
#include "text.h"

/* Octal escapes and doubled backslashes, taken back. */
static size_t
unescape(const char *text, size_t length, char *bytes)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++) {
		if (text[i] != '\\')
			bytes[count++] = text[i];
		else if (text[i + 1] == '\\')
			bytes[count++] = text[++i];
		else {
			char octal[4] = { text[i + 1], text[i + 2], text[i + 3], '\0' };
			bytes[count++] = (char)strtoul(octal, NULL, 8);
			i += 3;
		}
	}
	return count;
}

/* Escaped, a word is still itself. */
static void
check_word(const char *word)
{
	static char bytes[sizeof((struct text *)0)->bytes];
	struct text text;
	size_t length;

	text_init(&text);
	text_add_visible(&text, word);
	require_printable(text.bytes, text.length);
	require(text.length <= TEXT_WORD_MAX + 3 && !text.cut);
	if (strlen(word) > TEXT_WORD_MAX / 4)
		return;
	length = unescape(text.bytes, text.length, bytes);
	require(length == strlen(word) && memcmp(bytes, word, length) == 0);
}

static void
add(struct text *text, char how, const char *word)
{
	char digits[NUMBER_TEXT_SIZE];

	switch (how) {
	case 'v':
		text_add_visible(text, word);
		break;
	case 'p':
		text_printf(text, "%s: %d %u %lld %llu %zu 100%%", word, -1, 2u, -3ll, 4ull,
		    strlen(word));
		break;
	case 'n':
		text_add_number(text, strtoll(word, NULL, 10));
		break;
	default:
		text_add(text, number_text(strtoll(word, NULL, 16), digits));
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	struct text text, copy;
	struct words words;
	size_t length;

	text_init(&text);
	input_words(&input, &words);
	for (size_t i = 0; i < words.count; i++) {
		const char *word = words.argv[i];
		if (!*word)
			continue;
		check_word(word + 1);
		add(&text, word[0], word + 1);
	}
	require(text.length <= sizeof text.bytes);
	require_printable(text.bytes, text.length);
	copy = text;
	print_wrapped(&copy, (int)(size % 60));
	require_lines(kernel_output(&length), length);
	require(text_write_line(&text, 2) == 0);
	input_end();
	return 0;
}
