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

#endif
