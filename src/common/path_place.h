/* SPDX-License-Identifier: ISC */
/* A path as a name in its directory.  The directory is opened once, and all later calls use
 * that descriptor, so that renaming directories has no effect on them. */
#ifndef BINDCHAIN_PATH_PLACE_H
#define BINDCHAIN_PATH_PLACE_H

#include <limits.h>

#include "file_id.h"
#include "path_entry.h"

struct path_place {
	const char *path;  /* borrowed */
	const char *name;  /* its last component */
	int directory;     /* close-on-exec, not one of the standard descriptors */
	struct file_id id; /* of the directory, from path_place_look() on */
};

/* The directory of PATH, "." if PATH has none, and the last component of PATH.  Returns
 * false if the directory is too long. */
bool path_directory(const char *path, char directory[PATH_MAX]);
const char *path_name(const char *path);

/* Opens the directory of PATH.  Returns 0, or -1 with errno of open(2). */
int path_place_open(struct path_place *, const char *path);

/* Notes which directory was opened.  Returns 0, or -1 with errno of fstat(2). */
int path_place_look(struct path_place *);

/* After that: whether the path still leads to the directory of PLACE.  Returns 1, 0, or -1
 * with errno of stat(2). */
int path_place_is_named(const struct path_place *);

/* This function and the next do not change errno. */
void path_place_close(struct path_place *);
void path_entry_close(struct path_entry *);

/* path_entry_find() for systems where a descriptor of the object can be opened, with FLAGS
 * of open(2). */
int path_entry_open(struct path_entry *, int flags);

/* Whether both are of the same object. */
bool path_is_same(const struct stat *, const struct stat *);

/* Whether both are one name in one directory, to which different paths may lead. */
bool path_is_same_name(const char *, const char *);

/* Whether it is a FIFO of this user with one link. */
bool path_is_own_fifo(const struct stat *);

/* Looks up the current object at PLACE; as path_entry_find(). */
int path_place_find(const struct path_place *, struct path_entry *);

#endif
