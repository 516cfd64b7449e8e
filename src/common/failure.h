/* SPDX-License-Identifier: ISC */
/* Failures as values, and their messages. */
#ifndef BINDCHAIN_FAILURE_H
#define BINDCHAIN_FAILURE_H

#include "address.h"
#include "request.h"
#include "text.h"

/* Initialises a failure; all other members are empty.  Call it before any cleanup, while
 * errno is intact. */
void failure_set(struct bindchain_failure *, enum bindchain_operation, int error);

/* Whether it is a failure with an operation of ours; not if it is NULL. */
bool failure_is_known(const struct bindchain_failure *);

/* Whether socket(2), bind(2) or listen(2) failed with EACCES or EPERM, as they do without a
 * reason if a security policy denies the call. */
bool failure_is_refusal(const struct bindchain_failure *);

/* The text of strerror(3), in BUFFER if need be, or of gai_strerror(3), else the failure's
 * reason. */
const char *failure_cause(const struct bindchain_failure *, char buffer[ERROR_TEXT_SIZE]);

/* The address, path or protocol of REQUEST's socket; TEXT may hold it. */
const char *request_place(const struct request *, char text[ADDRESS_TEXT_SIZE]);

/*
 * The details that a personality's first line lacks: "bind TCP 127.0.0.1:80:
 * Permission denied".  REQUEST is NULL if the failure concerns no socket.
 * Returns false, leaving TEXT unchanged, if there are none.
 */
bool text_add_details(struct text *, const struct bindchain_failure *,
    const struct request *);

/*
 * The whole failure in a sentence, but for the alternative to what is not supported.
 * REQUEST as above.  Returns whether it has all of text_add_details().
 */
bool text_add_failure(struct text *, const struct bindchain_failure *,
    const struct request *);

#endif
