/* SPDX-License-Identifier: ISC */
/*
 * Writes JSON (RFC 8259), one value for each call.  It writes the commas; nesting is
 * left to the caller.
 */
#ifndef BINDCHAIN_JSON_H
#define BINDCHAIN_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include "bindchain.h"

struct json {
	FILE *stream; /* NULL: standard output */
	bool comma; /* the object or array has an element already */
	int depth;
	bool in_line; /* without line breaks before the end */
};

/* KEY is NULL in an array and at the top. */
void json_open(struct json *, const char *key, char bracket);
void json_close(struct json *, char bracket);
/* TEXT NULL is null.  Invalid UTF-8 becomes U+FFFD; characters that a terminal may act on
 * are escaped. */
void json_text(struct json *, const char *key, const char *text);
/* The same for bytes with a null after the last; of none it is null. */
void json_bytes(struct json *, const char *key, const char *bytes, size_t length);
void json_number(struct json *, const char *key, long long number);
void json_boolean(struct json *, const char *key, bool value);
/* An unknown fact is null. */
void json_fact(struct json *, const char *key, const struct bindchain_fact *);
void json_fact_boolean(struct json *, const char *key, const struct bindchain_fact *);

#endif
