/* SPDX-License-Identifier: ISC */
/*
 * Writes JSON (RFC 8259), a value a call.  Members and
 * elements are separated by it; nesting is the caller's.
 */
#ifndef BINDCHAIN_JSON_H
#define BINDCHAIN_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include "bindchain.h"

struct json {
	FILE *stream; /* NULL: standard output */
	bool comma; /* something stands before in this object or array */
	int depth;
};

/* KEY is NULL in an array and at the top. */
void json_open(struct json *, const char *key, char bracket);
void json_close(struct json *, char bracket);
/* TEXT NULL is null.  What is not UTF-8 in it becomes U+FFFD. */
void json_text(struct json *, const char *key, const char *text);
void json_number(struct json *, const char *key, long long number);
void json_boolean(struct json *, const char *key, bool value);
/* An unknown fact is null. */
void json_fact(struct json *, const char *key, const struct bindchain_fact *);
void json_fact_boolean(struct json *, const char *key, const struct bindchain_fact *);

#endif
