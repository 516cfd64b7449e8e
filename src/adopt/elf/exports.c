/* SPDX-License-Identifier: ISC */
/* The functions that the daemon finds before the C library's. */
/* glibc declares bind(2) and the like with a union otherwise, which is no other type. */
#undef _GNU_SOURCE
#define _DEFAULT_SOURCE
#include "adopt.h"
#include "execute.h"

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library's are reserved */
#define EXPORTED __attribute__((visibility("default")))
#define CALL(type, name, parameters, arguments) \
	EXPORTED type name parameters; \
	type name parameters \
	{ \
		return adopt_##name arguments; \
	}
#define ACTION(name, parameters, arguments) \
	EXPORTED void name parameters; \
	void name parameters \
	{ \
		adopt_##name arguments; \
	}
#include "calls.h"
#include "system_calls.h"
#define LIST(name, kind) \
	EXPORTED int name(const char *path, const char *first, ...); \
	int name(const char *path, const char *first, ...) \
	{ \
		va_list list; \
		int status; \
		va_start(list, first); \
		status = execute_list(kind, path, first, list); \
		va_end(list); \
		return status; \
	}
#include "lists.h"
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
