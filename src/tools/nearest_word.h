/* SPDX-License-Identifier: ISC */
/* The right word that a wrong one resembles: "did you mean backlog?". */
#ifndef BINDCHAIN_NEAREST_WORD_H
#define BINDCHAIN_NEAREST_WORD_H

#include <stddef.h>

#define NEAREST_WORD_MAX 40 /* bytes; longer words resemble none */

/* Offer every right word in turn; the nearest is kept. */
struct nearest_word {
	char wrong[NEAREST_WORD_MAX]; /* as it is compared */
	size_t length;
	unsigned distance;
	const char *prefix; /* of the right word */
	const char *right;  /* borrowed, as PREFIX is; NULL: none is near enough */
};

/* WRONG need not end after LENGTH bytes. */
void nearest_word_begin(struct nearest_word *, const char *wrong, size_t length);
void nearest_word_offer(struct nearest_word *, const char *right);
/* The word that consists of both. */
void nearest_word_offer_prefixed(struct nearest_word *, const char *prefix, const char *right);

#endif
