/* SPDX-License-Identifier: ISC */
/* The errors that the manual page of each system call lists. */
#ifndef BINDCHAIN_TEST_CALL_ERRORS_H
#define BINDCHAIN_TEST_CALL_ERRORS_H

#include <vector>

struct CallErrors {
	unsigned long long number; /* SYS_... */
	const char *name;          /* the system call's */
	/* What messages may call it: the functions that are made of it. */
	std::vector<const char *> words;
	std::vector<int> errors;
};

/* NULL for a call that has no row. */
const CallErrors *errors_of_call(unsigned long long number);

#endif
