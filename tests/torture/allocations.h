/* SPDX-License-Identifier: ISC */
/* What allocations.c and its caller share: a file that both map. */
#ifndef BINDCHAIN_TEST_ALLOCATIONS_H
#define BINDCHAIN_TEST_ALLOCATIONS_H

#define ALLOCATIONS_VARIABLE "BINDCHAIN_TEST_ALLOCATIONS"

struct allocations {
	long failing; /* this one, counted from 1; 0: none */
	long made;
};

#endif
