/* SPDX-License-Identifier: ISC */
/*
 * Reports of the open sockets, and notifications of readiness.
 */
#ifndef BINDCHAIN_REPORT_H
#define BINDCHAIN_REPORT_H

#include <stdbool.h>

#include "command.h"
#include "report_file.h"

struct report {
	const char *to;     /* "fd:N" or a path, or NULL */
	bool json;
	int notify;         /* the descriptor for s6's readiness, or -1 */
	bool systemd;       /* notify NOTIFY_SOCKET */
	struct report_file file; /* if TO is a path */
};

/*
 * Checks, before any socket is opened, that the descriptors are open and not used for
 * something else, and that the path can be replaced or written; opens nothing.
 */
void report_check(const struct invocation *, const struct report *);

/* Opens the directory or FIFO, before any socket is opened. */
void report_open(const struct invocation *, struct report *);

/*
 * Reports the sockets that the handover has placed, and notifies.  The descriptors for
 * this are closed, except standard output and error.
 */
void report_make(const struct invocation *, struct report *);

#endif
