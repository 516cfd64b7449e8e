/* SPDX-License-Identifier: ISC */
/* What the library's callers may have got wrong, found before anything is done. */
#ifndef BINDCHAIN_REQUEST_CHECK_H
#define BINDCHAIN_REQUEST_CHECK_H

#include "request.h"

/* Fills FAILURE with BINDCHAIN_INVALID: SUBJECT is an argument or a field, and REASON
 * says what it must be.  Returns -1. */
int argument_refuse(struct bindchain_failure *, const char *subject, const char *reason);

/* Forgets REQUEST's address and path: a call that fails leaves none of an earlier one.
 * Returns 0, or -1 with FAILURE where REQUEST is NULL. */
int request_forget_place(struct request *, struct bindchain_failure *);

/* Is a part of REQUEST valid: the numbers, an option, the address and path; or permissions?
 * Return 0, or -1 with FAILURE: BINDCHAIN_INVALID. */
int request_check_numbers(const struct request *, struct bindchain_failure *);
int request_check_option(const struct request *, enum bindchain_option,
    struct bindchain_failure *);
int request_check_place(const struct request *, struct bindchain_failure *);
int request_check_permissions(const struct permissions *, struct bindchain_failure *);
/* Is its kind one that has a path? */
int request_check_has_path(const struct request *, struct bindchain_failure *);

/* Are all fields of REQUEST in their ranges, and do its address and path belong to its
 * kind?  Returns 0, or -1 with FAILURE: BINDCHAIN_INVALID. */
int request_check(const struct request *, struct bindchain_failure *);

#endif
