/* SPDX-License-Identifier: ISC */
#include "search_limit.h"

void
search_limit_start(struct search_limit *limit, int milliseconds)
{
	struct timespec *end = &limit->end;

	limit->known = clock_gettime(CLOCK_THREAD_CPUTIME_ID, end) == 0;
	if (!limit->known)
		return;
	end->tv_sec += milliseconds / 1000;
	end->tv_nsec += milliseconds % 1000 * 1000000L;
	if (end->tv_nsec >= 1000000000L) {
		end->tv_nsec -= 1000000000L;
		end->tv_sec++;
	}
}

bool
search_limit_is_over(const struct search_limit *limit)
{
	struct timespec now;

	if (!limit->known || clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0)
		return false;
	return now.tv_sec > limit->end.tv_sec
	    || (now.tv_sec == limit->end.tv_sec && now.tv_nsec >= limit->end.tv_nsec);
}
