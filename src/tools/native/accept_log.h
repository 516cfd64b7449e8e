/* SPDX-License-Identifier: ISC */
/* The log of `bindchain accept`, on standard error. */
#ifndef BINDCHAIN_ACCEPT_LOG_H
#define BINDCHAIN_ACCEPT_LOG_H

#include <stdio.h>

#include "command.h"
#include "server.h"

enum accept_log_kind {
	ACCEPT_LOG_FAILURES, /* lines of failures alone */
	ACCEPT_LOG_LINES,
	ACCEPT_LOG_JSON /* an object in each line */
};

struct accept_log {
	const struct invocation *invocation;
	enum accept_log_kind kind;
	FILE *stream; /* of JSON */
	char buffer[4096]; /* of STREAM: a line is one write(2) */
};

/* Call it once, when KIND is set and standard error is open.  Returns false with errno. */
bool accept_log_open(struct accept_log *);

void accept_log_event(struct accept_log *, const struct server *, const struct server_event *);

#endif
