/* SPDX-License-Identifier: ISC */
#include "nearest_word.h"

#include <stdbool.h>
#include <string.h>

/* Words are compared without case, hyphens and underscores: "Reuse_Address" and
 * "reuseaddress" are one word.  Adds WORD to the END bytes that are folded; returns
 * their number, 0 where they are too many. */
static size_t
fold(char folded[NEAREST_WORD_MAX], size_t end, const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		char c = word[i];
		if (c == '-' || c == '_')
			continue;
		if (end == NEAREST_WORD_MAX)
			return 0;
		folded[end++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	return end;
}

static unsigned
least(unsigned one, unsigned other)
{
	return one < other ? one : other;
}

/* The number of letters to insert, delete, change or swap with the next: the restricted
 * Damerau-Levenshtein distance. */
static unsigned
distance_between(const char *one, size_t one_length, const char *other, size_t other_length)
{
	unsigned rows[3][NEAREST_WORD_MAX + 1];

	for (size_t j = 0; j <= other_length; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= one_length; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *before = rows[(i + 2) % 3], *twice_before = rows[(i + 1) % 3];
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= other_length; j++) {
			bool same = one[i - 1] == other[j - 1];
			row[j] = least(before[j - 1] + !same, least(before[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
				row[j] = least(row[j], twice_before[j - 2] + 1);
		}
	}
	return rows[one_length % 3][other_length];
}

/* Does WRONG consist of the first letters of WORD, or of at least half of its letters, in
 * order?  Then it is nearer than its missing letters make it. */
static bool
abbreviates(const char *wrong, size_t length, const char *word, size_t word_length)
{
	size_t found = 0;

	if (length >= word_length)
		return false;
	if (strncmp(word, wrong, length) == 0)
		return true;
	if (length < 3 || length * 2 < word_length || word[0] != wrong[0])
		return false;
	for (size_t i = 0; i < word_length && found < length; i++)
		found += word[i] == wrong[found];
	return found == length;
}

/* A third of the letters may be wrong, and at least one of two: the first distance that is too
 * great. */
static unsigned
distance_limit(size_t length)
{
	return (unsigned)(length + 4) / 3;
}

void
nearest_word_begin(struct nearest_word *nearest, const char *wrong, size_t length)
{
	*nearest = (struct nearest_word) { 0 };
	nearest->length = fold(nearest->wrong, 0, wrong, length);
	nearest->distance = distance_limit(nearest->length);
}

void
nearest_word_offer(struct nearest_word *nearest, const char *right)
{
	nearest_word_offer_prefixed(nearest, "", right);
}

void
nearest_word_offer_prefixed(struct nearest_word *nearest, const char *prefix, const char *right)
{
	char folded[NEAREST_WORD_MAX];
	size_t start = fold(folded, 0, prefix, strlen(prefix));
	size_t length = fold(folded, start, right, strlen(right));
	unsigned distance;

	if (nearest->length < 2 || length < 2)
		return;
	distance = distance_between(nearest->wrong, nearest->length, folded, length);
	if (abbreviates(nearest->wrong, nearest->length, folded, length))
		distance = least(distance, 1);
	if (distance >= nearest->distance)
		return;
	/* The letters of the prefix say nothing about the others. */
	if (nearest->length >= start && memcmp(nearest->wrong, folded, start) == 0
	    && distance >= distance_limit(nearest->length - start))
		return;
	nearest->distance = distance;
	nearest->prefix = prefix;
	nearest->right = right;
}
