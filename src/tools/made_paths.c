/* SPDX-License-Identifier: ISC */
#include "made_paths.h"

#include <stdlib.h>

#include "own_process.h"

/* The last one first. */
struct remembered {
	struct made_path made;
	struct remembered *next;
};
static struct remembered *made_paths;

/* The socket may have another descriptor by now. */
static int
find_descriptor(const struct made_path *made)
{
	int highest = made->is_socket ? backend_highest_descriptor() : -1;
	struct stat status;

	for (int descriptor = 0; descriptor <= highest; descriptor++)
		if (fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode)
		    && file_id_is(&made->id, &status))
			return descriptor;
	return -1;
}

static void
remove_path(const struct made_path *made)
{
	struct path_place place;
	const char *call;

	path_link_remove(&made->link);
	if (!made->path)
		return;
	if (path_place_open(&place, made->path) == 0) {
		made_path_remove(made, &place, find_descriptor(made), &call);
		path_place_close(&place);
	}
	path_directory_remove(made->path, &made->directory);
}

int
made_paths_remember(const struct made_path *made)
{
	struct remembered *entry;

	if (!made->path && !made->link.path)
		return 0;
	entry = malloc(sizeof *entry);
	if (!entry) {
		remove_path(made);
		return -1;
	}
	*entry = (struct remembered) { *made, made_paths };
	made_paths = entry;
	return 0;
}

void
made_paths_remove(void)
{
	while (made_paths) {
		struct remembered *entry = made_paths;
		made_paths = entry->next;
		remove_path(&entry->made);
		free(entry);
	}
}
