/* SPDX-License-Identifier: ISC */
/*
 * Everything that explain tells of a command, gathered once, for two writers:
 * text for people, JSON for programs.
 */
#ifndef BINDCHAIN_EXPLANATION_H
#define BINDCHAIN_EXPLANATION_H

#include "backend.h"
#include "chain.h"
#include "command.h"
#include "plan.h"

struct explanation {
	const struct invocation *invocation; /* prepared */
	bool planned; /* else FAILURE says what this system does not have */
	struct plan plan;
	struct bindchain_failure failure;
	/* For sockets that listen: */
	struct backend_limit limit;
	struct backend_backlog becomes; /* admitted is unknown where that is in doubt */
	struct backend_overflow overflow;
	bool found; /* the next program; else MISSING says why not */
	struct chain_target target;
	struct bindchain_failure missing;
	bool in_the_way; /* something is: to be filled when it has been told */
};

#define EXPLAIN_SCHEMA_VERSION 1

/* "asked for", "not asked for" and so on, of an option. */
enum explained_option {
	EXPLAINED_UNASKED,
	EXPLAINED_DEFAULT,     /* the kernel's default is what is asked */
	EXPLAINED_SET,
	EXPLAINED_PASSED_OVER, /* wished for, and not supported */
	EXPLAINED_REFUSED      /* required, and not supported */
};
enum explained_option explain_option(const struct explanation *, enum bindchain_option,
    struct backend_spelling *);

/* Each returns whether what it explained can work. */
bool explain_as_text(struct explanation *);
bool explain_as_json(struct explanation *);

#endif
