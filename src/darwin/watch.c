/* SPDX-License-Identifier: ISC */
/* macOS sends no routing message for an interface that is created, only when it is brought up
 * (RTM_IFINFO): bsd/net/dlil.c, ifnet_attach sends KEV_DL_IF_ATTACHED, a kernel event. */
#include "routing_messages.h"

const bool bsd_announces_interfaces = false;
