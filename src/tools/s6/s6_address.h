/* SPDX-License-Identifier: ISC */
/* Addresses as s6 writes them. */
#ifndef BINDCHAIN_S6_ADDRESS_H
#define BINDCHAIN_S6_ADDRESS_H

#include "address.h"

/*
 * The host alone: of IPv6 lower-case groups with the longest run of at least two zeros as
 * "::", the first of equals, without a zone, and never with an IPv4 address in it, which
 * inet_ntop(3) writes for a mapped one.
 */
#define S6_ADDRESS_SIZE 46
const char *s6_address(const struct address *, char text[S6_ADDRESS_SIZE]);

#endif
