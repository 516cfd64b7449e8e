/* SPDX-License-Identifier: ISC */
#ifndef BINDCHAIN_REPORT_FAILURE_H
#define BINDCHAIN_REPORT_FAILURE_H

#include "command.h"

/*
 * Ends the command after a failure, with the personality's exit status.  The message is the
 * personality's first line with what failed, the details that it lacks, each cause that is
 * found, and for native commands the section of bindchain-errors(7).  The holder of an address
 * in use is not searched for if the command line or BINDCHAIN_HOLDER_SEARCH=off forbids it.
 */
_Noreturn void report_failure(const struct invocation *, const struct bindchain_failure *);

#endif
