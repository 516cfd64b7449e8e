/* SPDX-License-Identifier: ISC */
/* The inherited sockets, and which of them have been taken. */
#ifndef BINDCHAIN_ORIGINALS_H
#define BINDCHAIN_ORIGINALS_H

#include <stdbool.h>

#include "address.h"

struct original {
	int descriptor;
	int type, protocol;
	struct address address;
	bool taken;
};

/* What the variable's words ask for. */
struct adopt_words {
	bool by_port, strict, verbose, check;
};

extern struct adopt_words adopt_words;

/* Are there any, taken or not? */
bool originals_exist(void);

/* Has one been taken? */
bool originals_were_taken(void);

/*
 * The original for a bind(2) of DESCRIPTOR to ADDRESS: one that has not been taken before
 * one that has, which is then shared.  NULL: there is none.
 */
struct original *originals_match(int descriptor, const struct address *);

/* The original that DESCRIPTOR has the address of, or NULL. */
const struct original *originals_of(int descriptor);

/* The original of this path, as it is or as a link to the same file; NULL: there is none. */
const struct original *originals_of_path(int directory, const char *path);

/* Notes that it has been taken, in the variable too. */
void originals_take(struct original *);

/* A line on standard error: "bindchain-adopt: …". */
void adopt_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

void originals_lock(void);
void originals_unlock(void);

#endif
