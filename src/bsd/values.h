/* SPDX-License-Identifier: ISC */
/* Sysctls with what their numbers mean. */
#ifndef BINDCHAIN_BSD_VALUES_H
#define BINDCHAIN_BSD_VALUES_H

#include "observe.h"

struct sysctl_row {
	const char *name;
	const char *fixed;        /* its value if none can change it, else NULL */
	const char *meaning;      /* of any number, or when it cannot be read */
	const char *when_zero;    /* NULL: the same */
	const char *when_nonzero; /* NULL: the same */
};

/* Adds a sysctl with its current number. */
void values_add_sysctl(struct backend_values *, const struct sysctl_row *);
void values_add_sysctls(struct backend_values *, const struct sysctl_row *, size_t count);

#endif
