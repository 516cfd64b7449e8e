/* SPDX-License-Identifier: ISC */
/* Sysctls with what their numbers mean. */
#ifndef BINDCHAIN_BSD_SYSCTL_ROWS_H
#define BINDCHAIN_BSD_SYSCTL_ROWS_H

#include "observe.h"

struct sysctl_row {
	const char *name;
	const char *fixed;        /* its value if none can change it, else NULL */
	const char *meaning;      /* of any number, or when it cannot be read */
	const char *when_zero;    /* NULL: the same */
	const char *when_nonzero; /* NULL: the same */
};

/* Adds a sysctl with its current number. */
void sysctl_row_add(struct backend_values *, const struct sysctl_row *);
void sysctl_rows_add(struct backend_values *, const struct sysctl_row *, size_t count);

#endif
