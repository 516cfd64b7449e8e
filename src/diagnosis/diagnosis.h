/* SPDX-License-Identifier: ISC */
/*
 * What will make a request fail, and what made it fail.  Each cause is verified in the
 * case at hand; no guesses.
 */
#ifndef BINDCHAIN_DIAGNOSIS_H
#define BINDCHAIN_DIAGNOSIS_H

#include "request.h"
#include "findings.h"

struct backend_limit;
struct foreseen_conflicts;

/*
 * The options of a command line that a diagnosis suggests; NULL where it has none.  They
 * come from the front end, because the diagnosis knows no command lines.
 */
struct diagnosis_words {
	const char *bind_any;  /* bind an address that no interface has */
	const char *wait;      /* wait for an address */
	const char *no_listen; /* do not call listen(2) */
	char replace[4];       /* replace a stale socket, or ""; a pointer costs a relocation */
};

/*
 * Before REQUESTS[INDEX] is tried: obstacles and warnings.  CONFLICTS are those with the
 * requests before it and, if SEARCH, with sockets that can be listed.  Opens sockets only
 * to list sockets and interfaces.
 */
void diagnose_request(const struct request *requests, int index,
    const struct diagnosis_words *, bool search, struct foreseen_conflicts *,
    struct findings *);

/*
 * The causes of FAILURE of REQUEST.  If its address was not resolved, its host and service
 * are examined.  If SEARCH, the holders of an address in use are searched for.  Opens
 * sockets and files, and closes them.
 */
void diagnose_failure(const struct request *, const struct bindchain_failure *,
    const struct diagnosis_words *, bool search, struct findings *);

/* Whether the system will truncate the requested backlog: fills the name of its limit, and
 * what is left, for a warning without findings. */
bool diagnose_truncated_backlog(const struct request *, struct backend_limit *);

/* Whether clients can neither connect to the path of REQUEST nor to a link to it. */
bool diagnose_long_path(const struct request *);
#define LONG_PATH "clients can connect to a path of at most %d bytes, and this one has %d: they" \
	" need a shorter one, by a symbolic link to it or to its directory"
#define TRUNCATED_BACKLOG "the backlog of %d will be truncated to %s (%d)"

/* Adds how the path's directory, which exists, differs from the one that would be made.
 * Returns whether it does. */
bool text_add_kept_directory(struct text *, const struct request *);

#endif
