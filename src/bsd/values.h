/* SPDX-License-Identifier: ISC */
/* Settings of the kernel with what their numbers mean. */
#ifndef BINDCHAIN_BSD_VALUES_H
#define BINDCHAIN_BSD_VALUES_H

#include "observe.h"

struct setting {
	const char *name;
	const char *fixed;        /* its value if none can change it, else NULL */
	const char *meaning;      /* of any number, or when it cannot be read */
	const char *when_zero;    /* NULL: the same */
	const char *when_nonzero; /* NULL: the same */
};

/* Adds a setting with its current number. */
void values_add_setting(struct backend_values *, const struct setting *);
void values_add_settings(struct backend_values *, const struct setting *, size_t count);

#endif
