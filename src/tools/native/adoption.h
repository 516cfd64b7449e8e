/* SPDX-License-Identifier: ISC */
/* What `bindchain adopt` and `bindchain listen --adopt` have in common. */
#ifndef BINDCHAIN_ADOPTION_H
#define BINDCHAIN_ADOPTION_H

#include "command.h"

struct adoption {
	const char *match; /* "exact", "port" or NULL */
	bool strict, verbose, check;
	char *library;     /* its path, once prepared */
};

/* Refuses words of options that are none, and an adoption within another. */
void adoption_check(const struct invocation *, const struct adoption *);

/* Refuses NEXT if the library would not be loaded into it, before anything is opened. */
void adoption_prepare(const struct invocation *, struct adoption *);

/* The first descriptor for COUNT sockets: high, where a daemon expects nothing. */
int adoption_descriptor(const struct invocation *, int count);

/* Adds the variables for COUNT sockets from descriptor FIRST on to the handover. */
void adoption_plan(struct invocation *, const struct adoption *, int first, int count);

#endif
