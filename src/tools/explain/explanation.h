/* SPDX-License-Identifier: ISC */
/*
 * What explain tells of a command, gathered for two writers: text for people,
 * JSON for programs.
 */
#ifndef BINDCHAIN_EXPLANATION_H
#define BINDCHAIN_EXPLANATION_H

#include "backend.h"
#include "chain.h"
#include "command.h"
#include "foreseen_conflicts.h"
#include "plan.h"

/* Of the JSON that bindchain-explain(1) documents. */
#define EXPLAIN_SCHEMA_VERSION 1

/* One of the sockets (or the FIFO) that a command opens. */
struct explained_socket {
	const struct bindchain_request *request;
	const struct hint_words *words;
	bool planned; /* else FAILURE says what this system does not have */
	struct plan plan;
	struct bindchain_failure failure;
	/* Where listen(2) is called: */
	struct backend_limit limit;
	struct backend_backlog becomes; /* admitted is unknown where it is in doubt */
	struct backend_overflow overflow;
	struct foreseen_conflicts conflicts;
};
/* Of request number INDEX. */
void explain_socket(struct explained_socket *, const struct invocation *, int index);

/* Does request number INDEX get the port of the one before it? */
bool explained_follows(const struct invocation *, int index);

/* What comes of an option. */
enum explained_option {
	EXPLAINED_UNASKED,
	EXPLAINED_DEFAULT,     /* asked for, and so without any call */
	EXPLAINED_SET,
	EXPLAINED_PASSED_OVER, /* wished for, and not supported */
	EXPLAINED_REFUSED      /* required, and not supported */
};
/* Fills how the option is spelled here; if it is unasked, how it would be. */
enum explained_option explain_option(const struct bindchain_request *, enum bindchain_option,
    struct backend_spelling *);

/* Where the chain goes. */
struct explained_next {
	bool found; /* else MISSING says why not */
	struct chain_target target;
	struct bindchain_failure missing;
};
void explain_next(struct explained_next *, const struct invocation *);

/* Both take a prepared command and return whether it can work. */
bool explain_as_text(const struct invocation *);
bool explain_as_json(const struct invocation *);

#endif
