/* SPDX-License-Identifier: ISC */
/* The address families of the interfaces, as values of the system. */
#ifndef BINDCHAIN_FAMILY_VALUES_H
#define BINDCHAIN_FAMILY_VALUES_H

#include "observe.h"

/* Adds "IPv4" and "IPv6", each present, on loopback only or absent; or both as unknown, if
 * getifaddrs(3) fails. */
void family_values_add(struct backend_values *);

#endif
