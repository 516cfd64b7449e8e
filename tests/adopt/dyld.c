/* SPDX-License-Identifier: ISC */
/*
 * What dyld(1) does with a library that is inserted: calls of a function in its table go to
 * the one beside it, but for the calls of the library itself, whose names are compiled to
 * original_NAME.
 */
/* glibc declares bind(2) and the like with a union otherwise, which is no other type. */
#undef _GNU_SOURCE
#define _DEFAULT_SOURCE
#include "adopt.h"

#include <string.h>

#include "next.h"

typedef void function(void);

/* The linker's names for the ends of the section. */
extern const struct interposed {
	function *ours, *original;
} __start_interpose[], __stop_interpose[];

static function *
find_interposed(const void *original, size_t size)
{
	for (const struct interposed *row = __start_interpose; row < __stop_interpose; row++)
		if (memcmp(&row->original, original, size) == 0)
			return row->ours;
	return NULL;
}

#define EXPORTED __attribute__((visibility("default")))
#define CALL(type, name, parameters, arguments) \
	type original_##name parameters; \
	type original_##name parameters \
	{ \
		static type (*next) parameters; \
		if (!next) \
			find_next(#name, &next); \
		return next arguments; \
	} \
	EXPORTED type name parameters; \
	type name parameters \
	{ \
		type (*original) parameters = original_##name; \
		function *ours = find_interposed(&original, sizeof original); \
		type (*found) parameters; \
		memcpy(&found, &ours, sizeof found); \
		return (found ? found : original_##name)arguments; \
	}
#include "calls.h"
#include "system_calls.h"

/* A list cannot be passed on: these are compiled only. */
#define LIST(name, kind) \
	int original_##name(const char *path, const char *first, ...); \
	int original_##name(const char *path, const char *first, ...) \
	{ \
		return path && first ? 0 : -1; \
	}
#include "lists.h"
