/* SPDX-License-Identifier: ISC */
/* Strings for the other side, which has the room. */
#ifndef FOREIGN_WORDS_H
#define FOREIGN_WORDS_H

#include <stddef.h>

#include "foreign.h"
#include "text.h"

struct words {
	char *bytes;
	size_t size;
};

void words_begin(struct words *, char *bytes, size_t size);
void words_add(struct words *, const char *);
void words_add_number(struct words *, long long);
/* Takes lines, each behind a newline. */
struct line_sink words_sink(struct words *);

/* In foreign.c: returns 0, or -1 with the failure. */
struct bindchain_request;
struct bindchain_failure;
int foreign_make_request(struct bindchain_request *, const struct foreign_request *,
    struct bindchain_failure *);

#endif
