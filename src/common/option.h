/* SPDX-License-Identifier: ISC */
/* The table of socket options: one row an option, shared by all that speaks of
 * them. */
#ifndef BINDCHAIN_OPTION_H
#define BINDCHAIN_OPTION_H

#include "bindchain.h"

struct option_row {
	const char *name;    /* "reuse-address", in reports and on command lines */
	const char *meaning; /* half a sentence */
};

extern const struct option_row option_table[BINDCHAIN_OPTIONS];

#endif
