/* SPDX-License-Identifier: ISC */
/* The lines after a personality's first: the causes of a failure. */
#ifndef BINDCHAIN_HINT_LINES_H
#define BINDCHAIN_HINT_LINES_H

#include "command.h"
#include "text.h"

/*
 * Keeps a message for each cause of FAILURE that is found, with PREFIX ("PROG: info: ").
 * None for a request without an address.  The holder of an address in use is not searched
 * for if the command line or BINDCHAIN_HOLDER_SEARCH=off forbids it.
 */
void hint_lines_keep(const struct text *prefix, const struct invocation *,
    const struct bindchain_failure *);

#endif
