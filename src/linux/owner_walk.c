/* SPDX-License-Identifier: ISC */
#include "owner_walk.h"

#include <errno.h>

#include "proc_processes.h"

/* ---- those that block a child ---- */

/* So many of one user, or the others of that user are passed over. */
#define BLOCKING_BY_USER 2

bool
owner_walk_passes_over(const struct owner_walk *walk, pid_t pid)
{
	size_t count = 0;
	uid_t uid;

	for (size_t i = 0; i < walk->blocking_count; i++)
		if (walk->blocking[i].pid == pid)
			return true;
	if (walk->blocking_count < BLOCKING_BY_USER || !proc_user(pid, &uid) || uid == 0)
		return false;
	for (size_t i = 0; i < walk->blocking_count; i++)
		count += walk->blocking[i].uid_known && walk->blocking[i].uid == uid;
	return count >= BLOCKING_BY_USER;
}

bool
owner_walk_pass_over_current(struct owner_walk *walk)
{
	if (walk->blocking_count < SEARCH_SILENT_MAX)
		walk->blocking[walk->blocking_count++].pid = walk->current;
	walk->left_out++;
	walk->processes_done += walk->above;
	return walk->blocking_count < SEARCH_SILENT_MAX;
}

void
owner_walk_continue(struct owner_walk *walk)
{
	size_t count = walk->blocking_count;

	if (count > 0)
		walk->blocking[count - 1].uid_known = proc_user(walk->blocking[count - 1].pid,
		    &walk->blocking[count - 1].uid);
}

/* ---- what was not seen ---- */

static const char *
hidden_text(const struct owner_walk *walk)
{
	if (walk->none)
		return "/proc, which lists the processes, cannot be read";
	if (walk->at_limit)
		return "the search ended at its time limit";
	if (walk->error == EACCES || walk->error == EPERM)
		return "processes of other users cannot be inspected without CAP_SYS_PTRACE";
	return walk->error || walk->blocking_count ? "not every process could be inspected" : NULL;
}

void
owner_walk_fill_sight(const struct owner_walk *walk, struct backend_sight *sight)
{
	*sight = (struct backend_sight) { .hidden = hidden_text(walk), .error = walk->error,
		.at_limit = walk->at_limit, .left_out = walk->left_out,
		.waited_count = walk->blocking_count };
	sight->complete = !sight->hidden;
	if (walk->none || walk->at_limit)
		sight->error = walk->none ? ENOENT : 0;
	for (size_t i = 0; i < walk->blocking_count; i++)
		sight->waited[i] = walk->blocking[i].pid;
}
