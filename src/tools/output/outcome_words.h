/* SPDX-License-Identifier: ISC */
/* An outcome in reports, as text and JSON. */
#ifndef BINDCHAIN_OUTCOME_WORDS_H
#define BINDCHAIN_OUTCOME_WORDS_H

#include <net/if.h>
#include <stdbool.h>

#include "family.h"
#include "outcome.h"
#include "request.h"
#include "json.h"
#include "text.h"

const char *family_text(int family); /* "inet6", "unix", … */
const char *type_text(int type);     /* "stream", "dgram", … */

/* Its address: "127.0.0.1:80", a path, or of netlink the protocol and the groups,
 * "route:1". */
const char *outcome_place(const struct outcome *, char text[ADDRESS_TEXT_SIZE]);

/* Does its address have a port? */
bool outcome_has_port(const struct outcome *);

/* A number, or "unknown". */
const char *fact_text(const struct bindchain_fact *, char number[NUMBER_TEXT_SIZE]);

/* An option's value in the words of its row: "on", "128", "data", "eth0"; or OWN, its text. */
#define OPTION_VALUE_SIZE (IF_NAMESIZE + NUMBER_TEXT_SIZE)
const char *socket_option_text(enum bindchain_option, int value, const char *own,
    char text[OPTION_VALUE_SIZE]);
/* The same in JSON; null when unknown. */
void json_socket_option(struct json *, const char *key, enum bindchain_option,
    const struct bindchain_fact *, const char *own);

/* The options by number that were requested of DESCRIPTOR, with the values that the kernel has;
 * of no descriptor (-1) without these. */
void text_add_numbered(struct text *, const struct request *, int descriptor);
void json_numbered(struct json *, const struct request *, int descriptor);

/*
 * Of a socket with another address than the requested one: "127.0.0.1:80
 * requested, 192.0.2.20:80 bound", and why, where the system tells.
 */
void text_add_difference(struct text *, const struct outcome *,
    const struct request *);
/* The same as a member: an object, or null where there is no difference. */
void json_asked(struct json *, const struct outcome *,
    const struct request *);

/* "IPv6: socket: Address family not supported by protocol". */
void text_add_missing_family(struct text *, const struct missing_family *);
/* The same as the member left_out: an object, or null if there is none (NULL). */
void json_left_out(struct json *, const struct missing_family *);

/* The members of a socket; NAME may be NULL. */
void json_outcome(struct json *, const struct outcome *, const char *name);
/* The same of the FIFO at PATH, which has none of a socket's properties. */
void json_fifo(struct json *, const struct outcome *, const char *name, const char *path);

#endif
