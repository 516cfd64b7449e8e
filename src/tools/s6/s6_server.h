/* SPDX-License-Identifier: ISC */
/* What s6's commands that accept connections share. */
#ifndef BINDCHAIN_S6_SERVER_H
#define BINDCHAIN_S6_SERVER_H

#include "s6.h"
#include "server.h"

struct s6_server_chosen {
	bool readiness, no_ids;
	const char *verbosity, *limit, *limit_per_source;
};

#define S6_SERVER_LIMIT_OPTIONS \
	OPTION('c', "", "maxconn", "limit of connections (default: 40)", \
	    offsetof(struct s6_server_chosen, limit), true), \
	OPTION('C', "", "localmax", \
	    "limit of connections from one source (default: 40)", \
	    offsetof(struct s6_server_chosen, limit_per_source), true)

struct s6_server {
	const struct invocation *invocation;
	unsigned verbosity;
	/* Logs that a connection began, was refused or ended; the words between two signals. */
	void (*log_connection)(struct s6_server *, const struct server_event *);
	const char *joined;
	struct server server;
	struct server_listener listener;
};

/* An unsigned number of 32 bits; refuses others as s6 does. */
unsigned s6_read_unsigned(const struct invocation *, const char *text, const char *name);

/* Reads the command line, and checks that standard input is a listening socket.  The result
 * lasts as long as the process. */
struct s6_server *s6_server_prepare(struct invocation *, struct s6_server_chosen *);

/* Begins to serve; NAMES are the variables of a connection, after those that are set. */
void s6_server_begin(struct s6_server *, const struct server_front *,
    const char (*names)[CONNECTION_NAME_SIZE]);

/* Writes LINE to standard output, unless it is NULL, and closes that for all readers. */
void s6_server_tell_ready(struct s6_server *, const char *line);

/* Serves, and ends the process. */
_Noreturn void s6_server_run(struct s6_server *);

/* ---- the log ---- */

/* "PROG: info: " and "PROG: warning: ", where this verbosity has them. */
bool s6_server_begin_line(const struct s6_server *, unsigned verbosity, const char *kind,
    struct text *);
void s6_server_end_line(struct text *);
/* Logs an event, as struct server_front has it. */
void s6_server_tell(struct server *, const struct server_event *);
/* " exitcode N" or " signal N" */
void s6_server_add_end(struct text *, int status);

extern const struct server_signal s6_server_signals[];

_Noreturn void s6_server_fatal_call(const struct invocation *, const char *what);

#endif
