/* SPDX-License-Identifier: ISC */
/*
 * dyld(1) replaces each call of the original by the one beside it in this section, but for
 * the calls of this library itself.
 */
#include "adopt.h"
#include "execute.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/event.h>
#include <unistd.h>

/* The tests read it under another name: ELF has no segments in names. */
#ifndef INTERPOSE_SECTION
#define INTERPOSE_SECTION "__DATA,__interpose"
#endif

#define CALL(type, name, parameters, arguments) \
	type real_##name parameters \
	{ \
		return name arguments; \
	} \
	__attribute__((used, section(INTERPOSE_SECTION))) static const struct { \
		type (*ours) parameters; \
		type (*original) parameters; \
	} interpose_##name = { adopt_##name, name };
#include "calls.h"
#include "system_calls.h"

#define LIST(name, kind) \
	static int adopt_##name(const char *path, const char *first, ...) \
	{ \
		va_list list; \
		int status; \
		va_start(list, first); \
		status = execute_list(kind, path, first, list); \
		va_end(list); \
		return status; \
	} \
	__attribute__((used, section(INTERPOSE_SECTION))) static const struct { \
		int (*ours)(const char *, const char *, ...); \
		int (*original)(const char *, const char *, ...); \
	} interpose_##name = { adopt_##name, name };
#include "lists.h"
