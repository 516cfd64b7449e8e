/* SPDX-License-Identifier: ISC */
#ifndef BINDCHAIN_FAILURE_TEXT_H
#define BINDCHAIN_FAILURE_TEXT_H

#include "request.h"
#include "text.h"

/* The whole failure in one sentence; REQUEST may be NULL. */
void failure_add_text(struct text *, const struct bindchain_failure *,
    const struct request *);

#endif
