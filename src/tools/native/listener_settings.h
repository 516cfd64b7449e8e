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

/* Prints a line for every setting with its values, for --help. */
void listener_print_settings(void);

#endif
