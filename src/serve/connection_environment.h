/* SPDX-License-Identifier: ISC */
/*
 * The environment of handlers: that of the server, without the variables that tell of a
 * connection, and after it those that do.  Prepared once; a connection rewrites their
 * values and allocates nothing.
 */
#ifndef BINDCHAIN_CONNECTION_ENVIRONMENT_H
#define BINDCHAIN_CONNECTION_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "serve_system.h"

/* Of a variable with its value: a Unix socket's path is the longest. */
#define CONNECTION_VARIABLE_SIZE 192
#define CONNECTION_VARIABLES_MAX 16
#define CONNECTION_NAME_SIZE 16

struct connection_environment {
	char **entries; /* for execve(2) */
	size_t fixed, count;
	struct {
		size_t prefix; /* "NAME=" */
		bool is_set;
		char text[CONNECTION_VARIABLE_SIZE];
	} variables[CONNECTION_VARIABLES_MAX];
};

/* NAMES end with an empty one: arrays, since pointers would be relocated at every start.
 * None of them is INHERITED, a list as `environ`.  Returns false if out
 * of memory. */
bool connection_environment_open(struct connection_environment *, char *const *inherited,
    const char (*names)[CONNECTION_NAME_SIZE]);
void connection_environment_close(struct connection_environment *);

/* No variable of a connection is set. */
void connection_environment_begin(struct connection_environment *);
/* Sets variable number INDEX, once in a connection. */
void connection_environment_set(struct connection_environment *, size_t index, const char *value);
void connection_environment_set_number(struct connection_environment *, size_t index,
    long long value);
/* Sets variables number INDEX and INDEX + 1 to an address, without a zone, and its port. */
void connection_environment_set_address(struct connection_environment *, size_t index,
    const struct address *);
/* Sets a variable to the path of a Unix socket, if it has one that is no abstract name. */
void connection_environment_set_path(struct connection_environment *, size_t index,
    const struct address *);
/* Sets variables number INDEX and up to the process, if the system tells it, user and group,
 * if they are known. */
void connection_environment_set_peer(struct connection_environment *, size_t index,
    const struct serve_peer *);
/* Its value, or NULL. */
const char *connection_environment_value(const struct connection_environment *, size_t index);

#endif
