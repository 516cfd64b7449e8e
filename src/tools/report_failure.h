/* SPDX-License-Identifier: ISC */
#ifndef BINDCHAIN_REPORT_FAILURE_H
#define BINDCHAIN_REPORT_FAILURE_H

#include "command.h"

/*
 * Keeps the lines of a failure: the personality's first, with what failed; the details
 * that it lacks; and each cause that is found.  Call it while the sockets are open, which
 * identify their paths.  Returns the personality's exit status.
 */
int report_failure(const struct invocation *, const struct bindchain_failure *);

#endif
