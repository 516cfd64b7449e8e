/* SPDX-License-Identifier: ISC */
/* What the C library has: the next function of that name. */
#include "adopt.h"

#include "next.h"

/* NOLINTBEGIN(bugprone-macro-parentheses): parameters of functions */
#define CALL(type, name, parameters, arguments) \
	type real_##name parameters \
	{ \
		static type (*next) parameters; \
		if (!next) \
			find_next(#name, &next); \
		return next arguments; \
	}
#define ACTION(name, parameters, arguments) \
	void real_##name parameters \
	{ \
		static void (*next) parameters; \
		if (!next) \
			find_next(#name, &next); \
		next arguments; \
	}
#include "calls.h"
#include "system_calls.h"
/* NOLINTEND(bugprone-macro-parentheses) */
