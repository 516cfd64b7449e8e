/* SPDX-License-Identifier: ISC */
/*
 * The only parser of numbers.  It accepts no spaces, trailing characters or
 * overflow; strtonum(3) and strtol(3) do.
 */
#ifndef BINDCHAIN_NUMBER_H
#define BINDCHAIN_NUMBER_H

#include <stdbool.h>

struct number_rule {
	int base;         /* 2 to 16, or 0: by prefix, 0x… and 0… as C has them */
	bool sign_allowed; /* one leading + or - */
	long long minimum, maximum;
};

enum number_result {
	NUMBER_READ,
	NUMBER_MALFORMED,
	NUMBER_OUT_OF_RANGE
};

enum number_result number_read(const char *, const struct number_rule *, long long *);

/* A number of 32 bits, in the base of its prefix and without a sign; MASK gets the bits. */
enum number_result number_read_mask(const char *, int *mask);

/* Is it digits and nothing else, at least one of them? */
bool number_is_digits(const char *);

#endif
