/* SPDX-License-Identifier: ISC */
/* Strings for the other side, which has the room. */
#ifndef FOREIGN_WORDS_H
#define FOREIGN_WORDS_H

#include <stddef.h>

#include "findings.h"
#include "foreign.h"

struct words {
	char *bytes;
	size_t size;
};

void words_begin(struct words *, char *bytes, size_t size);
void words_add(struct words *, const char *);
void words_add_number(struct words *, long long);
/* Those of the severities, each after a newline. */
void words_add_findings(struct words *, const struct findings *, enum finding_severity gravest,
    enum finding_severity least);

/* In foreign.c: returns 0, or -1 with the failure. */
struct bindchain_request;
struct bindchain_failure;
int foreign_make_request(struct bindchain_request *, const struct foreign_request *,
    struct bindchain_failure *);

#endif
