/* SPDX-License-Identifier: ISC */
#ifndef BINDCHAIN_FAILURE_TEXT_H
#define BINDCHAIN_FAILURE_TEXT_H

#include <stdbool.h>

#include "request.h"
#include "text.h"

/* Is it a failure with an operation of ours?  Not if it is NULL. */
bool failure_is_known(const struct bindchain_failure *);

/* The whole failure in one sentence; REQUEST may be NULL. */
void failure_add_text(struct text *, const struct bindchain_failure *,
    const struct request *);

#endif
