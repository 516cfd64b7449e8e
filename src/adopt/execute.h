/* SPDX-License-Identifier: ISC */
/* Programs that the daemon executes, and which inherited sockets they get. */
#ifndef BINDCHAIN_ADOPT_EXECUTE_H
#define BINDCHAIN_ADOPT_EXECUTE_H

#include <stdarg.h>
#include <stdbool.h>
#include <sys/types.h>

/* A call that executes a program, but for its environment; each uses some of these. */
struct execution {
	int (*call)(const struct execution *, char *const *environment);
	const char *name, *path;
	int descriptor, flags;
	char *const *arguments;
	const struct spawning *spawning;
};

/* Is it the daemon's own program, if that matters?  As fstatat(2) finds it. */
bool execute_is_own(int directory, const char *path, int flags);

/* Of an open file. */
bool execute_is_own_open(int descriptor);

/* Makes the call, whose result is returned. */
int execute_with(const struct execution *, bool is_own, char *const *environment);

/* The same, with the path that execvp(3) finds for its name, or NULL. */
int execute_by_name(const struct execution *, char *const *environment);

/* execl(3) and others, of which the LIST goes on after FIRST. */
enum execute_list { EXECUTE_LIST, EXECUTE_LIST_ENVIRONMENT, EXECUTE_LIST_BY_NAME };
int execute_list(enum execute_list, const char *path, const char *first, va_list list);

#endif
