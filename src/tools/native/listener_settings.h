/* SPDX-License-Identifier: ISC */
/* The settings of a listener: the table of socket options, and what is not one. */
#ifndef BINDCHAIN_LISTENER_SETTINGS_H
#define BINDCHAIN_LISTENER_SETTINGS_H

#include "listener.h"

/*
 * Applies SETTING, "name" or "name=value", to LISTENER, whose kind is known and
 * whose address is not yet.  Returns false with PROBLEM.  SETTING is taken apart
 * in place.
 */
bool listener_set(struct listener *, char *setting, struct listener_problem *);

/* Prints every setting with its values, a line each: what --help says of them. */
void listener_print_settings(void);

#endif
