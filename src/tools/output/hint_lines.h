/* SPDX-License-Identifier: ISC */
/* The lines behind a personality's first: what explains the failure. */
#ifndef BINDCHAIN_HINT_LINES_H
#define BINDCHAIN_HINT_LINES_H

#include "command.h"
#include "text.h"

/*
 * Keeps a message for each cause of FAILURE that is found, with
 * PREFIX ("PROG: info: ") in front.  Nothing for a request whose address was
 * never given.  Who has an address in use is left out when the command line says
 * so, or the environment: BINDCHAIN_HOLDER_SEARCH=off.
 */
void hint_lines_keep(const struct text *prefix, const struct invocation *,
    const struct bindchain_failure *);

#endif
