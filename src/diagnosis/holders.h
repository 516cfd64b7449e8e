/* SPDX-License-Identifier: ISC */
/* Who holds the address that a request could not have. */
#ifndef BINDCHAIN_HOLDERS_H
#define BINDCHAIN_HOLDERS_H

#include "bindchain.h"
#include "text.h"

/*
 * When FAILURE is an address in use at bind(2) or listen(2), and a port was
 * asked for, gives SINK lines that say which sockets are in the way, whose they
 * are, whether they could have been shared, and what could not be seen.  Says
 * nothing of other failures.
 */
void holders_explain(const struct bindchain_request *, const struct bindchain_failure *,
    const struct line_sink *);

#endif
