/* SPDX-License-Identifier: ISC */
/* An outcome in reports: its words, and its members in JSON. */
#ifndef BINDCHAIN_OUTCOME_WORDS_H
#define BINDCHAIN_OUTCOME_WORDS_H

#include <stdbool.h>

#include "bindchain.h"
#include "json.h"
#include "text.h"

const char *family_text(int family); /* "inet6", "unix", … */
const char *type_text(int type);     /* "stream", "dgram", … */

/* Has its address a port? */
bool outcome_has_port(const struct bindchain_outcome *);

/* An option's value in the words of its row: "on", "128", "data", "eth0". */
void text_add_option_value(struct text *, enum bindchain_option, int value);
/* The same in JSON; null when unknown. */
void json_option_value(struct json *, const char *key, enum bindchain_option,
    const struct bindchain_fact *);

/* The members that say what a socket is; NAME may be NULL. */
void json_outcome(struct json *, const struct bindchain_outcome *, const char *name);

#endif
