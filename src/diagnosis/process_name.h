/* SPDX-License-Identifier: ISC */
/* The name of a process in a line: any process chooses its own. */
#ifndef BINDCHAIN_PROCESS_NAME_H
#define BINDCHAIN_PROCESS_NAME_H

#include "text.h"

/*
 * Adds NAME as it is if it has only letters, digits and ._+:/@- of ASCII; else escaped and in
 * double quotes: "nginx (pid 1" cannot be read as a process and its number.
 */
void process_name_add(struct text *, const char *name);

#endif
