/* SPDX-License-Identifier: ISC */
/* How many connections a server accepts, in total and from each source. */
#ifndef BINDCHAIN_SERVE_RULES_H
#define BINDCHAIN_SERVE_RULES_H

#include <stdbool.h>

/* No kernel here runs more processes: Linux's pid_max is at most 2^22 (proc_sys_kernel(5)),
 * the others' are smaller. */
#define SERVE_LIMIT_MAX 4194304U

/* At the limit in total.  At a limit of its source a connection is always closed: its
 * source is unknown until it is accepted. */
enum serve_at_limit {
	SERVE_AT_LIMIT_QUEUE, /* it waits in the accept queue */
	SERVE_AT_LIMIT_CLOSE  /* it is accepted and closed */
};

struct serve_rules {
	unsigned limit;            /* handlers at once: 0 to SERVE_LIMIT_MAX */
	unsigned limit_per_source; /* 0: none */
	/* The bits of an address that tell sources apart. */
	unsigned ipv4_prefix, ipv6_prefix;
	/* From one source RATE connections in each PERIOD seconds; 0: any number. */
	unsigned rate, period;
	enum serve_at_limit at_limit;
};

#endif
