/* SPDX-License-Identifier: ISC */
/* Calls about many descriptors or with flags, which not every system has. */
#include "adopt.h"

#include <fcntl.h>

int
adopt_dup3(int from, int to, int flags)
{
	if (from != to && fcntl(from, F_GETFD) >= 0)
		adopt_make_room(to);
	return real_dup3(from, to, flags);
}

int
adopt_close_range(unsigned first, unsigned last, int flags)
{
	int original, status = 0;

	if (first > last)
		return real_close_range(first, last, flags);
	while (status == 0 && (original = adopt_next_original(first)) >= 0
	       && (unsigned)original <= last) {
		if ((unsigned)original > first)
			status = real_close_range(first, (unsigned)original - 1, flags);
		first = (unsigned)original + 1;
	}
	return status == 0 && first <= last ? real_close_range(first, last, flags) : status;
}

void
adopt_closefrom(int first)
{
	int original = adopt_next_original(first < 0 ? 0 : (unsigned)first);

	for (; original >= 0; original = adopt_next_original((unsigned)first)) {
		for (; first < original; first++)
			real_close(first);
		first++;
	}
	real_closefrom(first);
}
