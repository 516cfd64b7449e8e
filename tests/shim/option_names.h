/* SPDX-License-Identifier: ISC */
/* Socket options by name, with the numbers that a build for one system has. */
#ifndef SHIM_OPTION_NAMES_H
#define SHIM_OPTION_NAMES_H

#ifdef __cplusplus
extern "C" {
#endif

struct option_name {
	const char *name, *level_name;
	int level, number;
};

/* NULL at the end. */
extern const struct option_name option_names_linux[], option_names_freebsd[],
    option_names_darwin[];

#ifdef __cplusplus
}
#endif

#endif
