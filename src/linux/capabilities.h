/* SPDX-License-Identifier: ISC */
/* The capabilities of this process: capabilities(7). */
#ifndef BINDCHAIN_LINUX_CAPABILITIES_H
#define BINDCHAIN_LINUX_CAPABILITIES_H

#include <stdbool.h>

#include "bindchain.h"

/* Whether CAP_NET_BIND_SERVICE is effective. */
struct bindchain_fact capability_to_bind_low_ports(void);

/* Whether CAP_NET_ADMIN, and with RAW CAP_NET_RAW too, is certainly not effective. */
bool capabilities_lack_network(bool raw);

/* Whether SO_RCVBUFFORCE succeeds: with CAP_NET_ADMIN in the initial user namespace. */
struct bindchain_fact capability_to_exceed_buffer_limits(void);

/* Whether CAP_AUDIT_READ is certainly not effective. */
bool capabilities_lack_audit(void);

/* Whether this process's user namespace owns its network namespace. */
struct bindchain_fact capabilities_count_for_network(void);

#endif
