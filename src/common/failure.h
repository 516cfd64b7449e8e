/* SPDX-License-Identifier: ISC */
/* Failures as values, and their messages. */
#ifndef BINDCHAIN_FAILURE_H
#define BINDCHAIN_FAILURE_H

#include "address.h"
#include "bindchain.h"
#include "text.h"

/* Starts a failure: everything else in it is empty.  Call it before any
 * clean-up, with errno as it is. */
void failure_set(struct bindchain_failure *, enum bindchain_operation, int error);

/* What the C library says of it: strerror(3), gai_strerror(3), or the reason. */
const char *failure_cause(const struct bindchain_failure *);

/* Where the socket of REQUEST is, or is to be: its address, path or protocol; TEXT may
 * hold it. */
const char *request_place(const struct bindchain_request *, char text[ADDRESS_TEXT_SIZE]);

/*
 * What a personality's first line leaves out: "bind TCP 127.0.0.1:80:
 * Permission denied".  REQUEST may be NULL where the failure is not about a
 * socket.  Returns false, with TEXT as it was, when there is nothing to add.
 */
bool text_add_details(struct text *, const struct bindchain_failure *,
    const struct bindchain_request *);

#endif
