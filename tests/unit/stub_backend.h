/* SPDX-License-Identifier: ISC */
/*
 * A kernel of the test's own, in place of a backend: what it offers is what the
 * test writes here.  Of the seam it has what plans and outcomes ask for.
 */
#ifndef TESTS_UNIT_STUB_BACKEND_H
#define TESTS_UNIT_STUB_BACKEND_H

#ifdef __cplusplus
extern "C" {
#endif

#include "backend.h"
#include "request.h"
#include "sockopt.h"

/* In the type of socket(2); no real kernel's numbers. */
#define STUB_SOCK_NONBLOCK 0x10000
#define STUB_SOCK_CLOEXEC 0x20000

struct stub_kernel {
	bool has_birth_flags;
	bool lacks_kind[BINDCHAIN_KINDS];
	int largest_backlog; /* what listen(2) is given at most */
	/* By option; the calls' values are filled in from the question. */
	struct backend_spelling spellings[BINDCHAIN_OPTIONS];
	const char *address_rule; /* NULL: it tells none */
	int questions; /* how often sockopt_spell() was asked */
};

extern struct stub_kernel stub_kernel;

/* No option is offered, flags at birth are, and any backlog is passed. */
void stub_kernel_reset(void);

/* OPTION is offered, as one call of NAME at that moment. */
void stub_kernel_offer(enum bindchain_option, const char *name, enum backend_moment);

#ifdef __cplusplus
}
#endif

#endif
