/* SPDX-License-Identifier: ISC */
/* The settings of a listener: socket options and others. */
#ifndef BINDCHAIN_LISTENER_SETTINGS_H
#define BINDCHAIN_LISTENER_SETTINGS_H

#include "listener.h"

/*
 * Applies SETTING, "name" or "name=value", to LISTENER, whose kind is set, but not
 * its address.  Returns false with PROBLEM.  SETTING is split in place.
 */
bool listener_set(struct listener *, char *setting, struct listener_problem *);

/* A setting as --help lists it. */
struct setting_usage {
	const char *name, *meaning;
	char value[40]; /* "=N", "[=yes|no]": lower case stands for itself */
	enum bindchain_option option; /* BINDCHAIN_OPTIONS: it is no socket option */
};

/* Reads the setting with that index; false after the last. */
bool listener_setting_usage(size_t index, struct setting_usage *);

/* Whether listeners of this kind have the setting with that index: a socket option on some
 * system, except that of other sockets in option_table. */
bool listener_setting_is_for(size_t index, enum bindchain_kind);

/* Prints a line for every setting with its values, for --help. */
void listener_print_settings(void);

#endif
