/* SPDX-License-Identifier: ISC */
/* What a child of posix_spawn(3) does before it executes its program: it keeps originals open as
 * its parent would.  Those that it is not to have are close-on-exec. */
#include "adopt.h"

int
adopt_posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int descriptor)
{
	if (!adopt_keeps(descriptor))
		return real_posix_spawn_file_actions_addclose(actions, descriptor);
	adopt_keep(descriptor);
	return 0;
}

int
adopt_posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int from, int to)
{
	if (from != to && adopt_keeps(to)) {
		adopt_make_room(to);
		real_close(to);
	}
	return real_posix_spawn_file_actions_adddup2(actions, from, to);
}
