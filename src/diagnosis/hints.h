/* SPDX-License-Identifier: ISC */
/*
 * The causes of a failure, and what can be known before one: lines that follow the
 * first line of a message.  Each cause was verified in the case at hand; no guesses.
 */
#ifndef BINDCHAIN_HINTS_H
#define BINDCHAIN_HINTS_H

#include "bindchain.h"
#include "text.h"

/*
 * The options of a command line that a hint suggests; NULL where it has none.  They come
 * from the front end, because the diagnosis knows no command lines.
 */
struct hint_words {
	const char *bind_any;  /* bind an address that no interface has */
	const char *no_listen; /* do not call listen(2) */
};

/*
 * Gives SINK a line for each cause of FAILURE that is found.  REQUEST is the one
 * that failed; if its address was not resolved, its host and service are examined.
 * Opens sockets and files for it; none is open while SINK takes a line.
 */
void hints_give(const struct bindchain_request *, const struct bindchain_failure *,
    const struct hint_words *, const struct line_sink *);

/* A warning if the system truncates the requested backlog. */
void hints_foresee_cut_backlog(const struct bindchain_request *, const struct line_sink *warnings);

/*
 * Before REQUEST is tried: what is certain to fail goes to OBSTACLES, what may fail or
 * surprise to WARNINGS.  Opens no socket, but getifaddrs(3) may open one.
 */
void hints_foresee(const struct bindchain_request *, const struct hint_words *,
    const struct line_sink *obstacles, const struct line_sink *warnings);

#endif
