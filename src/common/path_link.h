/* SPDX-License-Identifier: ISC */
/* A symbolic link to a path, beside it or elsewhere. */
#ifndef BINDCHAIN_PATH_LINK_H
#define BINDCHAIN_PATH_LINK_H

#include <stdbool.h>

#include "file_id.h"

/* A link that was made, to be removed should the rest fail. */
struct made_link {
	const char *path;   /* borrowed; NULL: none was made */
	const char *target; /* borrowed */
	struct file_id id;
};

/* Is NAME in DIRECTORY, as for readlinkat(2), a symbolic link with the text TARGET? */
bool path_link_leads_to(int directory, const char *name, const char *target);

/*
 * Makes a symbolic link at PATH to TARGET, and replaces nothing: a link to TARGET of this
 * user or of root may exist already.  Returns 0, with MADE, or -1 with errno and REASON,
 * which may be NULL.
 */
int path_link_make(const char *path, const char *target, struct made_link *,
    const char **reason);

/* Removes the link if it still is the one that was made.  Leaves errno alone. */
void path_link_remove(const struct made_link *);

#endif
