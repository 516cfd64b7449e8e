/* SPDX-License-Identifier: ISC */
/*
 * Making the directory of a path.
 *
 * It is made in a private directory next to its name (path_removal.h), where no other user
 * can replace it, gets its owner and mode by its descriptor, and is then moved to its name.
 * So what is changed is what was made, whoever can write to the directory above; a
 * directory that somebody puts there is not changed; and a killed start leaves either a
 * complete directory or none.
 */
#ifndef BINDCHAIN_PATH_DIRECTORY_H
#define BINDCHAIN_PATH_DIRECTORY_H

#include <limits.h>
#include <stdbool.h>

#include "file_id.h"
#include "request.h"

/* A directory that was made, to be removed should the rest fail. */
struct made_directory {
	bool is_made;
	struct file_id id;
};

/* The directory of PATH without slashes at its end; false if it is too long. */
bool path_directory_name(const char *path, char directory[PATH_MAX]);

/*
 * Makes the directory of PATH, which did not exist, with the mode and owner of WANTED.
 * Returns 0, with MADE telling whether it was made here or by another process meanwhile, or
 * -1 with errno and the CALL that failed.
 */
int path_directory_make(const char *path, const struct permissions *wanted,
    struct made_directory *, const char **call);

/* Removes the directory of PATH if it is the one that was made, and empty.  Leaves errno
 * alone. */
void path_directory_remove(const char *path, const struct made_directory *);

/* Removes what a killed start left next to the directory of PATH. */
void path_directory_sweep(const char *path);

#endif
