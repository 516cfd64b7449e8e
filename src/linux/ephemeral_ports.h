/* SPDX-License-Identifier: ISC */
/* The ports that the kernel chooses: net.ipv4.ip_local_port_range and
 * net.ipv4.ip_local_reserved_ports, for IPv4 and IPv6. */
#ifndef BINDCHAIN_LINUX_EPHEMERAL_PORTS_H
#define BINDCHAIN_LINUX_EPHEMERAL_PORTS_H

#include <stdbool.h>

/* Whether PORT is in LIST, as the kernel writes it: "8080,9148-9150". */
bool ephemeral_ports_have(const char *list, unsigned port);

#endif
