/* SPDX-License-Identifier: ISC */
/*
 * What is behind a failure: lines that help the person who reads the first one.
 * Each was found to hold in the case at hand; what is only likely is left out.
 */
#ifndef BINDCHAIN_HINTS_H
#define BINDCHAIN_HINTS_H

#include "bindchain.h"
#include "text.h"

/*
 * Gives SINK a line for each cause of FAILURE that is found.  REQUEST is the one
 * that failed; where its address was not resolved, its host and service count.
 * Opens sockets and files to find out, and has closed them at each line.
 */
void hints_give(const struct bindchain_request *, const struct bindchain_failure *,
    const struct line_sink *);

#endif
