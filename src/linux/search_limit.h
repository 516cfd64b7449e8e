/* SPDX-License-Identifier: ISC */
/*
 * A limit on the processor time of a search.  Not on time by the clock: what the
 * other processes of a busy machine use is not the search's, and what it finds does
 * not depend on them.
 */
#ifndef BINDCHAIN_LINUX_SEARCH_LIMIT_H
#define BINDCHAIN_LINUX_SEARCH_LIMIT_H

#include <stdbool.h>
#include <time.h>

struct search_limit {
	bool known; /* false: no clock, no limit */
	struct timespec end;
};

/* MILLISECONDS from now of this thread's time; 0 is over at once. */
void search_limit_start(struct search_limit *, int milliseconds);
bool search_limit_is_over(const struct search_limit *);

#endif
