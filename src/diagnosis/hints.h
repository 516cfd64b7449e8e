/* SPDX-License-Identifier: ISC */
/*
 * What is behind a failure, and what can be known before one: lines that help
 * the person who reads the first one.  Each was found to hold in the case at
 * hand; what is only likely is left out.
 */
#ifndef BINDCHAIN_HINTS_H
#define BINDCHAIN_HINTS_H

#include "bindchain.h"
#include "text.h"

/*
 * How a command line asks for what a hint suggests; NULL where it cannot.  Nothing
 * here knows a command line, so the front end tells.
 */
struct hint_words {
	const char *bind_any;  /* bind an address that no interface has */
	const char *no_listen; /* do not call listen(2) */
};

/*
 * Gives SINK a line for each cause of FAILURE that is found.  REQUEST is the one
 * that failed; where its address was not resolved, its host and service count.
 * Opens sockets and files to find out, and has closed them at each line.
 */
void hints_give(const struct bindchain_request *, const struct bindchain_failure *,
    const struct hint_words *, const struct line_sink *);

/*
 * Says what is in the way of REQUEST before it is tried: what is certain to
 * OBSTACLES, what may be, or may surprise, to WARNINGS.  Opens no socket of its
 * own; getifaddrs(3) may open one.
 */
/* Says, if a backlog was asked for that the system cuts, to what and by which limit. */
void hints_foresee_cut_backlog(const struct bindchain_request *, const struct line_sink *warnings);
void hints_foresee(const struct bindchain_request *, const struct hint_words *,
    const struct line_sink *obstacles, const struct line_sink *warnings);

#endif
