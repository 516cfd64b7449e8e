/* SPDX-License-Identifier: ISC */
/* Calls about many descriptors or with flags, which not every system has. */
#include "adopt.h"

#include <limits.h>

int
adopt_dup3(int from, int to, int flags)
{
	if (adopt_is_waiting() || adopt_keeps(to))
		adopt_give_way(from, to);
	return real_dup3(from, to, flags);
}

int
adopt_close_range(unsigned first, unsigned last, int flags)
{
	int original, status = 0;

	if (first > last)
		return close_numbers(first, last, flags);
	if (adopt_is_waiting() && flags == 0)
		watches_forget(first, last);
	while (status == 0 && (original = adopt_next_original(first, last)) >= 0) {
		if ((unsigned)original > first)
			status = close_numbers(first, (unsigned)original - 1, flags);
		adopt_keep(original);
		first = (unsigned)original + 1;
	}
	return status == 0 && first <= last ? close_numbers(first, last, flags) : status;
}

void
adopt_closefrom(int first)
{
	int original = adopt_next_original(first < 0 ? 0 : (unsigned)first, UINT_MAX);

	if (adopt_is_waiting())
		watches_forget(first < 0 ? 0 : (unsigned)first, UINT_MAX);
	for (; original >= 0; original = adopt_next_original((unsigned)first, UINT_MAX)) {
		for (; first < original; first++)
			real_close(first);
		adopt_keep(first++);
	}
	/* A C library without closefrom(2) can have close_range(2), and a kernel the other. */
	if (close_numbers(first < 0 ? 0 : (unsigned)first, UINT_MAX, 0) != 0)
		real_closefrom(first);
}

/* A close of a descriptor that is not open is no failure of the child. */
int
adopt_posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first)
{
	int original, status = 0;

	while (status == 0 && first >= 0
	       && (original = adopt_next_original((unsigned)first, INT_MAX)) >= 0) {
		for (; status == 0 && first < original; first++)
			status = real_posix_spawn_file_actions_addclose(actions, first);
		adopt_keep(first++);
	}
	return status == 0 ? real_posix_spawn_file_actions_addclosefrom_np(actions, first) : status;
}
