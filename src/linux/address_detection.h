/* SPDX-License-Identifier: ISC */
/* Duplicate address detection, RFC 4862, 5.4: until it has ended, and if it found that
 * another host has the address, bind(2) does as if the address were not there. */
#ifndef BINDCHAIN_LINUX_ADDRESS_DETECTION_H
#define BINDCHAIN_LINUX_ADDRESS_DETECTION_H

#include <net/if.h>

#include "address.h"

enum address_detection {
	ADDRESS_USABLE, /* or not here, or not known: /proc may be missing */
	ADDRESS_TENTATIVE,
	ADDRESS_DUPLICATE
};

/* Fills INTERFACE unless it is usable. */
enum address_detection address_detection_of(const struct address *,
    char interface[IF_NAMESIZE]);

#endif
