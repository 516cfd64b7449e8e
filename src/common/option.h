/* SPDX-License-Identifier: ISC */
/* The table of socket options: one row an option, shared by all that speaks of
 * them. */
#ifndef BINDCHAIN_OPTION_H
#define BINDCHAIN_OPTION_H

#include <stdbool.h>

#include "bindchain.h"

struct option_row {
	const char *name;    /* "reuse-address", in reports and on command lines */
	const char *meaning; /* half a sentence */
	bool is_number;      /* else it is on or off */
};

/* "TCP", "Unix stream", …: a kind in messages and reports. */
const char *kind_text(enum bindchain_kind);

extern const struct option_row option_table[BINDCHAIN_OPTIONS];

/* The words for enum bindchain_wait_for, in its order. */
#define OPTION_WAIT_FOR_WORDS (BINDCHAIN_WAIT_FOR_DNS + 1)
extern const char *const option_wait_for_words[OPTION_WAIT_FOR_WORDS];

/* An option's value where it is no number: "on", "off", "data". */
const char *option_value_word(enum bindchain_option, int value);

#endif
