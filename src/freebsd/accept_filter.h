/* SPDX-License-Identifier: ISC */
/* FreeBSD: the kernel modules that let a listener wait for data. */
#ifndef BINDCHAIN_FREEBSD_ACCEPT_FILTER_H
#define BINDCHAIN_FREEBSD_ACCEPT_FILTER_H

#include <stdbool.h>

#include "bindchain.h"

struct accept_filter_module {
	const char *name; /* as kldload(8) takes it */
	bool is_present;  /* loaded, or built into the kernel */
	bool is_absent;   /* this release has none: FreeBSD has it since SINCE */
	const char *since;
};

/* The module behind an enum bindchain_wait_for that is not "nothing". */
struct accept_filter_module accept_filter_module(int wait_for);

#endif
