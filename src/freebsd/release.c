/* SPDX-License-Identifier: ISC */
/*
 * FreeBSD: features by the kernel's __FreeBSD_version, which is kern.osreldate.
 * The Porter's Handbook, chapter 18, dates the numbers.
 *
 * - A group of SO_REUSEPORT_LB for each jail: commit d93ec8cb1324 of 2022-11-02, when
 *   main was 1400073; merged as 535984471641 on 2024-01-22, when stable/13 was
 *   1302510, and released with 13.3 and 14.0.  13.1 was seen to leave every jail's
 *   sockets out, of those with vnet too.
 * - netlink(4): on main in October 2022, when it was 1400072; merged on 2023-01-23,
 *   when stable/13 was 1301511, and released with 13.2 and 14.0.
 * - accf_tls(9): 15.0.
 * - netinet/tcp_subr.c, tcp_newtcpcb, takes the listener's congestion control in 15, and the
 *   system's in 13.1; between them was not read.
 *
 * A jail may be given another number (osreldate in jail(8)); its host's is then
 * told by nothing.
 */
#include "release.h"

#include <stddef.h>

#include "sysctl.h"

static const struct {
	enum release_feature feature;
	int branch;       /* its first number */
	int last_without; /* what lies between has it or not */
	int first_with;
} merges[] = {
	{ RELEASE_BALANCE_IN_JAILS, 0, 1302509, 1303000 },
	{ RELEASE_BALANCE_IN_JAILS, 1400000, 1400072, 1400074 },
	{ RELEASE_NETLINK, 0, 1301510, 1302000 },
	{ RELEASE_NETLINK, 1400000, 1400071, 1400073 },
	{ RELEASE_TLS_FILTER, 0, 1499999, 1500000 },
	{ RELEASE_CONGESTION_INHERITED, 0, 1301000, 1500000 },
};

struct bindchain_fact
release_has(enum release_feature feature)
{
	struct backend_limit version = sysctl_number("kern.osreldate");
	struct bindchain_fact has = { .known = false };

	if (!version.value.known)
		return has;
	/* The last row whose branch has begun counts. */
	for (size_t i = 0; i < sizeof merges / sizeof *merges; i++) {
		if (merges[i].feature != feature || merges[i].branch > version.value.value)
			continue;
		has.value = version.value.value >= merges[i].first_with;
		has.known = has.value || version.value.value <= merges[i].last_without;
	}
	return has;
}
