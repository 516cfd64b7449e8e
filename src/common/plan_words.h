/* SPDX-License-Identifier: ISC */
/* The steps of a plan in words: the names that its numbers have in C. */
#ifndef BINDCHAIN_PLAN_WORDS_H
#define BINDCHAIN_PLAN_WORDS_H

#include <stdbool.h>

#include "plan.h"
#include "text.h"

/* An argument of a call. */
struct plan_word {
	const char *argument; /* "family"; NULL behind the last */
	const char *name;     /* "AF_INET", or NULL: the number says it all */
	long long value;
	bool name_is_value;   /* "0700": the number, written as its users do */
};

#define PLAN_WORDS_MAX 4
/* "SOCK_SEQPACKET|SOCK_NONBLOCK|SOCK_CLOEXEC" and the like. */
#define PLAN_NAME_SIZE 48

/* When a step's call is made. */
enum plan_performed {
	PLAN_ONCE,
	PLAN_IF_NEEDED,     /* or not at all */
	PLAN_AFTER_FAILURE, /* of the previous one, in its place */
	PLAN_WITH_OTHERS    /* it is the first of several, and not all may be needed */
};

struct plan_words {
	const char *call;   /* "setsockopt" */
	enum plan_performed performed;
	const char *remark; /* what the call's name does not say, or NULL */
	struct plan_word words[PLAN_WORDS_MAX];
	char name[PLAN_NAME_SIZE]; /* where a word's name is put together */
};

/* The words of STEP of the plan, which point into it and into themselves. */
void plan_words(struct plan_words *, const struct plan *, const struct plan_step *);

/* The whole call: "setsockopt(SOL_SOCKET=1, SO_REUSEADDR=2, 1)". */
void text_add_step(struct text *, const struct plan *, const struct plan_step *);

#endif
