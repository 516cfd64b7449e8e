/* SPDX-License-Identifier: ISC */
/*
 * Telling others that the sockets are ready: reports of what they are, and
 * notifications that they are.
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
	bool systemd;       /* tell NOTIFY_SOCKET */
	struct report_file file; /* where TO is a path */
};

/*
 * Looks, before any socket is opened, whether the descriptors are there and are
 * nothing else, and whether the path can be replaced or written to; opens nothing.
 * Returns 0, or the exit status with the message printed.
 */
int report_check(const struct invocation *, const struct report *);

/* Opens what the path is reached by, before any socket is opened.  Returns the same. */
int report_open(const struct invocation *, struct report *);

/*
 * Reports the sockets that the handover has placed, and notifies.  Descriptors
 * that were told are closed, standard output and error excepted.  Returns 0, or
 * the exit status with the message printed.
 */
int report_make(const struct invocation *, struct report *);

/* "fd=address;…" of the same sockets, or NULL with errno; the caller frees it. */
char *report_addresses(const struct invocation *);

#endif
