/* SPDX-License-Identifier: ISC */
/* FreeBSD: the jail(8) that this process is in, as it can be seen from inside. */
#ifndef BINDCHAIN_FREEBSD_JAIL_H
#define BINDCHAIN_FREEBSD_JAIL_H

#include "request.h"
#include "findings.h"

enum jail_kind {
	JAIL_UNKNOWN,
	JAIL_NONE,
	JAIL_SHARED, /* on the host's network stack, with addresses of its own or not */
	JAIL_VNET    /* with a network stack of its own */
};
enum jail_kind jail_kind(void);
bool jail_is_around(void); /* this process */

/* Are sockets that this process makes taken into groups of SO_REUSEPORT_LB? */
struct bindchain_fact jail_balances(void);

/* backend_address_rule() */
const char *jail_address_rule(void);

/* Says what REQUEST's address becomes at bind(2), if that is another one. */
void jail_tell_address(const struct request *, struct findings *);

#endif
