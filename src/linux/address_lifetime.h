/* SPDX-License-Identifier: ISC */
/* Addresses with a lifetime, which come from DHCP or router advertisements. */
#ifndef BINDCHAIN_LINUX_ADDRESS_LIFETIME_H
#define BINDCHAIN_LINUX_ADDRESS_LIFETIME_H

#include <net/if.h>
#include <stdbool.h>

#include "address.h"

/* Whether an interface, whose name is filled in, has the address for a limited time.  False
 * where that cannot be read. */
bool address_has_lifetime(const struct address *, char interface[IF_NAMESIZE]);

#endif
