/* SPDX-License-Identifier: ISC */
/*
 * Where connections come from: an internet address, or as much of it as a prefix says, or
 * the user of a Unix socket's peer.  Counts the open connections of each, and limits their
 * rate.  Every operation takes constant time, and allocates nothing.
 */
#ifndef BINDCHAIN_SERVE_SOURCES_H
#define BINDCHAIN_SERVE_SOURCES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "address.h"
#include "serve_rules.h"

enum source_kind {
	SOURCE_UNKNOWN,
	SOURCE_IPV4,
	SOURCE_IPV6,
	SOURCE_USER
};

struct source_key {
	unsigned char bytes[ADDRESS_BYTES_MAX];
	uint32_t kind;
};

void source_of_address(struct source_key *, const struct address *, const struct serve_rules *);
void source_of_user(struct source_key *, uid_t);
uid_t source_user(const struct source_key *);

struct source {
	struct source_key key;
	uint32_t next;  /* in its list */
	uint32_t count; /* of open connections */
	/* When the rate would be kept if all of its connections had come evenly spaced:
	 * the generic cell rate algorithm, ITU-T I.371. */
	uint64_t due;
};

struct sources {
	uint32_t *heads;
	uint32_t mask, seed;
	struct source *list;
	uint32_t used, room, unused; /* as in struct children */
	uint32_t hand; /* where the search for one to forget goes on */
};

/* With room for LIMIT sources with open connections, and for more whose rates are to be
 * remembered, if there is one.  Returns false if out of memory. */
bool sources_open(struct sources *, unsigned limit, const struct serve_rules *);
void sources_close(struct sources *);
/* Makes room for LIMIT, and for what the rules remember; the sources keep their numbers.
 * Returns false, with all as it was, if out of memory. */
bool sources_grow(struct sources *, unsigned limit, const struct serve_rules *);

/* The number of the source, which is added if it is new; NOW is in nanoseconds. */
uint32_t sources_find(struct sources *, const struct source_key *, uint64_t now);
struct source *sources_get(const struct sources *, uint32_t number);
/* Whether the rate allows one more connection, which it then counts. */
bool sources_admit(struct sources *, uint32_t number, const struct serve_rules *, uint64_t now);
/* One connection ended, or none began: the source may be forgotten. */
void sources_release(struct sources *, uint32_t number, uint64_t now);

#endif
