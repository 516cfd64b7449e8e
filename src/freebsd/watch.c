/* SPDX-License-Identifier: ISC */
/* FreeBSD sends RTM_IFANNOUNCE for an interface that is created or renamed: sys/net/if.c,
 * if_attach_internal and ifhwioctl (SIOCSIFNAME). */
#include "routing_messages.h"

const bool bsd_announces_interfaces = true;
