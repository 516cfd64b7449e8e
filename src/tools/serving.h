/* SPDX-License-Identifier: ISC */
/* What a command that accepts connections would do, for explain. */
#ifndef BINDCHAIN_SERVING_H
#define BINDCHAIN_SERVING_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "error_section.h"
#include "server.h"

/* A variable of the handler's environment. */
struct serving_variable {
	const char *name;
	const char *value; /* its value, or where the connection decides it, what it tells */
	enum {
		SERVING_REMOVED,      /* no value */
		SERVING_SET,
		SERVING_PROCESS,      /* the handler's process id */
		SERVING_OF_CONNECTION
	} change;
};

#define SERVING_VARIABLES_MAX (CONNECTION_VARIABLES_MAX + 8)

struct serving {
	const struct server *server; /* listeners, rules, and how handlers are started */
	const char *problem;         /* why it cannot serve any socket, or NULL */
	enum error_section section;  /* of that problem */
	const char **problems;       /* of each listener: why it cannot be served, or NULL */
	size_t warning_count;
	const char **warnings;       /* what options of connections do not do */
	uid_t user;                  /* that handlers run as */
	gid_t group;
	size_t variable_count;
	struct serving_variable variables[SERVING_VARIABLES_MAX];
};

#endif
