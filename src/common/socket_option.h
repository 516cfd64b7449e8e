/* SPDX-License-Identifier: ISC */
/* The table of socket options: one row an option, shared by all that speaks of
 * them. */
#ifndef BINDCHAIN_SOCKET_OPTION_H
#define BINDCHAIN_SOCKET_OPTION_H

#include "request.h"

enum option_value {
	OPTION_FLAG,     /* 0 or 1 */
	OPTION_NUMBER,   /* 0 and up */
	OPTION_WORD,     /* the index of one of the row's words */
	OPTION_INTERFACE /* the index of an interface, whose name is the request's device */
};

struct option_row {
	char name[20];    /* "reuse-address", in reports and on command lines */
	char meaning[72]; /* half a sentence */
	enum option_value value;
	char words[6][8]; /* of OPTION_WORD, "" at the end */
};

/* "TCP", "Unix stream", …: a kind in messages and reports. */
const char *kind_text(enum bindchain_kind);

extern const struct option_row option_table[BINDCHAIN_OPTIONS];

/* An option's value where it is no number: "on", "off", "data". */
const char *option_value_word(enum bindchain_option, int value);

#endif
