/* SPDX-License-Identifier: ISC */
/* The options of nosh's commands for the mode and owner of a path. */
#ifndef BINDCHAIN_PATH_ACCESS_H
#define BINDCHAIN_PATH_ACCESS_H

#include "command.h"
#include "request.h"

struct path_access {
	const char *uid, *gid, *mode; /* numbers, as C writes them */
	const char *user, *group;     /* names; numbers take precedence */
};

/* Rows for an option table whose struct CHOSEN has a struct path_access FIELD. */
#define PATH_ACCESS_OPTIONS(chosen, field)                                              \
	OPTION('u', "uid", "NUMBER", "give the path to this user",                      \
	    offsetof(chosen, field) + offsetof(struct path_access, uid), true),         \
	OPTION('g', "gid", "NUMBER", "give the path to this group",                     \
	    offsetof(chosen, field) + offsetof(struct path_access, gid), true),         \
	OPTION('m', "mode", "NUMBER", "set the path's permissions (octal begins with 0)",\
	    offsetof(chosen, field) + offsetof(struct path_access, mode), true),        \
	OPTION(0, "user", "NAME", "give the path to the user of this name",             \
	    offsetof(chosen, field) + offsetof(struct path_access, user), true),        \
	OPTION(0, "group", "NAME", "give the path to the group of this name",           \
	    offsetof(chosen, field) + offsetof(struct path_access, group), true)

/* Reads them into invocation->request.access. */
void path_access_read(struct invocation *, const struct path_access *);

#endif
