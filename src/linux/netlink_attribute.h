/* SPDX-License-Identifier: ISC */
/* Attributes in messages of netlink(7). */
#ifndef BINDCHAIN_LINUX_NETLINK_ATTRIBUTE_H
#define BINDCHAIN_LINUX_NETLINK_ATTRIBUTE_H

#include <stddef.h>

/* Finds an attribute in the LENGTH bytes behind a message's fixed part, or
 * returns NULL. */
const unsigned char *netlink_attribute(const unsigned char *bytes, size_t length, unsigned type,
    size_t *size);

#endif
