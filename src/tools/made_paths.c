/* SPDX-License-Identifier: ISC */
#include "made_paths.h"

#include <stdlib.h>

/* The last one first. */
struct made_path {
	struct socket_path made;
	struct made_path *next;
};
static struct made_path *made_paths;

int
made_paths_remember(const struct socket_path *made)
{
	struct made_path *entry;

	if (!made->path)
		return 0;
	entry = malloc(sizeof *entry);
	if (!entry) {
		socket_path_remove(made, false);
		return -1;
	}
	*entry = (struct made_path) { *made, made_paths };
	made_paths = entry;
	return 0;
}

void
made_paths_remove(void)
{
	for (const struct made_path *entry = made_paths; entry; entry = entry->next)
		socket_path_remove(&entry->made, false);
}
