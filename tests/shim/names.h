/* SPDX-License-Identifier: ISC */
/* Errors by their names, for scripts and logs. */
#ifndef SHIM_NAMES_H
#define SHIM_NAMES_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * FreeBSD's own (sys/errno.h: 93, 94 and 79), which on Linux are other errors'
 * numbers; so these are numbers of ours, and strerror(3) does not know them.
 */
#define SHIM_ENOTCAPABLE 1093
#define SHIM_ECAPMODE 1094
#define SHIM_EFTYPE 1079

struct names_error {
	const char *name;
	int number;
};
/* NULL at the end.  The first of two names is the one for logs. */
extern const struct names_error names_errors[];
/* What getaddrinfo(3) returns. */
extern const struct names_error names_resolver_errors[];

const char *names_of(const struct names_error *, int number);
bool names_find(const struct names_error *, const char *name, int *number);

#ifdef __cplusplus
}
#endif

#endif
