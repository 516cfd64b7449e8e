/* SPDX-License-Identifier: ISC */
/*
 * The explanation of a command, for its two writers, text and JSON.
 */
#ifndef BINDCHAIN_EXPLANATION_H
#define BINDCHAIN_EXPLANATION_H

#include "backlog_prediction.h"
#include "chain.h"
#include "claims.h"
#include "command.h"
#include "diagnosis.h"
#include "foreseen_conflicts.h"
#include "observe.h"
#include "plan.h"
#include "request.h"

/* Of the JSON that bindchain-explain(1) documents. */
#define EXPLAIN_SCHEMA_VERSION 1

/* One of the sockets (or the FIFO) that a command opens. */
struct explained_socket {
	const struct request *request;
	/* That it takes; then nothing is called, foreseen or in conflict, but its differences
	 * are warnings.  NULL: it is opened. */
	const struct inherited_socket *inherited;
	bool planned; /* else FAILURE names what is not supported */
	struct plan plan;
	struct bindchain_failure failure;
	struct backlog_prediction backlog; /* where listen(2) is called */
	struct foreseen_conflicts conflicts;
	struct findings findings;
};
/* Of request number INDEX. */
void explain_socket(struct explained_socket *, const struct invocation *, int index);

/* Does request number INDEX get the port of the previous one? */
bool explained_follows(const struct invocation *, int index);

/* The state of a socket option. */
enum explained_socket_option {
	EXPLAINED_UNASKED,
	EXPLAINED_DEFAULT,     /* requested, and the default: no call needed */
	EXPLAINED_SET,
	EXPLAINED_IGNORED,     /* preferred, and not supported */
	EXPLAINED_REFUSED      /* required, and not supported */
};
/* Fills the option's spelling on this system, even if it is not requested. */
enum explained_socket_option explain_socket_option(const struct request *,
    enum bindchain_option, struct backend_spelling *);

/* The next program. */
struct explained_next {
	bool found; /* else MISSING has the reason */
	struct chain_target target;
	struct bindchain_failure missing;
};
void explain_next(struct explained_next *, const struct invocation *);

/* Both take a prepared command and return whether it can succeed. */
bool explain_as_text(const struct invocation *);
bool explain_as_json(const struct invocation *);

#endif
