/* SPDX-License-Identifier: ISC */
/* A path as a name in its directory, which is opened once: whatever becomes of the
 * names above it, everything after goes by that descriptor. */
#ifndef BINDCHAIN_PATH_PLACE_H
#define BINDCHAIN_PATH_PLACE_H

#include <limits.h>

#include "path_entry.h"

struct path_place {
	const char *path; /* borrowed */
	const char *name; /* its last part */
	int directory;    /* close-on-exec, and none of the standard descriptors */
};

/* The directory that PATH is in, "." where it names none, and the last part of PATH.
 * False where the directory is too long. */
bool path_directory(const char *path, char directory[PATH_MAX]);
const char *path_name(const char *path);

/* Opens the directory of PATH.  Returns 0, or -1 with errno of open(2). */
int path_place_open(struct path_place *, const char *path);

/* Does the path lead to the directory of PLACE?  Returns 1, 0, or -1 with errno of
 * stat(2). */
int path_place_is_named(const struct path_place *);

/* This and the next leave errno alone. */
void path_place_close(struct path_place *);
void path_entry_close(struct path_entry *);

/* path_entry_find() where a descriptor of the object can be opened, with FLAGS of
 * open(2). */
int path_entry_open(struct path_entry *, int flags);

/* Do both tell of one object? */
bool path_is_same(const struct stat *, const struct stat *);

/* Is it a FIFO of this user's, by no other name? */
bool path_is_own_fifo(const struct stat *);

/* Looks up what is at PLACE now; as path_entry_find(). */
int path_place_find(const struct path_place *, struct path_entry *);

#endif
